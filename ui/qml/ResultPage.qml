pragma ComponentBehavior: Bound
import QtQuick
import Tongban

// The case is safe: its state, its number, the paper, and what comes next.
PageBody {
    id: root

    required property ScreenModel model
    required property var page

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
                // A paper that failed says the same, and takes the room.
                visible: !(root.wide && root.page.payment !== "" && ["failed", "unknown"].includes(root.page.paper))
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
                width: parent.width
                text: root.page.numbered + "　" + root.page.number
                font.bold: true
            }
            PaperState {
                width: parent.width
                model: root.model
                page: root.page
                again: true
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
