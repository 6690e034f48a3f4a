import QtQuick

// A sheet over the page: help, and the idle warning.
Rectangle {
    id: overlay

    property string title
    property string text
    property string closeLabel
    property string closeName
    property string otherLabel
    property string otherName
    signal closed
    signal other

    anchors.fill: parent
    color: "#b0000000"

    // Nothing below may be tapped: this policy takes the touch for itself.
    TapHandler {
        gesturePolicy: TapHandler.ReleaseWithinBounds
    }
    Rectangle {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.margin, 240 * Theme.mm)
        height: column.height + 4 * Theme.gap
        radius: Theme.radius
        color: Theme.sheet

        Column {
            id: column
            x: 2 * Theme.gap
            y: 2 * Theme.gap
            width: parent.width - 4 * Theme.gap
            spacing: 2 * Theme.gap

            Words {
                width: parent.width
                text: overlay.title
                font.pixelSize: Theme.title
                font.bold: true
            }
            Words {
                width: parent.width
                text: overlay.text
            }
            BigButton {
                objectName: overlay.otherName
                visible: overlay.otherLabel !== ""
                width: parent.width
                text: overlay.otherLabel
                onTapped: overlay.other()
            }
            BigButton {
                objectName: overlay.closeName
                width: parent.width
                text: overlay.closeLabel
                primary: true
                onTapped: overlay.closed()
            }
        }
    }
}
