import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title

    Words {
        width: parent.width
        text: root.page.reason
        font.bold: true
    }
    FactList {
        model: root.model
        facts: root.page.facts
        wide: root.wide
    }
    BigButton {
        objectName: "print"
        visible: root.page.can_print
        width: parent.width
        text: qsTr("把这张说明打印出来带走")
        onTapped: root.model.printPaper()
    }
    Words {
        visible: root.page.paper !== ""
        width: parent.width
        text: root.page.paper
    }
}
