import QtQuick

// The part of a page between the bars: a title and what the page puts below it, in a column that is readable.
Flickable {
    id: body

    property string title
    property string note
    default property alias content: column.data
    readonly property bool wide: width > height

    contentHeight: column.height + 2 * Theme.margin
    boundsBehavior: Flickable.StopAtBounds
    clip: true

    Column {
        id: column
        x: (body.width - width) / 2
        y: Theme.margin
        width: Math.min(body.width - 2 * Theme.margin, Theme.columnWidth)
        spacing: (body.wide ? 1 : 1.5) * Theme.gap

        Words {
            visible: body.note !== ""
            width: parent.width
            text: body.note
            font.pixelSize: Theme.small
            color: Theme.quiet
        }
        Words {
            visible: body.title !== ""
            width: parent.width
            text: body.title
            font.pixelSize: Theme.title
            font.bold: true
        }
    }
    Rectangle {
        parent: body
        visible: body.contentHeight > body.height
        anchors.right: parent.right
        anchors.rightMargin: Theme.mm
        width: 2 * Theme.mm
        radius: Theme.mm
        height: body.height * body.visibleArea.heightRatio
        y: body.height * body.visibleArea.yPosition
        color: Theme.line
    }
}
