import QtQuick
import Tongban

// Nobody is identified: what to do, and what can be done here.
Item {
    id: root

    required property ScreenModel model
    required property var page
    readonly property bool wide: width > height

    Grid {
        anchors.centerIn: parent
        columns: root.wide ? 2 : 1
        spacing: 10 * Theme.mm
        horizontalItemAlignment: Grid.AlignHCenter
        verticalItemAlignment: Grid.AlignVCenter

        CardDrawing {}
        Column {
            width: root.wide ? root.width / 2 - 2 * Theme.margin : root.width - 2 * Theme.margin
            spacing: 2 * Theme.gap

            Words {
                width: parent.width
                text: root.page.title
                font.pixelSize: Theme.huge
                font.bold: true
                horizontalAlignment: root.wide ? Text.AlignLeft : Text.AlignHCenter
            }
            Words {
                width: parent.width
                text: root.page.hint
                font.pixelSize: Theme.large
                color: Theme.quiet
                horizontalAlignment: root.wide ? Text.AlignLeft : Text.AlignHCenter
            }
            Rectangle {
                visible: root.page.notice !== ""
                width: parent.width
                height: notice.height + 2 * Theme.gap
                radius: Theme.radius
                color: Theme.cautionGround
                border.color: Theme.caution
                border.width: Math.max(2, 0.5 * Theme.mm)

                Words {
                    id: notice
                    objectName: "notice"
                    x: Theme.gap
                    y: Theme.gap
                    width: parent.width - 2 * Theme.gap
                    text: root.page.notice + (root.page.code ? "\n代码 " + root.page.code : "")
                    color: Theme.caution
                }
            }
            BigButton {
                objectName: "typed"
                width: parent.width
                text: "没带卡，手输身份证号"
                onTapped: root.model.open("typed")
            }
            Words {
                visible: root.page.services.length > 0
                width: parent.width
                text: "这里能办：" + root.page.services.join("、") + "，查办事进度"
                horizontalAlignment: root.wide ? Text.AlignLeft : Text.AlignHCenter
            }
        }
    }
}
