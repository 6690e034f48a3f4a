"""What the printer says of itself: DLE EOT 1 to 4, and the automatic status. Pure. Source: facts page on printing."""

from typing import Final

from devices.contract import Action, State, Status
from devices.drivers.escpos.answers import AutomaticStatus

ASK: Final = b"\x10\x04"
PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, PAPER = 1, 2, 3, 4
PAPER_END: Final = 0x60
"""In the answer to DLE EOT 4."""

COVER_OPEN: Final = Status(
    state=State.ERROR, reasons=["cover-open"], action=Action.ATTENDANT, code="printer.cover-open"
)
PAPER_OUT: Final = Status(state=State.ERROR, reasons=["media-empty"], action=Action.ATTENDANT, code="printer.paper-out")
FAULT: Final = Status(state=State.ERROR, reasons=["other"], action=Action.TECHNICIAN, code="printer.error")
PAUSED: Final = Status(state=State.OFFLINE, reasons=["paused"], action=Action.ATTENDANT, code="printer.offline")
PAPER_LOW: Final = Status(
    state=State.DEGRADED, reasons=["media-low"], action=Action.ATTENDANT, code="printer.paper-low"
)
READY: Final = Status(state=State.ONLINE)


def status(answers: dict[int, int]) -> Status:
    """answers: the byte for each n of DLE EOT n. The worst comes first."""
    offline, error, paper = answers[OFFLINE_CAUSE], answers[ERROR_CAUSE], answers[PAPER]
    return _worst(
        cover=bool(offline & 0x04),
        empty=bool(paper & PAPER_END or offline & 0x20),
        fault=bool(offline & 0x40 or error & 0x68),
        paused=bool(answers[PRINTER] & 0x08),
        low=bool(paper & 0x0C),
    )


def automatic_status(told: AutomaticStatus) -> Status:
    printer, error, paper, _ = told.value
    return _worst(
        cover=bool(printer & 0x20),
        empty=bool(paper & 0x0C),
        fault=bool(error & 0x6C),
        paused=bool(printer & 0x08),
        low=bool(paper & 0x03),
    )


def _worst(*, cover: bool, empty: bool, fault: bool, paused: bool, low: bool) -> Status:
    for found, told in ((cover, COVER_OPEN), (empty, PAPER_OUT), (fault, FAULT), (paused, PAUSED), (low, PAPER_LOW)):
        if found:
            return told
    return READY


def ready(found: Status) -> bool:
    return found.state in (State.ONLINE, State.DEGRADED)
