import QtQuick
import Tongban

// The fixed places: back, help, leave, next. They stay where they are on every page, live or not.
Rectangle {
    id: bar

    required property ScreenModel model
    required property var page
    property bool nextLive: true
    signal helpAsked

    readonly property bool someone: page.person !== ""

    implicitHeight: Theme.target + 2 * Theme.gap
    color: Theme.sheet

    Rectangle {
        width: parent.width
        height: Math.max(1, 0.4 * Theme.mm)
        color: Theme.line
    }
    Row {
        id: places
        anchors.fill: parent
        anchors.margins: Theme.gap
        spacing: Theme.gap

        readonly property real part: (width - 3 * spacing) / 5

        BigButton {
            objectName: "back"
            width: places.part
            height: parent.height
            text: bar.page.back_label || qsTr("返回")
            live: bar.page.back
            onTapped: bar.model.back()
        }
        BigButton {
            objectName: "help"
            width: places.part
            height: parent.height
            text: qsTr("帮助")
            onTapped: bar.helpAsked()
        }
        BigButton {
            objectName: "leave"
            width: places.part
            height: parent.height
            text: qsTr("离开")
            live: bar.someone && bar.page.page !== "working"
            onTapped: bar.model.leave()
        }
        BigButton {
            objectName: "next"
            width: 2 * places.part
            height: parent.height
            text: bar.page.next_label || qsTr("下一步")
            primary: live
            live: bar.page.next_label !== ""
            onTapped: bar.model.next()
        }
    }
}
