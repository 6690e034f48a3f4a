"""A virtual receipt printer: answers as a real one does, and leaves every paper as a picture and a text.

Like a real one it has a buffer: what comes while it has no paper is printed when there is paper again, whoever sent it
and however long ago. Real-time commands are obeyed as they come, also inside a picture's data.
"""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.virtual.endpoints import PtyEndpoint, TcpEndpoint
from devices.virtual.escpos import EscposReader
from devices.virtual.paper import Paper

FAULTS: Final = (
    "none",
    "paper-out",
    "paper-low",
    "cover-open",
    "offline",
    "cutter",
    "silent",
    "drop-midway",
    "paper-out-midway",
)
DROP_AFTER_BYTES: Final = 300
_FIXED: Final = 0x12
_STOPS: Final = ("paper-out", "cover-open", "offline", "cutter")
_DLE_EOT: Final = b"\x10\x04"
_CLEAR: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


class VirtualPrinter:
    """Serves on TCP, and on a pty when `link` is given, from making to `stop`."""

    def __init__(
        self, port: int, folder: Path, *, link: Path | None = None, dots: int = 576, completes: bool = True
    ) -> None:
        """port: 0 for any. folder: where the papers go; numbering goes on from what is there. link: leads to the pty,
        as udev's by-id links do. completes: knows GS ( H."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._completes = completes
        self._count = len(list(folder.glob("receipt-*.png")))
        self._fault = "none"
        self._lock = threading.RLock()
        self._answer: Callable[[bytes], None] = lambda _: None
        self._reader = EscposReader(self, dots)
        self._automatic = False
        self._buffer = bytearray()
        self._tail = b""
        self._received = 0
        self._tcp = TcpEndpoint(port, self._opened, self._received_bytes)
        self.port = self._tcp.port
        self._pty = PtyEndpoint(link, self._opened, self._received_bytes) if link else None

    def stop(self) -> None:
        """Switch it off."""
        self._tcp.stop()
        if self._pty is not None:
            self._pty.stop()

    @property
    def fault(self) -> str:
        return self._fault

    @fault.setter
    def fault(self, fault: str) -> None:
        with self._lock:
            before, self._fault = self._fault, fault
            if before == "paper-out" != fault:
                self._keep_torn()
            if self._automatic and before != fault:
                self._tell()
            self._work()

    def papers(self) -> list[dict[str, str]]:
        """picture: the PNG's path; text: what can be read on it; oldest first."""
        return [
            {"picture": str(path), "text": path.with_suffix(".txt").read_text(encoding="utf-8")}
            for path in sorted(self._folder.glob("receipt-*.png"))
        ]

    # -- the line --

    def _opened(self, answer: Callable[[bytes], None]) -> None:
        with self._lock:
            self._answer = answer
            self._received = 0
            self._automatic = False

    def _received_bytes(self, data: bytes) -> bool:
        """False: the printer breaks the connection off."""
        with self._lock:
            for byte in data:
                self._received += 1
                if self._received > DROP_AFTER_BYTES and self._fault == "drop-midway":
                    self._lose_power()
                    return False
                if self._received > DROP_AFTER_BYTES and self._fault == "paper-out-midway":
                    self.fault = "paper-out"
                self._buffer.append(byte)
                self._obey_at_once(byte)
                self._work()
        return True

    def _obey_at_once(self, byte: int) -> None:
        self._tail = (self._tail + bytes([byte]))[-len(_CLEAR) :]
        if self._tail[-3:-1] == _DLE_EOT and 1 <= byte <= 4:
            self._send(self._status(byte))
        elif self._tail == _CLEAR:
            self._buffer.clear()
            self._reader.forget()

    def _work(self) -> None:
        while self._buffer and self._fault not in _STOPS:
            self._reader.feed(self._buffer.pop(0))

    def _lose_power(self) -> None:
        self._buffer.clear()
        self._reader.forget()
        self._keep_torn()

    def _send(self, data: bytes) -> None:
        if self._fault != "silent":
            with contextlib.suppress(OSError):  # nobody listens any more
                self._answer(data)

    # -- what the stream makes it do --

    def executed(self) -> None:
        self._send(b"\x00")

    def completed(self, process: bytes) -> None:
        if self._completes:
            self._send(b"\x37\x22" + process + b"\x00")

    def automatic(self, *, on: bool) -> None:
        self._automatic = on
        if on:
            self._tell()

    def cut(self, paper: Paper) -> None:
        self._count += 1
        self._save(paper, self._folder / f"receipt-{self._count:04}.png")

    # -- how it is --

    def _status(self, what: int) -> bytes:
        byte = _FIXED
        match what, self._fault:
            case 1, "offline" | "paper-out" | "cover-open" | "cutter":
                byte |= 0x08
            case 2, "cover-open":
                byte |= 0x04
            case 2, "paper-out":
                byte |= 0x20
            case 2, "cutter":
                byte |= 0x40
            case 3, "cutter":
                byte |= 0x08
            case 4, "paper-out":
                byte |= 0x60
            case 4, "paper-low":
                byte |= 0x0C
        return bytes([byte])

    def _tell(self) -> None:
        printer, error, paper = 0x10, 0x00, 0x00
        match self._fault:
            case "offline":
                printer |= 0x08
            case "cover-open":
                printer |= 0x28
            case "cutter":
                printer, error = printer | 0x08, 0x08
            case "paper-out":
                printer, paper = printer | 0x08, 0x0C
            case "paper-low":
                paper = 0x03
        self._send(bytes([printer, error, paper, 0x00]))

    def _keep_torn(self) -> None:
        """What hangs out of the printer when it stops in the middle, or a new roll is put in."""
        paper = self._reader.tear()
        if not paper.empty:
            self._save(paper, self._folder / f"torn-{self._count:04}.png")

    @staticmethod
    def _save(paper: Paper, path: Path) -> None:
        path.with_suffix(".txt").write_text("\n".join(paper.text), encoding="utf-8")
        aside = path.with_suffix(".new")
        paper.picture().save(aside, format="PNG")
        aside.rename(path)
