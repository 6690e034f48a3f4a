pragma ComponentBehavior: Bound
import QtQuick

// A card coming down on the reader: drawn here, so that it is sharp at every size.
Item {
    id: drawing

    implicitWidth: 150 * Theme.mm
    implicitHeight: 105 * Theme.mm

    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        width: 130 * Theme.mm
        height: 26 * Theme.mm
        radius: 4 * Theme.mm
        color: "#2b3a36"

        Rectangle {
            anchors.centerIn: parent
            width: 96 * Theme.mm
            height: 10 * Theme.mm
            radius: 2 * Theme.mm
            color: "#12b38f"
        }
    }
    Rectangle {
        x: (parent.width - width) / 2
        y: 2 * Theme.mm
        width: 92 * Theme.mm
        height: 58 * Theme.mm
        radius: 4 * Theme.mm
        color: Theme.sheet
        border.color: Theme.primary
        border.width: 1.2 * Theme.mm

        Column {
            x: 7 * Theme.mm
            y: 9 * Theme.mm
            spacing: 4.5 * Theme.mm

            Repeater {
                model: [30, 42, 24, 46]
                delegate: Rectangle {
                    required property int modelData
                    width: modelData * Theme.mm
                    height: 4.5 * Theme.mm
                    radius: 2 * Theme.mm
                    color: Theme.line
                }
            }
        }
        Rectangle {
            anchors.right: parent.right
            anchors.rightMargin: 7 * Theme.mm
            y: 9 * Theme.mm
            width: 24 * Theme.mm
            height: 31 * Theme.mm
            radius: 2 * Theme.mm
            color: Theme.chosen

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: 5 * Theme.mm
                width: 11 * Theme.mm
                height: 11 * Theme.mm
                radius: width / 2
                color: Theme.primary
            }
            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: 18 * Theme.mm
                width: 18 * Theme.mm
                height: 10 * Theme.mm
                radius: 5 * Theme.mm
                color: Theme.primary
            }
        }
    }
    Column {
        anchors.horizontalCenter: parent.horizontalCenter
        y: 63 * Theme.mm
        spacing: -1.5 * Theme.mm

        Repeater {
            model: 3
            delegate: Rectangle {
                required property int index
                anchors.horizontalCenter: parent ? parent.horizontalCenter : undefined
                width: 6 * Theme.mm
                height: 6 * Theme.mm
                rotation: 45
                color: Theme.primary
                opacity: 0.3 + 0.35 * index
            }
        }
    }
}
