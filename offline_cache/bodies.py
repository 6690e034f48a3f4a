"""What the sealed bodies of journal entries hold (MessagePack maps). Pure: shared with the platform."""

from typing import Any

import msgspec


class Applicant(msgspec.Struct, frozen=True):
    """The person on the card, as read. `valid_to` is an ISO date or 长期."""

    kind: str
    name: str
    sex: str
    birth: str
    address: str
    id_number: str
    valid_to: str


class Case(msgspec.Struct, frozen=True):
    """A submitted case. token: 16 random bytes, printed in the receipt's QR code. return_key: 32 random bytes, with
    which the platform encrypts what it tells this kiosk about the case. number: the receipt's number."""

    service: str
    version: int
    number: str
    token: bytes
    return_key: bytes
    applicant: Applicant
    answers: dict[str, Any]
    consent: dict[str, str]
    """consent id -> version agreed to"""


class PrintOutcome(msgspec.Struct, frozen=True):
    """How a print ended: confirmed, failed-clean or unknown. `about` is the entry that was printed for."""

    print_id: bytes
    about: bytes
    outcome: str
    code: str
    copy: int


class DeviceState(msgspec.Struct, frozen=True):
    """A change of a device's state; no personal data."""

    device: str
    state: str
    reasons: list[str]
    code: str


class SessionEvent(msgspec.Struct, frozen=True):
    """Start or end of a citizen's session; no personal data. `outcome` is empty at the start."""

    session: bytes
    outcome: str


def encode(body: msgspec.Struct) -> bytes:
    return msgspec.msgpack.encode(body)


def decode_case(plain: bytes) -> Case:
    """Raises msgspec.ValidationError or msgspec.DecodeError."""
    return msgspec.msgpack.decode(plain, type=Case)
