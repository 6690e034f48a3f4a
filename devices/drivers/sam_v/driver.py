"""The driver of a SAM-V reader on a serial port. Settings: port (a by-id path), baud (115200)."""

import base64
import os
import termios
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
import serial

from devices.claim import Claim
from devices.contract import State, Status
from devices.driver import DriverError
from devices.drivers.sam_v.card import CardTextError, has_valid_check_digit, parse_text
from devices.drivers.sam_v.frame import FrameParser, encode

SAM_STATUS: Final = b"\x11\xff"
FIND: Final = b"\x20\x01"
SELECT: Final = b"\x20\x02"
READ: Final = b"\x30\x01"

ANSWER_S: Final = 1.5
"""For a whole answer; a read frame takes 0.11 s on the wire at 115200 baud, and a real card's radio part up to 1 s."""
POLL_S: Final = 0.2

_OK, _FOUND, _NO_CARD = 0x90, 0x9F, 0x80
_FAILURES: Final = {
    0x31: "card.unreadable",
    0x32: "card.unreadable",
    0x33: "card.unreadable",
    0x40: "card.wrong-type",
    0x41: "card.unreadable",
    0x47: "card.unreadable",
    0x80: "card.unreadable",
    0x81: "card.unreadable",
    0x60: "reader.error",
    0x66: "reader.error",
}


class SamVReader:
    """Implements devices.driver.Driver."""

    def __init__(self, settings: dict[str, str], cancelled: threading.Event) -> None:
        self.methods: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "read": self._read,
            "self_test": self._self_test,
        }
        self._settings = settings
        self._cancelled = cancelled
        self._parser = FrameParser()
        self._port: serial.Serial | None = None
        self._claim: Claim | None = None

    def open(self) -> None:
        if self._port is not None:
            return
        path = self._settings.get("port", "")
        if not path:
            raise DriverError("reader.absent", "the setting `port` is missing, e.g. port=/dev/serial/by-id/…")
        try:
            baud = int(self._settings.get("baud", "115200"))
        except ValueError:
            raise DriverError("reader.absent", "the setting `baud` is a number, e.g. baud=115200") from None
        claim = Claim(str(Path(path).resolve()), self._settings.get("claimant", "another program"))
        try:
            self._port = serial.Serial(path, baud, timeout=0, write_timeout=ANSWER_S, exclusive=True)
        except (serial.SerialException, OSError, ValueError) as error:
            claim.release()
            raise DriverError("reader.absent", f"{path} cannot be opened: {_reason(error)}") from error
        self._claim = claim

    def status(self) -> Status:
        sw3, _ = self._ask(SAM_STATUS)
        if sw3 != _OK:
            return Status(state=State.ERROR, code="reader.error")
        return Status(state=State.ONLINE)

    def close(self) -> None:
        if self._port is not None:
            self._port.close()
            self._port = None
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def _self_test(self, params: dict[str, Any]) -> dict[str, Any]:
        del params
        sw3, _ = self._ask(SAM_STATUS)
        if sw3 != _OK:
            raise DriverError("reader.error", f"the security module reports {sw3:02X}")
        return {"findings": ["the security module answers and reports no fault"]}

    def _read(self, params: dict[str, Any]) -> dict[str, Any]:
        """params: wait_ms, how long to wait for a card. Result: devices.contract.Card."""
        self._find(float(params.get("wait_ms", 0)) / 1000)
        self._expect(SELECT)
        data = self._expect(READ)
        return _card(data)

    def _find(self, wait_s: float) -> None:
        end = time.monotonic() + wait_s
        while True:
            sw3, _ = self._ask(FIND)
            if sw3 == _FOUND:
                return
            if sw3 != _NO_CARD:
                raise DriverError(_FAILURES.get(sw3, "reader.garbled"), f"find card: {sw3:02X}")
            left = end - time.monotonic()
            if left <= 0 or self._cancelled.wait(min(POLL_S, left)):
                raise DriverError("card.none")

    def _expect(self, request: bytes) -> bytes:
        sw3, data = self._ask(request)
        if sw3 != _OK:
            raise DriverError(_FAILURES.get(sw3, "reader.garbled"), f"{request.hex(' ')}: {sw3:02X}")
        return data

    def _ask(self, request: bytes) -> tuple[int, bytes]:
        """SW3 and the data behind it. A garbled answer is asked for once more."""
        for _ in range(2):
            body = self._exchange(request)
            if body is not None:
                return body[2], body[3:]
        raise DriverError("reader.garbled", f"{request.hex(' ')}: the answers are not frames of this reader")

    def _exchange(self, request: bytes) -> bytes | None:
        """The body of the answer; None when what came was no frame."""
        assert self._port is not None
        try:
            self._port.reset_input_buffer()
            self._parser.reset()
            self._port.write(encode(request))
            end = time.monotonic() + ANSWER_S
            while (left := end - time.monotonic()) > 0:
                self._port.timeout = left
                data = self._port.read(max(1, self._port.in_waiting))
                bodies = self._parser.feed(data)
                if bodies:
                    return bodies[0] if len(bodies[0]) >= 3 else None
        except (serial.SerialException, OSError, termios.error) as error:
            self.close()
            raise DriverError("reader.absent", f"the port has gone: {_reason(error)}") from error
        if self._parser.wrong or self._parser.noise or self._parser.pending:
            return None
        raise DriverError("reader.no-answer", f"{request.hex(' ')}: nothing came within {ANSWER_S} s")


def _card(data: bytes) -> dict[str, Any]:
    if len(data) < 4:
        raise DriverError("reader.garbled", "the read answer is too short")
    text_length, photo_length = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    text, photo = data[4 : 4 + text_length], data[4 + text_length :]
    if len(text) != text_length or len(photo) != photo_length:
        raise DriverError("reader.garbled", "the read answer is shorter than it says")
    try:
        card = parse_text(text)
    except CardTextError as error:
        raise DriverError("card.unreadable", str(error)) from error
    if not has_valid_check_digit(card):
        raise DriverError("card.bad-check-digit")
    raw = base64.b64encode(text + photo).decode()
    fields: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(card, raw=raw))
    return fields


def _reason(error: Exception) -> str:
    number = error.args[0] if isinstance(error, termios.error) else getattr(error, "errno", None)
    return os.strerror(number) if isinstance(number, int) else "not a serial port"
