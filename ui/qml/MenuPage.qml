pragma ComponentBehavior: Bound
import QtQuick
import Tongban

// Something to know and something to choose.
PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title

    Row {
        visible: root.page.qr !== ""
        width: parent.width
        spacing: 2 * Theme.gap

        Image {
            id: code
            objectName: "qr"
            width: 90 * Theme.mm
            height: width
            smooth: false
            cache: false
            source: root.page.qr ? "image://qr/" + encodeURIComponent(root.page.qr) : ""
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("给手机扫的二维码")
        }
        Column {
            width: parent.width - code.width - parent.spacing
            spacing: Theme.gap

            Repeater {
                model: root.page.steps_to_take
                delegate: Words {
                    required property string modelData
                    required property int index
                    width: parent ? parent.width : 0
                    text: (index + 1) + ". " + modelData
                    lineHeight: 1.15
                }
            }
            Words {
                visible: root.wide
                width: parent.width
                text: root.page.text
                font.bold: true
                color: Theme.primary
            }
        }
    }
    Words {
        visible: root.page.text !== "" && !(root.wide && root.page.qr)
        width: parent.width
        text: root.page.text
        font.bold: root.page.qr !== ""
        color: root.page.qr ? Theme.primary : Theme.ink
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
