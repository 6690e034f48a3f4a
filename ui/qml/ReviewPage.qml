import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title
    note: "第 " + page.step + " 步，共 " + page.steps + " 步"

    FactList {
        model: root.model
        facts: root.page.facts
        wide: root.wide
    }
}
