import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title
    note: "第 " + page.step + " 步，共 " + page.steps + " 步"

    Words {
        width: parent.width
        text: root.page.text
    }
    BigButton {
        objectName: "agree"
        width: parent.width
        chosen: root.page.agreed
        align: Text.AlignLeft
        text: (root.page.agreed ? "☑　" : "☐　") + root.page.agree_label
        onTapped: root.model.agree(!root.page.agreed)
    }
    Words {
        visible: !root.page.agreed
        width: parent.width
        text: "点上面的方框表示同意，然后按右下角“提交”。"
        color: Theme.quiet
    }
}
