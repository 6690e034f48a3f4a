pragma Singleton
import QtQuick

// Sizes in millimetres of the real panel, and colours with a contrast of at least 4.5:1 on their ground.
QtObject {
    property real mm: 4
    // Letters are more than characters, and can be read smaller.
    property real letters: 1

    readonly property string family: "Noto Sans CJK SC"

    readonly property color ground: "#f6f5f1"
    readonly property color sheet: "#ffffff"
    readonly property color line: "#c9c6bb"
    readonly property color ink: "#17211e"
    readonly property color quiet: "#4a5853"
    readonly property color primary: "#0b5d4e"
    readonly property color primaryPressed: "#063b31"
    readonly property color primaryInk: "#ffffff"
    readonly property color pressed: "#e3e9e4"
    readonly property color chosen: "#dceee7"
    readonly property color caution: "#8a3b00"
    readonly property color cautionGround: "#fff1dd"

    readonly property real huge: 20 * mm * letters
    readonly property real title: 14 * mm * letters
    readonly property real large: 12 * mm * letters
    readonly property real body: 10 * mm * letters
    readonly property real small: 8 * mm * letters
    readonly property real lineHeight: 1.3

    readonly property real target: 24 * mm
    // A key among many: the least that old fingers hit.
    readonly property real key: 20 * mm
    readonly property real gap: 4 * mm
    readonly property real margin: 10 * mm
    readonly property real radius: 3 * mm
    readonly property real columnWidth: 420 * mm
}
