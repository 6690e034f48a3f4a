import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title
    note: qsTr("第 %1 步，共 %2 步").arg(page.step).arg(page.steps)

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
        text: qsTr("点上面的方框表示同意，然后按右下角的绿色按钮。")
        color: Theme.quiet
    }
}
