"""A finger on the screen for the demo and for tests: real touches at what is really visible.

It is there only when the program was started with a socket for it. JSON lines, one answer for each command:
`tap` NAME · `wait` PAGE with fields that must hold · `screenshot` PATH.
"""

import json
import socket
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QPoint, QPointF, QSocketNotifier, Qt, QTimer
from PySide6.QtQuick import QQuickItem, QQuickWindow

from ui.model import ScreenModel


class Robot:
    def __init__(self, connection: socket.socket, window: QQuickWindow, model: ScreenModel, parent: QObject) -> None:
        from PySide6.QtTest import QTest

        self._connection = connection
        self._window = window
        self._model = model
        self._touch = QTest.createTouchDevice()
        self._buffer = b""
        self._wanted: dict[str, Any] | None = None
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._waited_enough)
        self._notifier = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Read, parent)
        self._notifier.activated.connect(lambda *_: self._readable())
        model.pageChanged.connect(self._changed)
        model.dataChanged.connect(self._changed)
        model.warningChanged.connect(self._changed)

    def close(self) -> None:
        self._notifier.setEnabled(False)
        self._connection.close()

    def _readable(self) -> None:
        data = self._connection.recv(65536)
        if not data:
            self._notifier.setEnabled(False)
            return
        self._buffer += data
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            self._do(json.loads(line))

    def _do(self, command: dict[str, Any]) -> None:
        match command["do"]:
            case "tap":
                self._after_next_frame(lambda: self._answer(self._tap(command["name"])))
            case "draw":
                self._after_next_frame(lambda: self._draw(command["name"]))
            case "screenshot":
                saved = self._window.grabWindow().save(command["path"])
                self._answer({} if saved else {"error": f"{command['path']} cannot be written"})
            case "wait":
                self._wanted = command
                self._timer.start(int(command["timeout_s"] * 1000))
                self._changed()

    def _after_next_frame(self, call: Callable[[], None]) -> None:
        """Positions are settled when a frame is drawn: before that, a finger would go where an item was."""
        self._window.frameSwapped.connect(call, Qt.ConnectionType.SingleShotConnection)
        self._window.update()

    def _answer(self, answer: dict[str, Any]) -> None:
        self._connection.sendall(json.dumps(answer, ensure_ascii=False).encode() + b"\n")

    # -- waiting --

    def _changed(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        data = self._model.property("data")
        fields = {"page": wanted["page"], **wanted["fields"]}
        if all(data.get(name) == value for name, value in fields.items()):
            self._settle({"page": data["page"], "data": data, "texts": self.texts()})

    def _waited_enough(self) -> None:
        self._settle({"error": f"the screen shows {self._model.property('place')}", "texts": self.texts()})

    def _settle(self, answer: dict[str, Any]) -> None:
        self._wanted = None
        self._timer.stop()
        self._answer(answer)

    # -- the screen --

    def _tap(self, name: str) -> dict[str, Any]:
        found = [item for item in visible_items(self._window.contentItem()) if item.objectName() == name]
        if len(found) != 1:
            return {"error": f"{len(found)} visible items are named {name!r}", "texts": self.texts()}
        item = found[0]
        if not item.property("live") or not item.isEnabled():
            return {"error": f"{name!r} is not live", "texts": self.texts()}
        centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        if not self._window.contentItem().contains(QPointF(centre)) or _clipped(item, centre):
            return {"error": f"{name!r} is outside of what is seen", "texts": self.texts()}
        from PySide6.QtTest import QTest

        QTest.touchEvent(self._window, self._touch).press(0, centre, self._window).commit()
        QTest.touchEvent(self._window, self._touch).release(0, centre, self._window).commit()
        return {}

    def _draw(self, name: str) -> None:
        """A finger goes across the item, up and down: a place in each frame, as what comes between is put together."""
        found = [item for item in visible_items(self._window.contentItem()) if item.objectName() == name]
        if len(found) != 1:
            self._answer({"error": f"{len(found)} visible items are named {name!r}", "texts": self.texts()})
            return
        item = found[0]
        places = [QPointF(item.width() * at / 8, item.height() * (0.25 + 0.5 * (at % 2))) for at in range(1, 8)]
        first, *rest = [item.mapToScene(place).toPoint() for place in places]
        from PySide6.QtTest import QTest

        def on(left: list[QPoint]) -> None:
            if left:
                QTest.touchEvent(self._window, self._touch).move(0, left[0], self._window).commit()
                self._after_next_frame(lambda: on(left[1:]))
            else:
                QTest.touchEvent(self._window, self._touch).release(0, rest[-1], self._window).commit()
                self._answer({})

        QTest.touchEvent(self._window, self._touch).press(0, first, self._window).commit()
        self._after_next_frame(lambda: on(rest))

    def texts(self) -> list[str]:
        """All that can be read on the screen."""
        return [
            str(item.property("text"))
            for item in visible_items(self._window.contentItem())
            if is_text(item) and item.property("text")
        ]


def is_text(item: QQuickItem) -> bool:
    """By a property that only texts have: a wrapped QMetaObject outlives its engine, and its address is given again."""
    return item.property("truncated") is not None


def visible_items(item: QQuickItem) -> list[QQuickItem]:
    """`item` and all below it that are visible."""
    if not item.isVisible() or item.opacity() == 0:
        return []
    return [item, *(found for child in item.childItems() for found in visible_items(child))]


def _clipped(item: QQuickItem, point: QPoint) -> bool:
    """Whether a parent that clips (a scrolled page) hides the point."""
    parent: QQuickItem | None = item.parentItem()
    while parent is not None:
        if parent.clip() and not parent.contains(parent.mapFromScene(QPointF(point))):
            return True
        parent = parent.parentItem()
    return False
