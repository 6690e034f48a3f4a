import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title

    Words {
        visible: root.page.text !== root.page.title
        width: parent.width
        text: root.page.text
    }
    Words {
        width: parent.width
        text: root.page.todo
    }
    Words {
        width: parent.width
        text: qsTr("代码 %1").arg(root.page.code)
        font.pixelSize: Theme.large
        color: Theme.caution
    }
    Words {
        width: parent.width
        text: qsTr("需要帮助请打 12345，说出上面的代码。")
        color: Theme.quiet
    }
}
