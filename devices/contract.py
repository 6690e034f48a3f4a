"""The contract between the kiosk and a driver: JSON lines over the driver's stdin and stdout. Pure: no I/O.

The kiosk sends Request lines; the driver answers each with one Reply of the same id, and may send Event lines at any
time. A line stays under MAX_LINE_BYTES; what is larger goes by file (devices.payload). `docs/devices.md` is the
contract's text for who writes a driver.
"""

from enum import StrEnum
from typing import Any, Final

import msgspec

CONTRACT: Final = 1
"""The contract's version: a driver says in its Hello which one it speaks."""
MAX_LINE_BYTES: Final = 64_000


class State(StrEnum):
    """ONLINE works; BUSY works on something; DEGRADED works with less; OFFLINE does not answer; ERROR answers that it
    cannot work; ABSENT is not there."""

    ONLINE = "online"
    BUSY = "busy"
    DEGRADED = "degraded"
    OFFLINE = "offline"
    ERROR = "error"
    ABSENT = "absent"


class Action(StrEnum):
    """Who has to do something. RETRY: nobody, it is being tried again."""

    NONE = "none"
    RETRY = "retry"
    CITIZEN = "citizen"
    ATTENDANT = "attendant"
    TECHNICIAN = "technician"


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """reasons: IPP's words where they exist (media-empty, cover-open …). code: stable, from the code catalogue; empty
    only when all is well."""

    state: State
    reasons: list[str] = []
    action: Action = Action.NONE
    code: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """device: the one that is meant, as named in Hello. deadline_ms: the kiosk kills the driver when no reply came by
    then. `cancel` (params: {"id": n}) has no reply of its own."""

    id: int
    method: str
    deadline_ms: int
    device: str = ""
    params: dict[str, Any] = {}


class Configure(msgspec.Struct, frozen=True, kw_only=True):
    """The params of `configure`, always the first request. files: a private folder for what is too large for a line.
    claimant: named to another program that wants the same device."""

    settings: dict[str, str] = {}
    claimant: str = "another program"
    files: str = ""


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """One device behind the driver. kind: card-reader, receipt-printer … methods: what it can be asked beside `status`
    and `self_test`. capabilities: what the kiosk may count on, e.g. {"columns": 48, "cut": true}."""

    name: str
    kind: str
    methods: list[str] = []
    capabilities: dict[str, bool | int | str] = {}


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `configure`. version: of the driver, for the technician."""

    contract: int
    devices: list[Announced]
    version: str = ""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An expected failure. detail: for the technician, never personal data."""

    code: str
    detail: str = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Exactly one of `result` and `error`."""

    id: int
    result: dict[str, Any] | None = None
    error: Failure | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What nobody asked for. event: `status` (data: a Status), `progress` (data: {"id", "step"}), `key`, `scan`,
    `frame`, `crash` (data: {"where": [...]}, the driver's last words). At most EVENTS_A_SECOND."""

    event: str
    device: str = ""
    data: dict[str, Any] = {}


EVENTS_A_SECOND: Final = 100


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One result of a self-test. code: empty when it is well. detail: for the technician, never personal data."""

    code: str = ""
    detail: str = ""


class SelfTest(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `self_test`, which uses nothing up and waits for nobody."""

    findings: list[Finding]


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `read` on a card reader. kind: ID, J, I or Y. Dates are ISO (YYYY-MM-DD), or 长期 for valid_to.
    Codes that are not in their standard's table are shown raw. raw: base64 of every byte read from the card, from
    which the card key is made. name_full: the name fills its field on the card, so the rest of it may be missing.
    newest_address: where the holder registered last; empty when the card's address still holds. photo, fingerprint:
    files (devices.payload) with the decoded picture, and with the bytes on the card; empty where there is none. laid:
    there was no card when this read began to look, so it has just been laid down."""

    kind: str
    name: str = ""
    name_en: str = ""
    name_full: bool = False
    sex: str = ""
    ethnicity: str = ""
    birth: str = ""
    address: str = ""
    newest_address: str = ""
    id_number: str = ""
    authority: str = ""
    nationality: str = ""
    permit_number: str = ""
    valid_from: str = ""
    valid_to: str = ""
    photo: str = ""
    fingerprint: str = ""
    laid: bool = False
    raw: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line on paper. size: 1 normal, 2 double. align: left, center or right."""

    text: str = ""
    size: int = 1
    bold: bool = False
    align: str = "left"
    qr: str = ""
    """When not empty: a QR code of this text instead of a line."""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """The params of `print`: what shall stand on the paper, top to bottom; it is cut at the end."""

    lines: list[Line]


class PrintResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `print`. outcome: confirmed (the printer says it is out), failed-clean (nothing came out), or
    unknown. A driver that cannot tell says unknown. code: why, when it is not confirmed."""

    outcome: str
    code: str = ""


_decode_object = msgspec.json.Decoder(dict[str, Any]).decode


def decode_from_driver(line: bytes) -> Reply | Event:
    """A line of the driver's. Raises ValueError (msgspec's errors are) for what is neither."""
    raw = _decode_object(line)
    if "event" in raw:
        return msgspec.convert(raw, Event)
    reply = msgspec.convert(raw, Reply)
    if (reply.result is None) == (reply.error is None):
        raise ValueError("a reply has a result or an error")
    return reply
