"""What a printer sends: bytes of four kinds in one stream, told apart as they come. Pure. Source: facts page on
printing, and the bit patterns that ESC/POS fixes for each kind.

| kind | bits | length |
|---|---|---|
| answer to DLE EOT | 0xx1 xx10 | 1 |
| automatic status (ASB) | 0xx1 xx00, then 0xx0 xxxx three times | 4 |
| answer to GS r | 0xx0 xxxx | 1 |
| process id (GS ( H) | 37 22, four bytes, 00 | 7 |

The second to fourth byte of an ASB look like answers to GS r: only the stream tells them apart. XON and XOFF, and bytes
of no kind, are passed over.
"""

from dataclasses import dataclass
from typing import Final

_PROCESS_ID: Final = b"\x37\x22"


@dataclass(frozen=True)
class StatusByte:
    """The answer to DLE EOT."""

    value: int


@dataclass(frozen=True)
class AutomaticStatus:
    """Sent by itself when something changed: printer, errors, paper, reserved."""

    value: bytes


@dataclass(frozen=True)
class Executed:
    """The answer to GS r: everything before it in the buffer was executed."""


@dataclass(frozen=True)
class Completed:
    """The answer to GS ( H: everything before it was printed. process: the four characters that were sent."""

    process: bytes


PrinterAnswer = StatusByte | AutomaticStatus | Executed | Completed


class AnswerParser:
    """passed_over: how many bytes were of no kind."""

    def __init__(self) -> None:
        self.passed_over = 0
        self._buffer = b""

    def feed(self, data: bytes) -> list[PrinterAnswer]:
        """The answers that are complete now."""
        self._buffer += data
        found: list[PrinterAnswer] = []
        while self._buffer:
            length, answer = _first(self._buffer)
            if length == 0:
                break
            self._buffer = self._buffer[length:]
            if answer is not None:
                found.append(answer)
            else:
                self.passed_over += length
        return found

    def reset(self) -> None:
        self._buffer = b""


def _first(data: bytes) -> tuple[int, PrinterAnswer | None]:
    """How many bytes the first answer takes (0: it is not complete), and the answer; None: it is of no kind."""
    byte = data[0]
    if byte & 0x93 == 0x12:
        return 1, StatusByte(byte)
    if byte & 0x90 == 0x00:
        return 1, Executed()
    if byte & 0x93 == 0x10:
        rest = data[1:4]
        if any(one & 0x90 for one in rest):
            return 1, None
        return (4, AutomaticStatus(data[:4])) if len(rest) == 3 else (0, None)
    if _PROCESS_ID.startswith(data[:2]):
        if len(data) < 7:
            return 0, None
        return (7, Completed(data[2:6])) if data[6] == 0 else (1, None)
    return 1, None
