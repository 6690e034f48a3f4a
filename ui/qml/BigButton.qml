import QtQuick

// A button for a finger. `primary` is the one way on of a page.
Rectangle {
    id: button

    property string text
    property bool primary: false
    property bool live: true
    property bool chosen: false
    property bool caution: false
    property int align: Text.AlignHCenter
    signal tapped

    implicitWidth: label.implicitWidth + 2.5 * Theme.gap
    implicitHeight: Math.max(Theme.target, label.implicitHeight + 2 * Theme.gap)
    radius: Theme.radius
    border.width: Math.max(2, 0.6 * Theme.mm)
    border.color: !button.live ? Theme.line : Theme.primary
    color: {
        if (!button.live)
            return Theme.ground;
        if (button.primary)
            return tap.pressed ? Theme.primaryPressed : Theme.primary;
        if (tap.pressed)
            return Theme.pressed;
        if (button.caution)
            return Theme.cautionGround;
        return button.chosen ? Theme.chosen : Theme.sheet;
    }
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.onPressAction: if (button.live) button.tapped()

    Words {
        id: label
        anchors.fill: parent
        anchors.leftMargin: Theme.gap
        anchors.rightMargin: Theme.gap
        text: button.text
        color: !button.live ? Theme.quiet : button.primary ? Theme.primaryInk : Theme.ink
        font.bold: button.primary
        horizontalAlignment: button.align
        verticalAlignment: Text.AlignVCenter
        lineHeight: 1.1
        Accessible.ignored: true
    }
    TapHandler {
        id: tap
        enabled: button.live
        gesturePolicy: TapHandler.ReleaseWithinBounds
        onTapped: button.tapped()
    }
}
