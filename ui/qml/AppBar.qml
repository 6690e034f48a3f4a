import QtQuick

// The line on top of every page: where this is, whose session it is, what does not print, whether it is connected.
Rectangle {
    id: bar

    required property var state_
    required property string person
    signal knocked

    implicitHeight: 20 * Theme.mm
    color: Theme.primary

    // Nobody is told of it: several taps ask for the technician's pages.
    Item {
        objectName: "place"

        readonly property bool live: true

        anchors.left: parent.left
        width: parent.width / 2
        height: parent.height

        TapHandler {
            gesturePolicy: TapHandler.ReleaseWithinBounds
            onTapped: bar.knocked()
        }
    }
    TextMetrics {
        id: one
        font: link.font
        text: bar.state_.printer + "　" + bar.state_.link
    }
    TextMetrics {
        id: whole
        font: who.font
        text: bar.person ? qsTr("%1 正在办理").arg(bar.person) : bar.state_.place
    }
    Words {
        id: who

        // The name alone where a notice needs the room.
        readonly property bool fits: one.width + whole.advanceWidth + 2 * Theme.margin + Theme.gap <= bar.width

        anchors.left: parent.left
        anchors.leftMargin: Theme.margin
        anchors.right: link.left
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter
        text: fits || !bar.person ? whole.text : bar.person
        font.pixelSize: Theme.small
        color: Theme.primaryInk
        lineHeight: 1.1
        maximumLineCount: 1
        elide: Text.ElideRight
    }
    Words {
        id: link
        objectName: "link"
        anchors.right: parent.right
        anchors.rightMargin: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        // In one line where there is room beside the name.
        readonly property bool fits: one.width + who.implicitWidth + 2 * Theme.margin + Theme.gap <= bar.width

        text: (bar.state_.printer ? bar.state_.printer + (fits ? "　" : "\n") : "") + bar.state_.link
        horizontalAlignment: Text.AlignRight
        lineHeight: 1.1
        font.pixelSize: Theme.small
        color: Theme.primaryInk
        wrapMode: Text.NoWrap
    }
}
