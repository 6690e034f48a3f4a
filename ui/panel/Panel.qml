pragma ComponentBehavior: Bound
import QtQuick
import TongbanPanel

Window {
    id: window

    required property PanelModel model
    required property int left

    width: 460
    height: 900
    x: left
    y: 0
    visible: true
    color: "#f0efe9"
    title: "通办演示台"

    component Heading: Text {
        font.pixelSize: 16
        font.bold: true
        topPadding: 8
    }

    Column {
        id: column
        x: 14
        y: 8
        width: parent.width - 28
        spacing: 7

        Heading {
            text: "读卡器：" + (window.model.card || "没有卡")
        }
        Repeater {
            model: window.model.people
            delegate: Choice {
                required property var modelData
                width: column.width
                text: modelData.title
                chosen: window.model.card === modelData.title
                onTapped: window.model.lay(modelData.key)
            }
        }
        Choice {
            width: column.width
            text: "拿走卡"
            onTapped: window.model.lift()
        }
        Heading {
            text: "读卡器故障"
        }
        Flow {
            width: column.width
            spacing: 6
            Repeater {
                model: window.model.readerFaults
                delegate: Choice {
                    required property string modelData
                    text: modelData
                    chosen: window.model.readerFault === modelData
                    onTapped: window.model.fault("reader", modelData)
                }
            }
        }
        Heading {
            text: "打印机故障"
        }
        Flow {
            width: column.width
            spacing: 6
            Repeater {
                model: window.model.printerFaults
                delegate: Choice {
                    required property string modelData
                    text: modelData
                    chosen: window.model.printerFault === modelData
                    onTapped: window.model.fault("printer", modelData)
                }
            }
        }
        Heading {
            text: "平台"
        }
        Choice {
            width: column.width
            text: "工作人员受理最新一件"
            onTapped: window.model.accept()
        }
        Text {
            width: column.width
            wrapMode: Text.Wrap
            font.pixelSize: 14
            text: window.model.said
        }
        Heading {
            text: "打印机吐出的纸"
        }
        Image {
            width: column.width
            height: Math.max(80, window.height - y - 30)
            fillMode: Image.PreserveAspectFit
            verticalAlignment: Image.AlignTop
            source: window.model.paper
        }
    }
}
