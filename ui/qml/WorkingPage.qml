import QtQuick
import Tongban

Item {
    id: root

    required property ScreenModel model
    required property var page

    Column {
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.margin
        spacing: 2 * Theme.gap

        Words {
            width: parent.width
            text: root.page.title
            font.pixelSize: Theme.huge
            font.bold: true
            horizontalAlignment: Text.AlignHCenter
        }
        Words {
            width: parent.width
            text: root.page.text
            horizontalAlignment: Text.AlignHCenter
        }
    }
}
