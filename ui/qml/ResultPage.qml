pragma ComponentBehavior: Bound
import QtQuick
import Tongban

// The case is safe: its state, its number, the paper, and what comes next.
PageBody {
    id: root

    required property ScreenModel model
    required property var page

    // There is no paper: whoever goes home with nothing else takes the number along.
    readonly property bool noPaper: page.paper === "failed" || page.paper === ""
    readonly property bool keepNumber: parts.length === 0 && noPaper
    readonly property bool keepNumbers: parts.length > 0 && noPaper
    readonly property var parts: page.parts || []

    title: qsTr("%1：%2").arg(page.service).arg(page.title)

    Grid {
        id: grid
        width: parent.width
        columns: root.wide ? 2 : 1
        columnSpacing: 3 * Theme.gap
        rowSpacing: 1.5 * Theme.gap

        Column {
            id: facts
            width: root.wide ? (grid.width - grid.columnSpacing) / 2 : grid.width
            spacing: (root.keepNumber || root.keepNumbers) && root.wide ? Theme.gap / 2 : Theme.gap

            TextMetrics {
                id: measured
                font: state.font
                text: root.page.state
            }
            Flow {
                width: parent.width
                spacing: 2 * Theme.gap

                Words {
                    id: state
                    objectName: "state"
                    width: root.keepNumber && root.wide ? Math.min(measured.advanceWidth + 1, facts.width) : facts.width
                    text: root.page.state
                    font.pixelSize: root.wide ? Theme.title : Theme.huge
                    font.bold: true
                    color: Theme.primary
                    lineHeight: 1.1
                }
                Words {
                    visible: root.keepNumber
                    // Beside the state where there is room.
                    width: root.wide && state.width < facts.width / 2 ? facts.width - state.width - 2 * Theme.gap : facts.width
                    topPadding: root.wide ? (Theme.title - Theme.body) / 2 : 0
                    text: qsTr("请记下或拍下这个号：")
                    lineHeight: 1.1
                }
            }
            Words {
                objectName: "number"
                visible: root.keepNumber
                width: parent.width
                text: root.page.number
                font.pixelSize: Theme.huge
                font.bold: true
                // Capitals of 12 mm at the least, also of a longer number.
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: 17 * Theme.mm
                lineHeight: 1.0
            }
            Words {
                // A paper that failed says the same, and takes the room.
                visible: !(root.page.paper === "failed" && root.keepNumbers) && !(root.page.payment !== "" && ["failed", "unknown"].includes(root.page.paper))
                width: parent.width
                text: root.page.state_text
                lineHeight: 1.2
            }
            Words {
                objectName: "payment"
                visible: root.page.payment !== ""
                width: parent.width
                text: root.page.payment
                font.bold: true
                lineHeight: 1.15
            }
            Words {
                visible: !root.keepNumber && root.parts.length === 0
                width: parent.width
                text: root.page.numbered + "　" + root.page.number
                font.bold: true
            }
            PaperState {
                visible: root.page.paper !== ""
                width: parent.width
                model: root.model
                page: root.page
                again: true
            }
        }
        Column {
            id: more
            width: facts.width
            spacing: (root.wide ? 0.4 : 1) * Theme.gap

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
                    Accessible.name: qsTr("手机扫码查进度的二维码")
                }
                Words {
                    width: facts.width - code.width - 1.5 * Theme.gap
                    height: code.height
                    verticalAlignment: Text.AlignVCenter
                    text: qsTr("手机扫码查进度。") + "\n" + qsTr("或在任何一台通办机放上身份证。")
                }
            }
            Repeater {
                model: root.parts
                delegate: Column {
                    id: part
                    required property var modelData
                    required property int index
                    width: facts.width

                    Words {
                        objectName: "part-" + part.index
                        width: parent.width
                        text: part.modelData.name + "　" + part.modelData.state + (root.keepNumbers ? "" : "　" + part.modelData.number)
                        font.pixelSize: Theme.small
                        font.bold: !root.keepNumbers
                        lineHeight: 1.1
                    }
                    Words {
                        objectName: "part-number-" + part.index
                        visible: root.keepNumbers
                        width: parent.width
                        text: part.modelData.number
                        font.pixelSize: root.wide ? (Theme.title + Theme.body) / 2 : Theme.title
                        font.bold: true
                        fontSizeMode: Text.HorizontalFit
                        minimumPixelSize: Theme.body
                        lineHeight: 1.0
                    }
                }
            }
            Column {
                parent: root.wide && root.parts.length > 0 ? facts : more
                width: facts.width
                spacing: root.keepNumbers && root.wide ? Theme.gap / 2 : Theme.gap

                Words {
                    width: parent.width
                    text: qsTr("接下来")
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
                        font.pixelSize: root.wide && root.parts.length > 0 ? Theme.small : Theme.body
                        lineHeight: root.wide ? 1.1 : 1.15
                    }
                }
            }
        }
    }
}
