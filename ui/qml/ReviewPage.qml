import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title
    note: qsTr("第 %1 步，共 %2 步").arg(page.step).arg(page.steps)

    FactList {
        model: root.model
        facts: root.page.facts
        wide: root.wide
    }
}
