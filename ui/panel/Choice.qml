import QtQuick

// A small button for a mouse.
Rectangle {
    id: choice

    property string text
    property bool chosen: false
    signal tapped

    width: Math.max(60, label.implicitWidth + 20)
    height: 30
    radius: 4
    color: tap.pressed ? "#c8dcd4" : chosen ? "#dceee7" : "white"
    border.color: chosen ? "#0b5d4e" : "#b9b6ab"

    Text {
        id: label
        anchors.centerIn: parent
        text: choice.text
        font.pixelSize: 14
        font.bold: choice.chosen
    }
    TapHandler {
        id: tap
        onTapped: choice.tapped()
    }
}
