"""What QML binds to: the application's present page as properties, the citizen's taps as slots."""

from typing import Any, ClassVar

import msgspec
from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk import actions
from kiosk.actions import Action
from kiosk.screen import ScreenSource

QML_IMPORT_NAME = "Tongban"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class ScreenModel(QObject):
    """Wraps a ScreenSource. Each part signals only when it changed, so that a page keeps its focus."""

    languageChanged: ClassVar[Signal] = Signal()  # noqa: N815
    pageChanged: ClassVar[Signal] = Signal()  # noqa: N815
    dataChanged: ClassVar[Signal] = Signal()  # noqa: N815
    barChanged: ClassVar[Signal] = Signal()  # noqa: N815
    warningChanged: ClassVar[Signal] = Signal()  # noqa: N815

    def __init__(self, source: ScreenSource, px_per_mm: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._px_per_mm = px_per_mm
        self._language = source.language
        self._data: dict[str, Any] = msgspec.to_builtins(source.page)
        self._bar: dict[str, Any] = msgspec.to_builtins(source.bar)
        self._warning: dict[str, Any] = msgspec.to_builtins(source.warning) or {}
        source.on_change = self.refresh

    def refresh(self) -> None:
        """Take over what the source shows now."""
        data = msgspec.to_builtins(self._source.page)
        bar = msgspec.to_builtins(self._source.bar)
        warning = msgspec.to_builtins(self._source.warning) or {}
        if self._source.language != self._language:
            self._language = self._source.language
            self.languageChanged.emit()
        before = self._data
        if data != before:
            self._data = data
            if _place(data) != _place(before):
                self.pageChanged.emit()
            self.dataChanged.emit()
        if bar != self._bar:
            self._bar = bar
            self.barChanged.emit()
        if warning != self._warning:
            self._warning = warning
            self.warningChanged.emit()

    # -- properties: PySide's Property is untyped for mypy --

    def _get_language(self) -> str:
        return self._language

    def _get_page(self) -> str:
        return str(self._data["page"])

    def _get_place(self) -> str:
        return _place(self._data)

    def _get_data(self) -> dict[str, Any]:
        return self._data

    def _get_bar(self) -> dict[str, Any]:
        return self._bar

    def _get_warning(self) -> dict[str, Any]:
        return self._warning

    def _get_mm(self) -> float:
        return self._px_per_mm

    language = Property(str, _get_language, notify=languageChanged)
    """In which the QML files' own words are said (ui.translator)."""
    page = Property(str, _get_page, notify=pageChanged)
    """The page's name, e.g. `question`."""
    place = Property(str, _get_place, notify=pageChanged)
    """Page and question: changes when another page is shown."""
    data = Property(dict, _get_data, notify=dataChanged)
    """The page's fields (kiosk.pages)."""
    bar = Property(dict, _get_bar, notify=barChanged)
    warning = Property(dict, _get_warning, notify=warningChanged)
    """The idle warning's fields; empty when there is none."""
    mm = Property(float, _get_mm, constant=True)
    """Pixels per millimetre of the real panel."""

    # -- taps --

    def _act(self, action: Action) -> None:
        self._source.act(action)

    @Slot()
    def next(self) -> None:
        self._act(actions.Next())

    @Slot()
    def back(self) -> None:
        self._act(actions.Back())

    @Slot()
    def leave(self) -> None:
        self._act(actions.Leave())

    @Slot()
    def stay(self) -> None:
        self._act(actions.Stay())

    @Slot(str)
    def choose(self, service: str) -> None:
        self._act(actions.Choose(service))

    @Slot()
    def resume(self) -> None:
        self._act(actions.Resume())

    @Slot()
    def showCases(self) -> None:  # noqa: N802
        self._act(actions.ShowCases())

    @Slot(str)
    def answer(self, value: str) -> None:
        self._act(actions.Answer(value))

    @Slot(str)
    def change(self, question: str) -> None:
        self._act(actions.Change(question))

    @Slot(bool)
    def agree(self, yes: bool) -> None:
        self._act(actions.Agree(yes))

    @Slot(bool)
    def cameOut(self, yes: bool) -> None:  # noqa: N802
        self._act(actions.CameOut(yes))

    @Slot(float)
    def reprint(self, position: float) -> None:
        """A position has more digits than QML's int; its numbers hold 53 bits."""
        self._act(actions.Reprint(int(position)))

    @Slot()
    def knock(self) -> None:
        self._act(actions.Knock())

    @Slot()
    def restart(self) -> None:
        self._act(actions.Restart())

    @Slot(str)
    def open(self, what: str) -> None:
        self._act(actions.Open(what))

    @Slot(str)
    def speak(self, language: str) -> None:
        self._act(actions.Speak(language))

    @Slot(str)
    def key(self, value: str) -> None:
        self._act(actions.Key(value))

    @Slot(str)
    def pick(self, value: str) -> None:
        self._act(actions.Pick(value))

    @Slot(list)
    def sign(self, strokes: list[list[int]]) -> None:
        self._act(actions.Sign(strokes))

    @Slot()
    def printPaper(self) -> None:  # noqa: N802
        self._act(actions.Print())

    @Slot()
    def printWithAnswers(self) -> None:  # noqa: N802
        self._act(actions.Print(with_answers=True))


def _place(data: dict[str, Any]) -> str:
    return f"{data['page']} {data.get('question', '')}".strip()
