import QtQuick

// The part of a page between the bars: a title and what the page puts below it, in a column that is readable. What does
// not fit is reached by a button, too: not everybody knows that a page can be pushed.
Item {
    id: body

    property string title
    property string note
    default property alias content: column.data
    readonly property bool wide: width > height
    readonly property bool scrolls: column.height + 2 * Theme.margin > height + 1

    Flickable {
        id: seen
        anchors.fill: parent
        anchors.bottomMargin: body.scrolls ? onward.height : 0
        contentHeight: column.height + 2 * Theme.margin
        boundsBehavior: Flickable.StopAtBounds
        clip: true

        Column {
            id: column
            x: (seen.width - width) / 2
            y: Theme.margin
            width: Math.min(seen.width - 2 * Theme.margin, Theme.columnWidth)
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
    }
    BigButton {
        id: onward
        objectName: "onward"
        visible: body.scrolls
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.key
        radius: 0
        text: seen.atYEnd ? qsTr("▲　回到上面") : qsTr("▼　下面还有，按这里")
        onTapped: seen.contentY = seen.atYEnd ? 0 : Math.min(seen.contentY + 0.8 * seen.height, seen.contentHeight - seen.height)
    }
}
