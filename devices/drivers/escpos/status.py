"""What the printer says of itself: DLE EOT n and GS r. Pure. Source: facts page on printing.

Bytes of DLE EOT answers have bit 1 and bit 4 set and bits 0 and 7 clear; what has not is a stray byte.
"""

from typing import Final

from devices.contract import Action, State, Status

ASK: Final = b"\x10\x04"
PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, PAPER = 1, 2, 3, 4


def is_status(byte: int) -> bool:
    """True for a byte that can be an answer to DLE EOT."""
    return byte & 0b1001_0011 == 0b0001_0010


def status(answers: dict[int, int]) -> Status:
    """answers: the byte for each n that was asked. The worst comes first."""
    offline, error, paper = answers[OFFLINE_CAUSE], answers[ERROR_CAUSE], answers[PAPER]
    if offline & 0x04:
        return Status(state=State.ERROR, reasons=["cover-open"], action=Action.ATTENDANT, code="printer.cover-open")
    if paper & 0x60 or offline & 0x20:
        return Status(state=State.ERROR, reasons=["media-empty"], action=Action.ATTENDANT, code="printer.paper-out")
    if offline & 0x40 or error & 0x68:
        return Status(state=State.ERROR, reasons=["other"], action=Action.TECHNICIAN, code="printer.error")
    if answers[PRINTER] & 0x08:
        return Status(state=State.OFFLINE, reasons=["paused"], action=Action.ATTENDANT, code="printer.offline")
    if paper & 0x0C:
        return Status(state=State.DEGRADED, reasons=["media-low"], action=Action.ATTENDANT, code="printer.paper-low")
    return Status(state=State.ONLINE)


def ready(found: Status) -> bool:
    return found.state in (State.ONLINE, State.DEGRADED)
