pragma ComponentBehavior: Bound
import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title

    // What it is beside what it was, in landscape; below each other in portrait.
    Grid {
        id: grid
        width: parent.width
        columns: root.wide ? 2 : 1
        columnSpacing: 3 * Theme.gap
        rowSpacing: 1.5 * Theme.gap

        readonly property real part: (width - (columns - 1) * columnSpacing) / columns

        Column {
            width: grid.part
            spacing: 1.5 * Theme.gap

            FactList {
                model: root.model
                facts: root.page.facts
            }
        }
        Column {
            width: grid.part
            spacing: Theme.gap

            Words {
                objectName: "result"
                visible: root.page.result !== ""
                width: parent.width
                text: root.page.result
                font.bold: true
                color: Theme.primary
            }
            BigButton {
                objectName: "restart"
                visible: root.page.can_restart
                width: parent.width
                text: "重新启动驱动程序"
                onTapped: root.model.restart()
            }
            Words {
                visible: root.page.history.length > 0
                width: parent.width
                text: "最近的变化"
                font.bold: true
            }
            Repeater {
                model: root.page.history
                delegate: Words {
                    required property var modelData

                    width: parent ? parent.width : 0
                    text: modelData.label + "　" + modelData.value
                    font.pixelSize: Theme.small
                    color: Theme.quiet
                }
            }
        }
    }
}
