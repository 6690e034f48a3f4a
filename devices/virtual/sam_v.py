"""A virtual ID card reader: a pty that speaks the frames of a SAM-V reader, and does wrong on command."""

import random
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.drivers.sam_v.frame import FrameParser, encode
from devices.virtual.endpoints import PtyEndpoint
from devices.virtual.people import Person, card_fingerprint, card_photo, card_text

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
    "noise",
    "finds-once",
)
_OK, _FOUND, _NO_CARD = b"\x00\x00\x90", b"\x00\x00\x9f", b"\x00\x00\x80"
_SECONDS_A_BYTE: Final = 10 / 115200
_SPEEDS: Final = {115200: termios.B115200, 38400: termios.B38400, 9600: termios.B9600}


class VirtualReader:
    """Answers in a thread of its own from making to `stop`. paced: sends at the speed of 115200 baud. rate: the only
    one that it understands; at another it sees and sends noise. None: any."""

    def __init__(self, link: Path, *, paced: bool = False, rate: int | None = None) -> None:
        """link: a symbolic link that leads to the pty, as udev's by-id links do."""
        self.fault = "none"
        self._person: Person | None = None
        self._found = False
        self._speed = _SPEEDS[rate] if rate else None
        self._noise = random.Random(1)  # noqa: S311
        self._paced = paced
        self._parser = FrameParser()
        self._endpoint = PtyEndpoint(link, self._opened, self._received)
        self.port = self._endpoint.port

    def stop(self) -> None:
        """Unplug it: the port is gone."""
        self._endpoint.stop()

    def lay(self, person: Person) -> None:
        self._found = False
        self._person = person

    def lift(self) -> None:
        self._person = None

    @property
    def person(self) -> Person | None:
        return self._person

    def _opened(self, write: Callable[[bytes], None]) -> None:
        self._write = write

    def _received(self, data: bytes) -> bool:
        if self._speed is not None and self._endpoint.speed() != self._speed:
            self._write(self._noise.randbytes(4))
            return True
        for request in self._parser.feed(data):
            self._send(self._damaged(request, self._answer(request)))
        return True

    def _answer(self, request: bytes) -> bytes:
        person = self._person
        match request[:2]:
            case b"\x11\xff":
                return b"\x00\x00\x60" if self.fault == "sam-error" else _OK
            case b"\x20\x01":
                if person is None or (self._found and self.fault == "finds-once"):
                    return _NO_CARD
                return _FOUND + b"\x00\x00\x00\x00"
            case b"\x20\x02":
                if self.fault == "lifted-mid-read":
                    self._person = person = None
                return _OK + bytes(8) if person else b"\x00\x00\x81"
            case b"\x30\x01":
                return self._read(person)
            case b"\x30\x10":
                return self._read(person, fingerprint=True)
            case b"\x30\x03":
                return self._newest_address(person)
            case b"\x10\xff":
                return _OK
            case _:
                return b"\x00\x00\x21"

    def _read(self, person: Person | None, *, fingerprint: bool = False) -> bytes:
        if person is None or self.fault == "read-failed":
            return b"\x00\x00\x41"
        if self.fault == "wrong-type":
            return b"\x00\x00\x40"
        self._found = True
        parts = [card_text(person), card_photo(person), *([card_fingerprint(person)] if fingerprint else [])]
        return _OK + b"".join(len(part).to_bytes(2, "big") for part in parts) + b"".join(parts)

    @staticmethod
    def _newest_address(person: Person | None) -> bytes:
        if person is None:
            return b"\x00\x00\x41"
        address = person.get("newest_address", "")
        return _OK + address[:35].ljust(35).encode("utf-16-le") if address else b"\x00\x00\x91"

    def _damaged(self, request: bytes, answer: bytes) -> bytes:
        frame = encode(answer)
        match self.fault:
            case "silent":
                return b""
            case "rubbish":
                return b"\x55\xaa\xaa" * 20
            case "noise":
                return self._noise.randbytes(40) + b"\xaa\xaa" + frame
            case "wrong-checksum":
                return frame[:-1] + bytes([frame[-1] ^ 0xFF])
            case "cut-frame" if request[:2] == b"\x30\x01":
                return frame[: len(frame) // 2]
            case _:
                return frame

    def _send(self, frame: bytes) -> None:
        if not self._paced:
            self._write(frame)
            return
        start = time.monotonic()
        for sent in range(0, len(frame), 64):
            due = start + min(sent + 64, len(frame)) * _SECONDS_A_BYTE
            time.sleep(max(0.0, due - time.monotonic()))
            self._write(frame[sent : sent + 64])
