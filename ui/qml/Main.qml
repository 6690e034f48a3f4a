import QtQuick
import Tongban

// The one window: bars above and below, the page between, help and the idle warning on top.
Window {
    id: window

    required property ScreenModel model
    required property bool kiosk
    property bool helpShown: false

    color: Theme.ground
    visible: false
    title: qsTr("通办")

    readonly property var page: model.data
    readonly property string generalHelp: qsTr("按屏幕右下角的绿色按钮往下走，按“返回”回到上一步，按“离开”收起您的信息。") + "\n" + qsTr("不会操作，可以请工作人员或家人帮忙，也可以打 12345。")

    function file(name: string): string {
        const words = name.split("-").map(word => word.charAt(0).toUpperCase() + word.slice(1));
        return words.join("") + "Page.qml";
    }
    function show(): void {
        helpShown = false;
        loader.setSource(file(model.page), {
            "model": model,
            "page": model.data
        });
    }

    // On a kiosk nobody closes the window; systemd ends the program.
    onClosing: close => close.accepted = !kiosk

    Component.onCompleted: {
        Theme.mm = model.mm;
        show();
    }
    Binding {
        target: Theme
        property: "letters"
        value: window.model.language === "zh" ? 1 : 0.85
    }

    Connections {
        target: window.model
        function onPageChanged(): void {
            window.show();
        }
        function onDataChanged(): void {
            if (loader.item)
                loader.item["page"] = window.model.data;
        }
    }

    AppBar {
        id: bar
        width: parent.width
        state_: window.model.bar
        person: window.page.person
        onKnocked: window.model.knock()
    }
    Loader {
        id: loader
        anchors.top: bar.bottom
        anchors.bottom: foot.top
        width: parent.width
    }
    FootBar {
        id: foot
        anchors.bottom: parent.bottom
        width: parent.width
        model: window.model
        page: window.page
        onHelpAsked: window.helpShown = true
    }
    Overlay {
        visible: window.helpShown
        title: qsTr("帮助")
        text: (window.page.help ? window.page.help + "\n\n" : "") + window.generalHelp
        closeLabel: qsTr("知道了")
        closeName: "help-close"
        onClosed: window.helpShown = false
        otherLabel: window.page.person !== "" && window.page.page !== "working" ? qsTr("请人帮忙") : ""
        otherName: "help-people"
        onOther: {
            window.helpShown = false;
            window.model.open("help");
        }
    }
    Overlay {
        visible: window.model.warning.seconds !== undefined
        title: qsTr("还有 %1 秒").arg(window.model.warning.seconds ?? 0)
        text: window.model.warning.text ?? ""
        closeLabel: qsTr("我还在，继续")
        closeName: "stay"
        onClosed: window.model.stay()
    }
}
