"""Qt's event loop as devices.loop.Loop."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer

from devices.loop import Cancel


class QtLoop:
    """Use in the GUI thread only. parent: what the notifiers and timers belong to."""

    def __init__(self, parent: QObject) -> None:
        self._parent = parent

    def now(self) -> float:
        return time.monotonic()

    def watch(self, fd: int, readable: Callable[[], None]) -> Cancel:
        notifier = QSocketNotifier(fd, QSocketNotifier.Type.Read, self._parent)
        notifier.activated.connect(lambda *_: readable())
        alive = [notifier]

        def cancel() -> None:
            if alive:
                alive.clear()
                notifier.setEnabled(False)
                notifier.deleteLater()

        return cancel

    def later(self, seconds: float, call: Callable[[], None]) -> Cancel:
        timer = QTimer(self._parent)
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        alive = [timer]

        def end() -> bool:
            if not alive:
                return False
            alive.clear()
            timer.stop()
            timer.deleteLater()
            return True

        def fire() -> None:
            if end():
                call()

        timer.timeout.connect(fire)
        timer.start(max(0, round(seconds * 1000)))
        return lambda: (end(), None)[1]
