"""A virtual receipt printer on TCP: answers as a real one does, and leaves every paper as a picture and a text."""

import socket
import threading
from pathlib import Path
from typing import Final

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


class VirtualPrinter:
    """Serves one connection after the other in a thread, from making to `stop`."""

    def __init__(self, port: int, folder: Path) -> None:
        """port: 0 for any. folder: where the papers go; numbering goes on from what is there."""
        folder.mkdir(parents=True, exist_ok=True)
        self.fault = "none"
        self._folder = folder
        self._count = len(list(folder.glob("receipt-*.png")))
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        self._printed = 0
        threading.Thread(target=self._serve, name="virtual printer", daemon=True).start()

    def stop(self) -> None:
        """Switch it off."""
        self._server.close()

    def papers(self) -> list[dict[str, str]]:
        """picture: the PNG's path; text: what can be read on it; oldest first."""
        return [
            {"picture": str(path), "text": path.with_suffix(".txt").read_text(encoding="utf-8")}
            for path in sorted(self._folder.glob("receipt-*.png"))
        ]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        def answer(data: bytes) -> None:
            if self.fault != "silent":
                connection.sendall(data)

        reader = EscposReader(answer, self._cut, self._status)
        received = 0
        try:
            while data := connection.recv(512):
                for byte in data:
                    received += 1
                    if self.fault == "drop-midway" and received > DROP_AFTER_BYTES:
                        self._keep_torn(reader.paper)
                        return
                    if self.fault == "paper-out-midway" and received > DROP_AFTER_BYTES:
                        self.fault = "paper-out"
                        self._keep_torn(reader.paper)
                        return
                    reader.feed(byte)
        except OSError:
            return

    def _status(self, what: int) -> bytes:
        byte = _FIXED
        match what, self.fault:
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

    def _cut(self, paper: Paper) -> None:
        self._count += 1
        self._save(paper, self._folder / f"receipt-{self._count:04}.png")

    def _keep_torn(self, paper: Paper) -> None:
        """What hangs out of the printer when it stops in the middle."""
        if not paper.empty:
            self._save(paper, self._folder / f"torn-{self._count:04}.png")

    @staticmethod
    def _save(paper: Paper, path: Path) -> None:
        path.with_suffix(".txt").write_text("\n".join(paper.text), encoding="utf-8")
        aside = path.with_suffix(".new")
        paper.picture().save(aside, format="PNG")
        aside.rename(path)
