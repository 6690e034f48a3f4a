"""The driver of a SAM-V reader. Settings: port (a by-id path), baud (a number, or `auto`), photo_decoder
(`package.module:function`), newest_address (`no` to leave it), fingerprint (`read` to read it, too)."""

import base64
import time
from typing import Any, Final

import msgspec

from devices import payload
from devices.contract import Action, Card, Finding, State, Status
from devices.driver import Context, DriverError, Part
from devices.drivers.sam_v.answer import AnswerError, ReadAnswer, parse_address, parse_read
from devices.drivers.sam_v.card import CardTextError, has_valid_check_digit, parse_text
from devices.drivers.sam_v.photo import PhotoDecoder
from devices.drivers.sam_v.port import SAM_STATUS, Port

FIND: Final = b"\x20\x01"
SELECT: Final = b"\x20\x02"
READ: Final = b"\x30\x01"
READ_FINGERPRINT: Final = b"\x30\x10"
NEWEST_ADDRESS: Final = b"\x30\x03"
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


class Wait(msgspec.Struct, frozen=True):
    """The params of `read`. wait_ms: how long to wait for a card."""

    wait_ms: int = 0


class SamVReader:
    """Implements devices.driver.Driver."""

    version = "1"

    def __init__(self, context: Context) -> None:
        settings = context.settings
        self._context = context
        self._fingerprint = settings.get("fingerprint") == "read"
        self._newest_address = settings.get("newest_address") != "no"
        self._port: Port | None = None
        self._photo: PhotoDecoder | None = None
        self.parts = {
            "reader": Part(
                kind="card-reader",
                methods={"read": self._read},
                status=self._status,
                self_test=self._self_test,
                capabilities={"photo": bool(settings.get("photo_decoder")), "fingerprint": self._fingerprint},
            )
        }

    def open(self) -> None:
        if self._photo is None:
            self._photo = PhotoDecoder(self._context.settings.get("photo_decoder", ""), self._context.files)
        if self._port is None:
            self._port = _port(self._context)
        self._port.open()

    def close(self) -> None:
        if self._port is not None:
            self._port.close()

    def _status(self) -> Status:
        assert self._photo is not None
        sw3, _ = self._ask(SAM_STATUS)
        if sw3 != _OK:
            return Status(state=State.ERROR, code="reader.error", action=Action.TECHNICIAN)
        if self._photo.code:
            return Status(state=State.DEGRADED, code=self._photo.code, action=Action.TECHNICIAN)
        return Status(state=State.ONLINE)

    def _self_test(self) -> list[Finding]:
        assert self._port is not None
        assert self._photo is not None
        sw3, _ = self._ask(SAM_STATUS)
        if sw3 != _OK:
            return [Finding(code="reader.error", detail=f"the security module reports {sw3:02X}")]
        photo = "photos are decoded" if self._photo.works else "no decoder: photos are not shown"
        return [
            Finding(detail=f"the security module answers at {self._port.rate} baud and reports no fault"),
            Finding(code=self._photo.code, detail=photo),
        ]

    def _read(self, params: dict[str, Any]) -> dict[str, Any]:
        """Result: devices.contract.Card."""
        laid = self._find(msgspec.convert(params, Wait).wait_ms / 1000)
        self._expect(SELECT)
        try:
            answer = parse_read(
                self._expect(READ_FINGERPRINT if self._fingerprint else READ), fingerprint=self._fingerprint
            )
        except AnswerError as error:
            raise DriverError("reader.garbled", str(error)) from error
        fields: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(self._card(answer), laid=laid))
        return fields

    def _find(self, wait_s: float) -> bool:
        """Whether there was none at first."""
        end, laid = time.monotonic() + wait_s, False
        while True:
            sw3, _ = self._ask(FIND)
            if sw3 == _FOUND:
                return laid
            laid = True
            if sw3 != _NO_CARD:
                raise DriverError(_FAILURES.get(sw3, "reader.garbled"), f"find card: {sw3:02X}")
            left = end - time.monotonic()
            if left <= 0 or self._context.cancelled.wait(min(POLL_S, left)):
                raise DriverError("card.none")

    def _card(self, answer: ReadAnswer) -> Card:
        assert self._photo is not None
        try:
            card = parse_text(answer.text)
        except CardTextError as error:
            raise DriverError("card.unreadable", str(error)) from error
        if not has_valid_check_digit(card):
            raise DriverError("card.bad-check-digit")
        picture = self._photo.decode(answer.photo)
        return msgspec.structs.replace(
            card,
            newest_address=self._address(),
            photo=payload.put(self._context.files, picture) if picture else "",
            fingerprint=payload.put(self._context.files, answer.fingerprint) if answer.fingerprint else "",
            raw=base64.b64encode(answer.text + answer.photo).decode(),
        )

    def _address(self) -> str:
        """Where the holder has registered since; most cards have none, and not every reader knows the command."""
        if not self._newest_address:
            return ""
        sw3, data = self._ask(NEWEST_ADDRESS)
        if sw3 != _OK:
            return ""
        try:
            return parse_address(data)
        except AnswerError:
            return ""

    def _expect(self, request: bytes) -> bytes:
        sw3, data = self._ask(request)
        if sw3 != _OK:
            raise DriverError(_FAILURES.get(sw3, "reader.garbled"), f"{request.hex(' ')}: {sw3:02X}")
        return data

    def _ask(self, request: bytes) -> tuple[int, bytes]:
        assert self._port is not None
        return self._port.ask(request)


def _port(context: Context) -> Port:
    path, rate = context.settings.get("port", ""), context.settings.get("baud", "auto")
    if not path:
        raise DriverError("device.settings", "the setting `port` is missing, e.g. port=/dev/serial/by-id/…")
    if rate != "auto" and not rate.isdecimal():
        raise DriverError("device.settings", "the setting `baud` is a number or auto, e.g. baud=115200")
    return Port(path, None if rate == "auto" else int(rate), context.claimant)
