pragma ComponentBehavior: Bound
import QtQuick
import Tongban

// Something to know and something to choose; with a code for a phone what is to be tapped stands beside or below it.
PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title

    Grid {
        id: grid

        readonly property bool scanned: root.page.qr !== ""
        readonly property real part: (width - (columns - 1) * columnSpacing) / columns

        width: parent.width
        columns: root.wide && scanned ? 2 : 1
        columnSpacing: 3 * Theme.gap
        rowSpacing: (root.wide ? 1 : 1.5) * Theme.gap

        Column {
            visible: root.page.big !== "" || root.page.text !== "" || grid.scanned
            width: grid.part
            spacing: grid.rowSpacing

            Words {
                objectName: "big"
                visible: root.page.big !== ""
                width: parent.width
                text: root.page.big
                font.pixelSize: Theme.huge
                font.bold: true
                color: Theme.primary
                lineHeight: 1.1
            }
            Words {
                visible: root.page.text !== ""
                width: parent.width
                text: root.page.text
            }
            Row {
                visible: grid.scanned
                spacing: 1.5 * Theme.gap

                Image {
                    id: code
                    objectName: "qr"
                    width: 60 * Theme.mm
                    height: width
                    smooth: false
                    cache: false
                    source: root.page.qr ? "image://qr/" + encodeURIComponent(root.page.qr) : ""
                    Accessible.role: Accessible.Graphic
                    Accessible.name: root.page.qr_hint
                }
                Words {
                    width: grid.part - code.width - 1.5 * Theme.gap
                    height: Math.max(code.height, implicitHeight)
                    verticalAlignment: Text.AlignVCenter
                    text: root.page.qr_hint
                }
            }
        }
        Column {
            width: grid.part
            spacing: grid.rowSpacing

            FactList {
                visible: root.page.facts.length > 0 && !grid.scanned
                model: root.model
                facts: root.page.facts
                wide: root.wide
            }
            Grid {
                id: options

                readonly property bool many: root.page.facts.length > 0 && root.page.options.length > 2

                visible: root.page.options.length > 0
                width: parent.width
                columns: root.wide && many && !grid.scanned ? 2 : 1
                spacing: grid.rowSpacing

                Repeater {
                    model: root.page.options
                    delegate: BigButton {
                        required property var modelData

                        objectName: "choose-" + modelData.value
                        width: (options.width - (options.columns - 1) * options.spacing) / options.columns
                        align: Text.AlignLeft
                        text: modelData.label
                        onTapped: root.model.choose(modelData.value)
                    }
                }
            }
            FactList {
                visible: root.page.facts.length > 0 && grid.scanned
                model: root.model
                facts: root.page.facts
            }
        }
    }
}
