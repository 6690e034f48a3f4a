pragma ComponentBehavior: Bound
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
                    text: root.page.notice + (root.page.code ? "\n" + qsTr("代码 %1").arg(root.page.code) : "")
                    color: Theme.caution
                }
            }
            Row {
                id: ways
                width: parent.width
                spacing: Theme.gap

                readonly property real language: 50 * Theme.mm

                BigButton {
                    objectName: "typed"
                    width: ways.width - root.page.languages.length * (ways.language + ways.spacing)
                    text: qsTr("没带卡，手输身份证号")
                    onTapped: root.model.open("typed")
                }
                Repeater {
                    model: root.page.languages
                    delegate: BigButton {
                        required property var modelData

                        objectName: "language-" + modelData.value
                        width: ways.language
                        text: modelData.label
                        onTapped: root.model.speak(modelData.value)
                    }
                }
            }
            Words {
                visible: root.page.services.length > 0
                width: parent.width
                text: qsTr("这里能办：%1，查办事进度").arg(root.page.services.join(qsTr("、")))
                horizontalAlignment: root.wide ? Text.AlignLeft : Text.AlignHCenter
            }
        }
    }
}
