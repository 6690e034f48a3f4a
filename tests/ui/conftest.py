"""The screen offscreen, with pages from the gallery. Any QML or Qt warning fails the test (qt_log_level_fail)."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
from pytestqt.qtbot import QtBot

from kiosk.pages import AnyPage, IdleWarning
from kiosk.saying import CHINESE
from ui.app import FONT, load_window, window_size
from ui.gallery import FixedSource, first_frame
from ui.model import ScreenModel

PX_PER_MM = 4.02


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    return QGuiApplication


class Shown:
    """A page on the screen."""

    def __init__(self, page: AnyPage, orientation: str, warning: IdleWarning | None, language: str) -> None:
        self.source = FixedSource(page, warning, language)
        self.model = ScreenModel(self.source, PX_PER_MM)
        self.engine: QQmlApplicationEngine
        self.window: QQuickWindow
        self.engine, self.window = load_window(self.model, window_size(orientation, PX_PER_MM), kiosk=False)
        self.window.show()
        self.settle()

    def show(self, page: AnyPage, language: str = CHINESE) -> None:
        self.source.page, self.source.language = page, language
        self.source.on_change()
        self.settle()

    def settle(self) -> None:
        first_frame(self.window)


Show = Callable[..., Shown]


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """Shows a page; everything is taken down at the end."""
    shown: list[Shown] = []
    QGuiApplication.setFont(QFont(FONT))

    def make(
        page: AnyPage, orientation: str = "portrait", warning: IdleWarning | None = None, language: str = CHINESE
    ) -> Shown:
        shown.append(Shown(page, orientation, warning, language))
        return shown[-1]

    yield make
    for one in shown:
        one.window.close()
        del one.window
        with qtbot.waitSignal(one.engine.destroyed):
            one.engine.deleteLater()
