import QtQuick
import Tongban

// Labels and values, one below the other; with a button where a row can be changed.
Rectangle {
    id: list

    required property ScreenModel model
    required property var facts

    width: parent ? parent.width : 0
    implicitHeight: rows.height
    radius: Theme.radius
    color: Theme.sheet
    border.color: Theme.line
    border.width: Math.max(1, 0.3 * Theme.mm)

    Column {
        id: rows
        width: parent.width

        Repeater {
            model: list.facts
            delegate: Item {
                id: row

                required property var modelData
                required property int index

                width: rows.width
                height: Math.max(words.height, change.visible ? change.height : 0) + 1.5 * Theme.gap

                Rectangle {
                    visible: row.index > 0
                    x: Theme.gap
                    width: parent.width - 2 * Theme.gap
                    height: Math.max(1, 0.3 * Theme.mm)
                    color: Theme.line
                }
                Column {
                    id: words
                    anchors.verticalCenter: parent.verticalCenter
                    anchors.left: parent.left
                    anchors.leftMargin: Theme.gap * 1.5
                    anchors.right: change.visible ? change.left : parent.right
                    anchors.rightMargin: Theme.gap

                    Words {
                        width: parent.width
                        text: row.modelData.label
                        font.pixelSize: Theme.small
                        color: Theme.quiet
                        lineHeight: 1.15
                    }
                    Words {
                        width: parent.width
                        text: row.modelData.value
                        lineHeight: 1.15
                    }
                }
                BigButton {
                    id: change
                    objectName: "change-" + row.modelData.question
                    visible: row.modelData.question !== ""
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.gap
                    anchors.verticalCenter: parent.verticalCenter
                    width: 34 * Theme.mm
                    text: "修改"
                    onTapped: list.model.change(row.modelData.question)
                }
            }
        }
    }
}
