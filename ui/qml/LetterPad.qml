pragma ComponentBehavior: Bound
import QtQuick

// Letters, digits and delete, as on a keyboard; across, the digits stand beside the letters.
Column {
    id: pad

    property bool wide: false
    signal key(string value)

    readonly property int columns: wide ? 13 : 10
    readonly property real keyWidth: (width - (columns - 1) * spacing) / columns

    spacing: Theme.gap

    Repeater {
        model: pad.wide ? ["qwertyuiop123", "asdfghjkl0456", "zxcvbnm<789"] : ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm<"]
        delegate: Row {
            id: line

            required property string modelData

            anchors.horizontalCenter: parent ? parent.horizontalCenter : undefined
            spacing: pad.spacing

            Repeater {
                model: line.modelData.split("")
                delegate: BigButton {
                    required property string modelData

                    readonly property bool erases: modelData === "<"
                    readonly property int cells: erases ? (pad.wide ? 3 : 2) : 1

                    objectName: "key-" + (erases ? "delete" : modelData)
                    width: cells * pad.keyWidth + (cells - 1) * pad.spacing
                    height: Theme.key
                    text: erases ? qsTr("删除") : modelData.toUpperCase()
                    onTapped: pad.key(erases ? "delete" : modelData)
                }
            }
        }
    }
}
