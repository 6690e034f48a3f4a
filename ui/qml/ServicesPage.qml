pragma ComponentBehavior: Bound
import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title

    BigButton {
        objectName: "resume"
        visible: root.page.draft !== ""
        width: parent.width
        text: qsTr("接着办上次没办完的：%1").arg(root.page.draft)
        primary: true
        onTapped: root.model.resume()
    }
    Grid {
        id: tiles
        width: parent.width
        columns: root.wide && root.page.tiles.length > 2 ? 2 : 1
        spacing: (root.wide ? 1 : 1.5) * Theme.gap
        verticalItemAlignment: Grid.AlignVCenter

        Repeater {
            model: root.page.tiles
            delegate: BigButton {
                id: tile

                required property var modelData

                objectName: "tile-" + modelData.service
                width: (tiles.width - (tiles.columns - 1) * tiles.spacing) / tiles.columns
                height: names.height + (root.wide ? 1.8 : 3) * Theme.gap
                Accessible.name: modelData.name
                onTapped: root.model.choose(modelData.service)

                Column {
                    id: names
                    anchors.verticalCenter: parent.verticalCenter
                    x: 2 * Theme.gap
                    width: parent.width - 4 * Theme.gap
                    Words {
                        width: parent.width
                        text: tile.modelData.name
                        font.pixelSize: Theme.large
                        font.bold: true
                        lineHeight: 1.15
                    }
                    Words {
                        visible: !root.wide || tile.modelData.note === ""
                        width: parent.width
                        text: tile.modelData.summary
                        color: Theme.quiet
                        lineHeight: 1.15
                    }
                    Words {
                        visible: tile.modelData.note !== ""
                        width: parent.width
                        text: tile.modelData.note
                        color: Theme.caution
                        font.bold: true
                        lineHeight: 1.15
                    }
                }
            }
        }
    }
    Row {
        id: more
        width: parent.width
        spacing: Theme.gap

        readonly property int parts: (root.page.has_card ? 3 : 1) + root.page.languages.length
        readonly property real tall: Math.max(search.implicitHeight, agent.implicitHeight, cases.implicitHeight)
        readonly property real part: (width - (parts - 1) * spacing) / parts

        BigButton {
            id: search
            objectName: "search"
            width: more.part
            height: more.tall
            text: qsTr("找别的事")
            onTapped: root.model.open("search")
        }
        BigButton {
            id: agent
            objectName: "agent"
            visible: root.page.has_card
            width: more.part
            height: more.tall
            text: qsTr("替别人办")
            onTapped: root.model.open("agent")
        }
        BigButton {
            id: cases
            objectName: "cases"
            visible: root.page.has_card
            width: more.part
            height: more.tall
            text: qsTr("我办的事") + (root.page.cases > 0 ? " " + root.page.cases : "")
            onTapped: root.model.showCases()
        }
        Repeater {
            model: root.page.languages
            delegate: BigButton {
                required property var modelData

                objectName: "language-" + modelData.value
                width: more.part
                height: more.tall
                text: modelData.label
                onTapped: root.model.speak(modelData.value)
            }
        }
    }
}
