pragma ComponentBehavior: Bound
import QtQuick

// Digits and the letters of a credit code (no I O Z S V), each group for itself; across, side by side.
Grid {
    id: pad

    property bool wide: false
    signal typed(string value)
    signal erase

    // Across, four columns of digits and seven of letters share the width.
    readonly property real digitWidth: wide ? (width - columnSpacing - 9 * Theme.gap) / 11 : (width - 5 * Theme.gap) / 6
    readonly property real letterWidth: wide ? digitWidth : (width - 6 * Theme.gap) / 7

    columns: wide ? 2 : 1
    columnSpacing: 3 * Theme.gap
    rowSpacing: 2 * Theme.gap

    Grid {
        columns: pad.wide ? 4 : 6
        spacing: Theme.gap

        Repeater {
            model: pad.wide ? ["1", "2", "3", "0", "4", "5", "6", "", "7", "8", "9", "delete"] : ["1", "2", "3", "4", "5", "", "6", "7", "8", "9", "0", "delete"]
            delegate: BigButton {
                required property string modelData

                objectName: "credit-" + modelData
                opacity: modelData === "" ? 0 : 1
                live: modelData !== ""
                width: pad.digitWidth
                height: Theme.key
                text: modelData === "delete" ? qsTr("删除") : modelData
                onTapped: modelData === "delete" ? pad.erase() : pad.typed(modelData)
            }
        }
    }
    Grid {
        columns: 7
        spacing: Theme.gap

        Repeater {
            model: "ABCDEFGHJKLMNPQRTUWXY".split("")
            delegate: BigButton {
                required property string modelData

                objectName: "credit-" + modelData
                width: pad.letterWidth
                height: Theme.key
                text: modelData
                onTapped: pad.typed(modelData)
            }
        }
    }
}
