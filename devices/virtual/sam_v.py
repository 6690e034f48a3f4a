"""A virtual ID card reader: a pty that speaks the frames of a SAM-V reader, and does wrong on command."""

import os
import pty
import select
import threading
import time
import tty
from pathlib import Path
from typing import Final

from devices.drivers.sam_v.frame import FrameParser, encode
from devices.virtual.people import Person, card_photo, card_text

FAULTS: Final = (
    "none",
    "silent",
    "rubbish",
    "wrong-checksum",
    "cut-frame",
    "lifted-mid-read",
    "read-failed",
    "wrong-type",
    "sam-error",
)
_OK, _FOUND, _NO_CARD = b"\x00\x00\x90", b"\x00\x00\x9f", b"\x00\x00\x80"
_SECONDS_A_BYTE: Final = 10 / 115200


class VirtualReader:
    """Answers in a thread of its own from `start` to `stop`. paced: sends at the speed of 115200 baud."""

    def __init__(self, link: Path, *, paced: bool = False) -> None:
        """link: a symbolic link that leads to the pty, as udev's by-id links do."""
        self.fault = "none"
        self._person: Person | None = None
        self._paced = paced
        self._ours, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        self.port = os.ttyname(self._theirs)
        aside = link.with_name(f".{link.name}.new")
        aside.unlink(missing_ok=True)
        aside.symlink_to(self.port)
        aside.rename(link)
        self._wake_read, self._wake_write = os.pipe()
        self._thread = threading.Thread(target=self._serve, name="virtual reader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Unplug it: the port is gone."""
        os.write(self._wake_write, b"!")
        self._thread.join()
        for descriptor in (self._theirs, self._ours, self._wake_read, self._wake_write):
            os.close(descriptor)

    def lay(self, person: Person) -> None:
        self._person = person

    def lift(self) -> None:
        self._person = None

    @property
    def person(self) -> Person | None:
        return self._person

    def _serve(self) -> None:
        parser = FrameParser()
        while True:
            ready, _, _ = select.select([self._ours, self._wake_read], [], [])
            if self._wake_read in ready:
                return
            for request in parser.feed(os.read(self._ours, 4096)):
                self._send(self._damaged(request, self._answer(request)))

    def _answer(self, request: bytes) -> bytes:
        person = self._person
        match request[:2]:
            case b"\x11\xff":
                return b"\x00\x00\x60" if self.fault == "sam-error" else _OK
            case b"\x20\x01":
                return _FOUND + b"\x00\x00\x00\x00" if person else _NO_CARD
            case b"\x20\x02":
                if self.fault == "lifted-mid-read":
                    self._person = person = None
                return _OK + bytes(8) if person else b"\x00\x00\x81"
            case b"\x30\x01":
                return self._read(person)
            case b"\x10\xff":
                return _OK
            case _:
                return b"\x00\x00\x21"

    def _read(self, person: Person | None) -> bytes:
        if person is None or self.fault == "read-failed":
            return b"\x00\x00\x41"
        if self.fault == "wrong-type":
            return b"\x00\x00\x40"
        text, photo = card_text(person), card_photo(person)
        return _OK + len(text).to_bytes(2, "big") + len(photo).to_bytes(2, "big") + text + photo

    def _damaged(self, request: bytes, answer: bytes) -> bytes:
        frame = encode(answer)
        match self.fault:
            case "silent":
                return b""
            case "rubbish":
                return b"\x55\xaa\xaa" * 20
            case "wrong-checksum":
                return frame[:-1] + bytes([frame[-1] ^ 0xFF])
            case "cut-frame" if request[:2] == b"\x30\x01":
                return frame[: len(frame) // 2]
            case _:
                return frame

    def _send(self, frame: bytes) -> None:
        if not self._paced:
            os.write(self._ours, frame)
            return
        start = time.monotonic()
        for sent in range(0, len(frame), 64):
            due = start + min(sent + 64, len(frame)) * _SECONDS_A_BYTE
            time.sleep(max(0.0, due - time.monotonic()))
            os.write(self._ours, frame[sent : sent + 64])
