pragma ComponentBehavior: Bound
import QtQuick
import Tongban

// The case is safe: its state, its number, the paper, and what comes next.
PageBody {
    id: root

    required property ScreenModel model
    required property var page
    readonly property bool trouble: page.paper === "failed" || page.paper === "unknown"

    title: page.service + "：" + page.title

    Grid {
        id: grid
        width: parent.width
        columns: root.wide ? 2 : 1
        columnSpacing: 3 * Theme.gap
        rowSpacing: 1.5 * Theme.gap

        Column {
            id: facts
            width: root.wide ? (grid.width - grid.columnSpacing) / 2 : grid.width
            spacing: Theme.gap

            Words {
                objectName: "state"
                width: parent.width
                text: root.page.state
                font.pixelSize: root.wide ? Theme.title : Theme.huge
                font.bold: true
                color: Theme.primary
                lineHeight: 1.1
            }
            Words {
                width: parent.width
                text: root.page.state_text
                lineHeight: 1.2
            }
            Words {
                width: parent.width
                text: "回执号　" + root.page.number
                font.bold: true
            }
            Rectangle {
                width: parent.width
                height: paper.height + 2 * Theme.gap
                radius: Theme.radius
                color: root.trouble ? Theme.cautionGround : Theme.chosen
                border.color: root.trouble ? Theme.caution : Theme.primary
                border.width: Math.max(2, 0.5 * Theme.mm)

                Column {
                    id: paper
                    x: Theme.gap
                    y: Theme.gap
                    width: parent.width - 2 * Theme.gap
                    spacing: Theme.gap

                    Words {
                        width: parent.width
                        text: root.page.paper_text
                        lineHeight: 1.2
                    }
                    Words {
                        visible: root.page.code !== ""
                        width: parent.width
                        text: "代码 " + root.page.code
                        font.pixelSize: Theme.small
                        color: Theme.caution
                    }
                    Row {
                        visible: root.page.paper === "unknown"
                        width: parent.width
                        spacing: Theme.gap
                        BigButton {
                            objectName: "came-out-yes"
                            width: (parent.width - Theme.gap) / 2
                            text: "出来了"
                            onTapped: root.model.cameOut(true)
                        }
                        BigButton {
                            objectName: "came-out-no"
                            width: (parent.width - Theme.gap) / 2
                            text: "没有出来"
                            onTapped: root.model.cameOut(false)
                        }
                    }
                    BigButton {
                        objectName: "print"
                        visible: root.page.paper === "failed"
                        width: parent.width
                        text: "重新打印"
                        onTapped: root.model.printPaper()
                    }
                }
            }
        }
        Column {
            width: facts.width
            spacing: Theme.gap

            Row {
                spacing: 1.5 * Theme.gap
                Image {
                    id: code
                    objectName: "qr"
                    width: 60 * Theme.mm
                    height: width
                    smooth: false
                    cache: false
                    source: root.page.qr ? "image://qr/" + encodeURIComponent(root.page.qr) : ""
                    Accessible.role: Accessible.Graphic
                    Accessible.name: "手机扫码查进度的二维码"
                }
                Words {
                    width: facts.width - code.width - 1.5 * Theme.gap
                    height: code.height
                    verticalAlignment: Text.AlignVCenter
                    text: "手机扫码查进度。\n或在任何一台通办机放上身份证。"
                }
            }
            Words {
                width: parent.width
                text: "接下来"
                font.bold: true
                lineHeight: 1.1
            }
            Repeater {
                model: root.page.then
                delegate: Words {
                    required property string modelData
                    required property int index
                    width: facts.width
                    text: (index + 1) + ". " + modelData
                    lineHeight: 1.15
                }
            }
        }
    }
}
