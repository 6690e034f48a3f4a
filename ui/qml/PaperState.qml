import QtQuick
import Tongban

// What became of a paper, and the question whether it came out.
Rectangle {
    id: state

    required property ScreenModel model
    required property var page
    // Offer to print it again when it failed.
    property bool again: false
    readonly property bool trouble: page.paper === "failed" || page.paper === "unknown"

    height: paper.height + 2 * Theme.gap
    radius: Theme.radius
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
            text: state.page.paper_text
            lineHeight: 1.2
        }
        Words {
            visible: state.page.code !== ""
            width: parent.width
            text: qsTr("代码 %1").arg(state.page.code)
            font.pixelSize: Theme.small
            color: Theme.caution
        }
        Row {
            visible: state.page.paper === "unknown"
            width: parent.width
            spacing: Theme.gap
            BigButton {
                objectName: "came-out-yes"
                width: (parent.width - Theme.gap) / 2
                text: qsTr("出来了")
                onTapped: state.model.cameOut(true)
            }
            BigButton {
                objectName: "came-out-no"
                width: (parent.width - Theme.gap) / 2
                text: qsTr("没有出来")
                onTapped: state.model.cameOut(false)
            }
        }
        BigButton {
            objectName: "print"
            visible: state.again && state.page.paper === "failed"
            width: parent.width
            text: qsTr("重新打印")
            onTapped: state.model.printPaper()
        }
    }
}
