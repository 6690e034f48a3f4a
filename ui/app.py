"""Shows the application on the screen: window, event loop, signals, and an orderly end."""

import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol

from devices.loop import Loop
from kiosk.screen import ScreenSource
from kiosk.wipe import Place

os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QMessageLogContext, QObject, QSize, QSocketNotifier, QtMsgType, QUrl, qInstallMessageHandler
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from ui.clipboard import Clipboard
from ui.loop import QtLoop
from ui.model import ScreenModel
from ui.qr import QrImages
from ui.robot import Robot
from ui.translator import Follower

logger = logging.getLogger(__name__)

PANEL_MM: Final = (268.66, 477.61)
"""A 21.5-inch panel, 1080×1920 at 4.02 pixels per millimetre."""
FONT: Final = "Noto Sans CJK SC"
CRASHED: Final = 70
QML: Final = Path(__file__).parent / "qml"


class Application(ScreenSource, Protocol):
    """What is shown. `start` is called after the first frame, `close` before the program ends."""

    places: list[Place]

    def start(self) -> None: ...
    def close(self) -> None: ...


def run_screen(
    make: Callable[[Loop], Application],
    *,
    orientation: str,
    px_per_mm: float,
    fullscreen: bool,
    robot_fd: int | None = None,
) -> int:
    """Show the screen until SIGTERM; returns the exit status. robot_fd: a socket on which a robot's commands come."""
    qInstallMessageHandler(_log_qt)
    app = QGuiApplication(sys.argv[:1])
    app.setFont(QFont(FONT))
    root = QObject()
    crashes = _crash_on_exception(app)
    unwatch_signals = _end_on_signals(app, root)
    application = make(QtLoop(root))
    application.places.append(Clipboard(app.clipboard()))
    model = ScreenModel(application, px_per_mm)
    engine, window = load_window(model, window_size(orientation, px_per_mm), kiosk=fullscreen)
    robot = Robot(socket.socket(fileno=robot_fd), window, model, root) if robot_fd is not None else None
    started: list[bool] = []

    def first_frame() -> None:
        if not started:
            started.append(True)
            application.start()

    window.frameSwapped.connect(first_frame)
    if fullscreen:
        window.showFullScreen()
    else:
        window.show()
    status = app.exec()
    if robot is not None:
        robot.close()
    application.close()
    unwatch_signals()
    # The engine goes before what its bindings use.
    del window
    engine.deleteLater()
    app.sendPostedEvents(engine, 52)
    del engine
    qInstallMessageHandler(None)
    return CRASHED if crashes else status


def window_size(orientation: str, px_per_mm: float) -> QSize:
    """Of the whole panel, in pixels."""
    across, down = (round(length * px_per_mm) for length in PANEL_MM)
    return QSize(across, down) if orientation == "portrait" else QSize(down, across)


def load_window(model: ScreenModel, size: QSize, *, kiosk: bool) -> tuple[QQmlApplicationEngine, QQuickWindow]:
    """The engine and its one window, not yet shown. kiosk: nobody can close it."""
    engine = QQmlApplicationEngine()
    engine.addImageProvider("qr", QrImages())
    Follower(engine, model)
    engine.setInitialProperties({"model": model, "kiosk": kiosk})
    engine.load(QUrl.fromLocalFile(str(QML / "Main.qml")))
    if not engine.rootObjects():
        raise RuntimeError("the screen's QML does not load; see the log")
    window = engine.rootObjects()[0]
    assert isinstance(window, QQuickWindow)
    window.resize(size)
    return engine, window


def _log_qt(kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
    levels = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}
    logger.log(levels.get(kind, logging.WARNING), "Qt: %s", message)


def _crash_on_exception(app: QGuiApplication) -> list[BaseException]:
    """An unexpected exception ends the program, loudly; whoever keeps it running starts it again."""
    crashes: list[BaseException] = []

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        crashes.append(error)
        logger.critical("the screen crashed", exc_info=(kind, error, trace))
        app.exit(CRASHED)

    sys.excepthook = hook
    return crashes


def _end_on_signals(app: QGuiApplication, parent: QObject) -> Callable[[], None]:
    """SIGTERM and SIGINT end the event loop, although Python's handlers do not run inside it."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    signal.set_wakeup_fd(theirs.fileno())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, parent)
    # quit() would ask the window, which refuses to be closed.
    notifier.activated.connect(lambda *_: app.exit(0))

    def unwatch() -> None:
        signal.set_wakeup_fd(-1)
        notifier.setEnabled(False)
        with contextlib.suppress(OSError):
            ours.close()
            theirs.close()

    return unwatch
