import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title

    Words {
        width: parent.width
        text: root.page.text
    }
    FactList {
        model: root.model
        facts: root.page.facts
        wide: root.wide
    }
}
