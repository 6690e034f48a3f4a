pragma ComponentBehavior: Bound
import QtQuick
import Tongban

// Labels and values, one below the other, or in two columns where there is room; with a button where one can change.
Grid {
    id: list

    required property ScreenModel model
    required property var facts
    property bool wide: false

    width: parent ? parent.width : 0
    columns: wide ? 2 : 1
    spacing: 0.6 * Theme.gap

    Repeater {
        model: list.facts
        delegate: Rectangle {
            id: row

            required property var modelData

            width: (list.width - (list.columns - 1) * list.spacing) / list.columns
            height: Math.max(words.height, change.visible ? change.height : 0) + 1.2 * Theme.gap
            radius: Theme.radius
            color: Theme.sheet
            border.color: Theme.line
            border.width: Math.max(1, 0.3 * Theme.mm)

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
                width: Math.max(34 * Theme.mm, implicitWidth)
                text: qsTr("修改")
                onTapped: list.model.change(row.modelData.question)
            }
        }
    }
}
