pragma ComponentBehavior: Bound
import QtQuick

// Ten digits and delete, as on a telephone.
Grid {
    id: pad

    property real keyWidth: 44 * Theme.mm
    // A key beside the digits: X of an id number; empty for none.
    property string extra: ""
    signal digit(string value)
    signal erase

    columns: 3
    spacing: Theme.gap

    Repeater {
        model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", pad.extra, "0", "<"]
        delegate: BigButton {
            id: key

            required property string modelData

            objectName: modelData === "<" ? "digit-delete" : "digit-" + modelData
            visible: true
            opacity: modelData === "" ? 0 : 1
            live: modelData !== ""
            width: pad.keyWidth
            height: Theme.target
            text: modelData === "<" ? qsTr("删除") : modelData
            onTapped: modelData === "<" ? pad.erase() : pad.digit(modelData)
        }
    }
}
