pragma ComponentBehavior: Bound
import QtQuick
import Tongban

PageBody {
    id: root

    required property ScreenModel model
    required property var page

    title: page.title

    Grid {
        id: grid
        width: parent.width
        columns: root.wide ? 3 : 1
        spacing: Theme.gap

        Repeater {
            model: root.page.rows
            delegate: BigButton {
                id: row

                required property var modelData
                required property int index
                readonly property bool well: modelData.severity === "ok"

                objectName: "row-" + modelData.area + "-" + index
                width: (grid.width - (grid.columns - 1) * grid.spacing) / grid.columns
                align: Text.AlignLeft
                caution: !well
                text: (well ? "✓　" : modelData.severity === "warning" ? "！　" : "✗　") + modelData.name + "：" + modelData.text
                onTapped: root.model.choose(modelData.area)
            }
        }
    }
}
