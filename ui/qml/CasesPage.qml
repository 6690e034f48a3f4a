pragma ComponentBehavior: Bound
import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title

    Grid {
        id: grid
        width: parent.width
        columns: root.wide ? 2 : 1
        spacing: Theme.gap

        PaperState {
            visible: root.page.paper !== ""
            width: (grid.width - (grid.columns - 1) * grid.spacing) / grid.columns
            model: root.model
            page: root.page
        }
        Repeater {
            model: root.page.cases
            delegate: Rectangle {
                id: row

                required property var modelData
                required property int index

                objectName: "case-" + index
                width: (grid.width - (grid.columns - 1) * grid.spacing) / grid.columns
                height: words.height + 3 * Theme.gap
                radius: Theme.radius
                color: Theme.sheet
                border.color: Theme.line
                border.width: Math.max(1, 0.4 * Theme.mm)

                Column {
                    id: words
                    x: 2 * Theme.gap
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width - 4 * Theme.gap
                    spacing: 0.4 * Theme.gap

                    Words {
                        width: parent.width
                        text: row.modelData.service
                        font.pixelSize: Theme.large
                        font.bold: true
                        lineHeight: 1.15
                    }
                    Words {
                        width: parent.width
                        text: row.modelData.state
                        font.pixelSize: Theme.title
                        font.bold: true
                        color: Theme.primary
                        lineHeight: 1.15
                    }
                    Words {
                        width: parent.width
                        text: row.modelData.text
                    }
                    Words {
                        width: parent.width
                        text: qsTr("%1 提交　回执号 %2").arg(row.modelData.submitted).arg(row.modelData.number) + (row.modelData.platform_number ? "\n" + qsTr("办件编号 %1").arg(row.modelData.platform_number) : "") + (row.modelData.together ? "\n" + qsTr("一起交的：") + row.modelData.together : "")
                        font.pixelSize: Theme.small
                        color: Theme.quiet
                    }
                    Row {
                        id: ways
                        width: parent.width
                        spacing: Theme.gap

                        readonly property int parts: (row.modelData.position > 0 ? 1 : 0) + (row.modelData.entry_id ? 1 : 0)

                        BigButton {
                            objectName: "reprint-" + row.index
                            visible: row.modelData.position > 0
                            width: (ways.width - (ways.parts - 1) * ways.spacing) / ways.parts
                            live: root.page.paper !== "printing"
                            text: qsTr("补打回执")
                            onTapped: root.model.reprint(row.modelData.position)
                        }
                        BigButton {
                            objectName: "open-" + row.index
                            visible: row.modelData.entry_id !== ""
                            width: (ways.width - (ways.parts - 1) * ways.spacing) / ways.parts
                            live: root.page.paper !== "printing"
                            text: row.modelData.kind === "returned" ? qsTr("补材料") : ["due", "open", "expired"].includes(row.modelData.payment) ? qsTr("去缴费") : row.modelData.kind === "completed" ? qsTr("评价、证明") : qsTr("看看、撤回")
                            onTapped: root.model.choose(row.modelData.number)
                        }
                    }
                }
            }
        }
    }
}
