"""What the panel's QML binds to: the virtual devices' state, and commands to them."""

import json
from typing import Any, ClassVar

from PySide6.QtCore import Property, QObject, QProcess, QTimer, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement

from devices.virtual.control import ControlError, VirtualControl

QML_IMPORT_NAME = "TongbanPanel"
QML_IMPORT_MAJOR_VERSION = 1
REFRESH_MS = 500


@QmlElement
class PanelModel(QObject):
    """accept: the command that accepts the newest case at the platform."""

    changed: ClassVar[Signal] = Signal()

    def __init__(self, control: VirtualControl, accept: list[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self._accept = accept
        self._status: dict[str, Any] = {}
        self._paper = ""
        self._said = ""
        self._clerk = QProcess(self)
        self._clerk.finished.connect(self._accepted)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(REFRESH_MS)
        self.refresh()

    def _get_people(self) -> list[dict[str, str]]:
        return [{"key": key, "title": title} for key, title in self._status.get("people", {}).items()]

    def _get_card(self) -> str:
        return str(self._status.get("card", ""))

    def _get_reader_faults(self) -> list[str]:
        return list(self._status.get("known_faults", {}).get("reader", []))

    def _get_printer_faults(self) -> list[str]:
        return list(self._status.get("known_faults", {}).get("printer", []))

    def _get_reader_fault(self) -> str:
        return str(self._status.get("faults", {}).get("reader", ""))

    def _get_printer_fault(self) -> str:
        return str(self._status.get("faults", {}).get("printer", ""))

    def _get_paper(self) -> str:
        return self._paper

    def _get_said(self) -> str:
        return self._said

    people = Property(list, _get_people, notify=changed)
    card = Property(str, _get_card, notify=changed)
    """Whose card lies on the reader; empty: none."""
    readerFaults = Property(list, _get_reader_faults, notify=changed)  # noqa: N815
    printerFaults = Property(list, _get_printer_faults, notify=changed)  # noqa: N815
    readerFault = Property(str, _get_reader_fault, notify=changed)  # noqa: N815
    printerFault = Property(str, _get_printer_fault, notify=changed)  # noqa: N815
    paper = Property(str, _get_paper, notify=changed)
    """The address of the last paper's picture."""
    said = Property(str, _get_said, notify=changed)
    """What the last command said."""

    @Slot()
    def refresh(self) -> None:
        """Ask the virtual devices; while they are being restarted nothing is known."""
        try:
            status, papers = self._control.status(), self._control.papers()
        except ControlError:
            status, papers = {}, []
        paper = QUrl.fromLocalFile(papers[-1]["picture"]).toString() if papers else ""
        if (status, paper) != (self._status, self._paper):
            self._status, self._paper = status, paper
            self.changed.emit()

    @Slot(str)
    def lay(self, person: str) -> None:
        self._do(lambda: self._control.lay(person))

    @Slot()
    def lift(self) -> None:
        self._do(self._control.lift)

    @Slot(str, str)
    def fault(self, device: str, fault: str) -> None:
        self._do(lambda: self._control.fault(device, fault))

    @Slot()
    def accept(self) -> None:
        """A clerk accepts the newest case."""
        if self._clerk.state() == QProcess.ProcessState.NotRunning:
            self._clerk.start(self._accept[0], self._accept[1:])

    def _accepted(self) -> None:
        try:
            answer = json.loads(bytes(self._clerk.readAllStandardOutput().data()))
        except ValueError:
            answer = {"error": {"message": "平台没有回答"}}
        if "error" in answer:
            self._say(f"没有受理：{answer['error']['message']}")
        else:
            self._say(f"{answer['number']} {answer['state_text']}")

    def _do(self, command: Any) -> None:
        try:
            command()
        except ControlError as error:
            self._say(str(error))
        self.refresh()

    def _say(self, text: str) -> None:
        self._said = text
        self.changed.emit()
