import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.service + "：" + page.title

    Grid {
        width: parent.width
        columns: root.wide ? 2 : 1
        spacing: 2 * Theme.gap

        Column {
            id: facts
            width: root.wide ? parent.width - code.width - 2 * Theme.gap : parent.width
            spacing: Theme.gap

            Words {
                objectName: "state"
                width: parent.width
                text: root.page.state
                font.pixelSize: Theme.huge
                font.bold: true
                color: Theme.primary
                lineHeight: 1.1
            }
            Words {
                width: parent.width
                text: root.page.state_text
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
                readonly property bool trouble: root.page.paper === "failed" || root.page.paper === "unknown"
                color: trouble ? Theme.cautionGround : Theme.chosen
                border.color: trouble ? Theme.caution : Theme.primary
                border.width: Math.max(2, 0.5 * Theme.mm)

                Column {
                    id: paper
                    x: Theme.gap
                    y: Theme.gap
                    width: parent.width - 2 * Theme.gap
                    spacing: Theme.gap

                    Words {
                        width: parent.width
                        text: root.page.paper_text + (root.page.code ? "（" + root.page.code + "）" : "")
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
        Row {
            id: code
            spacing: Theme.gap
            Image {
                objectName: "qr"
                width: 78 * Theme.mm
                height: width
                smooth: false
                cache: false
                source: root.page.qr ? "image://qr/" + encodeURIComponent(root.page.qr) : ""
                Accessible.role: Accessible.Graphic
                Accessible.name: "手机扫码查进度的二维码"
            }
            Words {
                visible: !root.wide
                width: facts.width - 78 * Theme.mm - Theme.gap
                height: 78 * Theme.mm
                verticalAlignment: Text.AlignVCenter
                text: "手机扫码查进度。\n也可以在任何一台通办机放上身份证查。"
            }
        }
    }
    Words {
        width: parent.width
        text: "接下来"
        font.pixelSize: Theme.large
        font.bold: true
    }
    Repeater {
        model: root.page.then
        delegate: Words {
            required property string modelData
            required property int index
            width: parent ? parent.width : 0
            text: (index + 1) + ". " + modelData
        }
    }
}
