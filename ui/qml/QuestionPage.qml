pragma ComponentBehavior: Bound
import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page
    readonly property bool digits: ["digits", "number", "date", "id-number"].includes(page.kind)
    readonly property bool letters: page.kind === "text"
    readonly property bool credit: page.kind === "credit-code"
    readonly property bool besides: wide && letters

    title: page.text
    note: (wide && (letters || credit) ? qsTr("%1：%2").arg(page.title).arg(page.help) : page.title) + (page.steps > 1 ? "　" + qsTr("第 %1 步，共 %2 步").arg(page.step).arg(page.steps) : "")

    function shown(value: string, group: int): string {
        const parts = [];
        for (let at = 0; group > 0 && at < value.length; at += group)
            parts.push(value.slice(at, at + group));
        return group > 0 ? parts.join(" ") : value;
    }

    // Beside the number pad in landscape, above it in portrait.
    Grid {
        id: grid
        width: parent.width
        columns: root.wide && root.digits ? 2 : 1
        columnSpacing: 3 * Theme.gap
        rowSpacing: 1.5 * Theme.gap

        Column {
            id: words
            width: grid.columns === 2 ? (grid.width - grid.columnSpacing) / 2 : grid.width
            spacing: 1.5 * Theme.gap

            Words {
                visible: !(root.wide && (root.letters || root.credit))
                width: parent.width
                text: root.page.help
                color: Theme.quiet
            }
            Grid {
                id: choices
                visible: root.page.kind === "choice"
                width: parent.width
                columns: root.wide && root.page.options.length > 3 ? 2 : 1
                spacing: words.spacing

                Repeater {
                    model: choices.visible ? root.page.options : []
                    delegate: BigButton {
                        required property var modelData

                        objectName: "option-" + modelData.value
                        width: (choices.width - (choices.columns - 1) * choices.spacing) / choices.columns
                        align: Text.AlignLeft
                        chosen: root.page.value === modelData.value
                        text: (chosen ? "●　" : "○　") + modelData.label
                        onTapped: root.model.answer(modelData.value)
                    }
                }
            }
            Row {
                id: field
                visible: root.page.kind !== "choice"
                width: parent.width
                spacing: Theme.gap

                Rectangle {
                    width: beside.count > 0 ? 0.7 * field.width - field.spacing : field.width
                    height: Theme.target
                    radius: Theme.radius
                    color: Theme.sheet
                    border.color: root.page.error ? Theme.caution : Theme.primary
                    border.width: Math.max(2, 0.6 * Theme.mm)

                    Words {
                        objectName: "value"
                        visible: root.digits || root.credit
                        anchors.fill: parent
                        anchors.leftMargin: 2 * Theme.gap
                        text: root.shown(root.page.value, root.page.group)
                        font.pixelSize: Theme.large
                        font.letterSpacing: 0.5 * Theme.mm
                        verticalAlignment: Text.AlignVCenter
                        lineHeight: 1
                    }
                    TextInput {
                        objectName: "text"
                        visible: root.page.kind === "text"
                        anchors.fill: parent
                        anchors.leftMargin: 2 * Theme.gap
                        font.family: Theme.family
                        font.pixelSize: Theme.large
                        color: Theme.ink
                        verticalAlignment: TextInput.AlignVCenter
                        maximumLength: Math.max(1, root.page.max_length)
                        text: root.page.value + root.page.sound
                        focus: visible
                        Accessible.role: Accessible.EditableText
                        Accessible.name: root.page.text
                        onTextEdited: root.model.answer(text)
                    }
                }
                // Across, the keys need the height.
                Repeater {
                    id: beside
                    model: root.besides ? root.page.options : []
                    delegate: BigButton {
                        required property var modelData

                        objectName: "choose-" + modelData.value
                        width: 0.3 * field.width
                        text: modelData.label
                        onTapped: root.model.choose(modelData.value)
                    }
                }
            }
            Words {
                objectName: "error"
                visible: root.page.error !== ""
                width: parent.width
                text: root.page.error
                color: Theme.caution
                font.bold: true
            }
            Repeater {
                model: root.page.kind === "choice" || root.besides ? [] : root.page.options
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
        Flow {
            visible: root.page.candidates.length > 0
            width: words.width
            spacing: Theme.gap

            Repeater {
                model: root.page.candidates
                delegate: BigButton {
                    required property string modelData

                    objectName: "candidate-" + modelData
                    width: Math.max(Theme.key, 8 * Theme.mm * modelData.length + 6 * Theme.mm)
                    height: Theme.key
                    text: modelData
                    onTapped: root.model.pick(modelData)
                }
            }
            BigButton {
                objectName: "candidate-more"
                visible: root.page.more
                width: 2 * Theme.key
                height: Theme.key
                text: qsTr("换一批")
                onTapped: root.model.pick("")
            }
        }
        LetterPad {
            visible: root.letters
            width: words.width
            wide: root.wide
            onKey: value => root.model.key(value)
        }
        CreditPad {
            visible: root.credit
            width: words.width
            wide: root.wide
            onTyped: value => root.model.answer(root.page.value + value)
            onErase: root.model.answer(root.page.value.slice(0, -1))
        }
        NumberPad {
            visible: root.digits
            extra: root.page.kind === "id-number" ? "X" : ""
            keyWidth: (words.width - 2 * Theme.gap) / 3
            onDigit: value => root.model.answer(root.page.value + value)
            onErase: root.model.answer(root.page.value.slice(0, -1))
        }
    }
}
