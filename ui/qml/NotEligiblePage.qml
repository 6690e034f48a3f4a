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
    Grid {
        id: ways
        visible: root.page.can_print
        width: parent.width
        columns: root.wide && root.page.has_answers ? 2 : 1
        spacing: Theme.gap

        BigButton {
            objectName: "print"
            width: (ways.width - (ways.columns - 1) * ways.spacing) / ways.columns
            text: qsTr("把这张说明打印出来带走")
            onTapped: root.model.printPaper()
        }
        BigButton {
            objectName: "print-with-answers"
            visible: root.page.has_answers
            width: (ways.width - (ways.columns - 1) * ways.spacing) / ways.columns
            text: qsTr("连我填过的一起打印，号码只印末4位")
            onTapped: root.model.printWithAnswers()
        }
    }
    Words {
        visible: root.page.paper !== ""
        width: parent.width
        text: root.page.paper
    }
    FactList {
        model: root.model
        facts: root.page.facts
        wide: root.wide
    }
}
