pragma ComponentBehavior: Bound
import QtQuick
import Tongban

// Something to know and something to choose.
PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title

    Words {
        visible: root.page.text !== ""
        width: parent.width
        text: root.page.text
    }
    FactList {
        visible: root.page.facts.length > 0
        model: root.model
        facts: root.page.facts
        wide: root.wide
    }
    Repeater {
        model: root.page.options
        delegate: BigButton {
            required property var modelData

            objectName: "choose-" + modelData.value
            width: parent ? parent.width : 0
            align: Text.AlignLeft
            text: modelData.label
            onTapped: root.model.choose(modelData.value)
        }
    }
}
