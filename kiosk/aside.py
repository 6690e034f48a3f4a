"""An unfinished application as it is put aside for another kiosk: packed for the platform, and back. Pure."""

import msgspec

from kiosk.application import Application
from kiosk.session_state import DraftFound


class _Aside(msgspec.Struct, frozen=True):
    service: str
    version: int
    answers: dict[str, str]
    question: str
    company: str = ""


def packed(application: Application) -> bytes:
    at = application.question.id if application.question else ""
    service = application.service
    aside = _Aside(service.service, service.version, application.kept(), at, application.credit_code)
    return msgspec.msgpack.encode(aside)


def unpacked(draft: bytes) -> DraftFound | None:
    """None: there is nothing, or another version packed it."""
    try:
        found = msgspec.msgpack.decode(draft, type=_Aside)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None
    return DraftFound(found.service, found.version, found.answers, found.question, found.company)
