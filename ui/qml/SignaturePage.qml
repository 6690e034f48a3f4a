import QtQuick
import Tongban

// A field to sign in. What is drawn is told to the application after each stroke and comes back with the page, so that
// what is seen is what is kept.
PageBody {
    id: root

    required property ScreenModel model
    required property var page
    // The stroke under the finger: x, y, x, y …
    property var stroke: []

    title: page.title
    note: page.steps ? qsTr("第 %1 步，共 %2 步").arg(page.step).arg(page.steps) : ""

    Words {
        width: parent.width
        text: root.page.text
        font.pixelSize: root.wide ? Theme.small : Theme.body
    }
    Words {
        width: parent.width
        text: root.page.hint
        color: Theme.quiet
        font.pixelSize: root.wide ? Theme.small : Theme.body
    }
    Grid {
        id: places
        width: parent.width
        columns: root.wide ? 2 : 1
        spacing: Theme.gap

        Rectangle {
            id: field
            objectName: "field"
            width: Math.min(places.width - (root.wide ? 100 * Theme.mm + places.spacing : 0), root.page.ratio * 0.34 * root.height)
            height: width / root.page.ratio
            color: Theme.sheet
            border.width: Math.max(2, 0.6 * Theme.mm)
            border.color: Theme.primary
            Accessible.role: Accessible.Canvas
            Accessible.name: root.page.hint

            Canvas {
                id: canvas

                readonly property var drawn: root.page.strokes

                anchors.fill: parent
                renderStrategy: Canvas.Immediate
                onDrawnChanged: requestPaint()

                function line(context: var, points: var): void {
                    const unitX = width / 1000, unitY = height / 1000;
                    context.beginPath();
                    context.moveTo(points[0] * unitX, points[1] * unitY);
                    // A point alone is a dot.
                    context.lineTo(points[0] * unitX + 0.1, points[1] * unitY);
                    for (let at = 2; at < points.length; at += 2)
                        context.lineTo(points[at] * unitX, points[at + 1] * unitY);
                    context.stroke();
                }
                onPaint: {
                    const context = getContext("2d");
                    context.clearRect(0, 0, width, height);
                    context.strokeStyle = Theme.ink;
                    context.lineWidth = 1.2 * Theme.mm;
                    context.lineCap = "round";
                    context.lineJoin = "round";
                    for (const one of [...drawn, root.stroke])
                        if (one.length > 1)
                            line(context, one);
                }
            }
            MouseArea {
                anchors.fill: parent
                // The page does not scroll under a finger that writes.
                preventStealing: true

                function point(mouse: var): void {
                    const x = Math.round(Math.max(0, Math.min(1000, 1000 * mouse.x / width)));
                    const y = Math.round(Math.max(0, Math.min(1000, 1000 * mouse.y / height)));
                    const before = root.stroke;
                    const near = before.length && Math.abs(before[before.length - 2] - x) < 3 && Math.abs(before[before.length - 1] - y) < 3;
                    if (!near) {
                        root.stroke.push(x, y);
                        canvas.requestPaint();
                    }
                }
                function finish(): void {
                    const all = root.page.strokes.map(one => Array.from(one));
                    const drawn = root.stroke;
                    root.stroke = [];
                    root.model.sign([...all, drawn]);
                }
                onPressed: mouse => point(mouse)
                onPositionChanged: mouse => point(mouse)
                onReleased: finish()
                onCanceled: finish()
            }
        }
        Grid {
            id: buttons

            columns: root.wide ? 1 : 2
            spacing: Theme.gap

            readonly property real part: root.wide ? 100 * Theme.mm : (places.width - spacing) / 2

            BigButton {
                objectName: "clear"
                width: buttons.part
                live: root.page.strokes.length > 0
                text: root.page.clear_label
                onTapped: root.model.sign([])
            }
            BigButton {
                objectName: "choose-cannot"
                width: buttons.part
                text: root.page.cannot_label
                onTapped: root.model.choose("cannot")
            }
        }
    }
}
