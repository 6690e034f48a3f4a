"""The contract between the kiosk and a driver: JSON lines over the driver's stdin and stdout. Pure: no I/O.

The kiosk sends Request lines; the driver answers each with one Reply of the same id. A line stays under MAX_LINE_BYTES.
When stdin closes, the driver finishes the print in hand and ends.
"""

from enum import StrEnum
from typing import Any, Final

import msgspec

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
    """Who has to do something."""

    NONE = "none"
    RETRY = "retry"
    CITIZEN = "citizen"
    ATTENDANT = "attendant"
    TECHNICIAN = "technician"


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """reasons: IPP's words where they exist (media-empty, cover-open …). code: stable, from the code catalogue."""

    state: State
    reasons: list[str] = []
    action: Action = Action.NONE
    code: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """method: `configure` (params: the settings; always first), `status`, `read`, `print`, `self_test`, or `cancel`
    (params: {"id": n}; has no reply of its own). deadline_ms: the kiosk kills the driver when no reply came by then."""

    id: int
    method: str
    deadline_ms: int
    params: dict[str, Any] = {}


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An expected failure. detail: for the technician, never personal data."""

    code: str
    detail: str = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Exactly one of `result` and `error`."""

    id: int
    result: dict[str, Any] | None = None
    error: Failure | None = None


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `read` on a card reader. kind: ID, J, I or Y. Dates are ISO (YYYY-MM-DD), or 长期 for valid_to.
    Codes that are not in their standard's table are shown raw. raw: base64 of every byte read from the card, from
    which the card key is made."""

    kind: str
    name: str = ""
    name_en: str = ""
    sex: str = ""
    ethnicity: str = ""
    birth: str = ""
    address: str = ""
    id_number: str = ""
    authority: str = ""
    nationality: str = ""
    permit_number: str = ""
    valid_from: str = ""
    valid_to: str = ""
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
