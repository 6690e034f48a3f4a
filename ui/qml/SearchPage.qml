pragma ComponentBehavior: Bound
import QtQuick
import Tongban

// What is typed, what is found, and the keys.
PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: wide ? "" : page.title
    note: wide ? qsTr("%1：%2").arg(page.title).arg(page.hint) : ""

    Rectangle {
        width: parent.width
        height: Theme.key
        radius: Theme.radius
        color: Theme.sheet
        border.color: Theme.primary
        border.width: Math.max(2, 0.6 * Theme.mm)

        Words {
            objectName: "typed"
            anchors.fill: parent
            anchors.leftMargin: 2 * Theme.gap
            text: root.page.typed
            font.pixelSize: Theme.large
            font.letterSpacing: 0.5 * Theme.mm
            verticalAlignment: Text.AlignVCenter
            lineHeight: 1
        }
    }
    Words {
        visible: !root.wide
        width: parent.width
        text: root.page.hint
        color: Theme.quiet
        lineHeight: 1.1
    }
    Grid {
        id: found
        width: parent.width
        columns: root.wide ? 2 : 1
        spacing: Theme.gap

        Repeater {
            model: root.page.rows
            delegate: BigButton {
                required property var modelData

                objectName: "row-" + modelData.value
                width: (found.width - (found.columns - 1) * found.spacing) / found.columns
                align: Text.AlignLeft
                text: modelData.label
                onTapped: root.model.choose(modelData.value)
            }
        }
    }
    LetterPad {
        width: parent.width
        wide: root.wide
        onKey: value => root.model.key(value)
    }
}
