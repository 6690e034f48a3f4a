"""What a citizen signs for, before it is handed in: a service's own text, and written promises (告知承诺). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.services.definition import Service, Way
from kiosk.services.flow import Walk

PROMISE: Final = "promise"
"""Names the text of written promises, which is the same for all services."""
SUPPLEMENT_PROMISE: Final = "promise-supplement"
"""The same of the one text that is signed with a supplement, below what was asked for."""
PROMISE_VERSION: Final = "2026-11"


@dataclass(frozen=True)
class ToSign:
    """own: the services' own texts. promised: the names of materials that a promise stands for."""

    own: tuple[str, ...]
    promised: tuple[str, ...]


def texts_of(service: Service, given: Mapping[str, Way]) -> dict[str, str]:
    """By what is signed, its version, as the case keeps it; empty: there is nothing to sign."""
    found = {service.service: str(service.version)} if service.signature else {}
    return found | ({PROMISE: PROMISE_VERSION} if "promise" in given.values() else {})


def to_sign(service: Service, walk: Walk) -> ToSign | None:
    """All that one signature stands for; None: none is wanted. walk: with nothing left to ask."""
    parts = [(one.service, one.given or {}) for one in walk.parts if one.state == "ready"]
    own: dict[str, None] = {}
    promised: dict[str, None] = {}
    for each, given in parts or [(service, walk.given)]:
        if each.signature:
            own[each.signature] = None
        promised.update({one.name: None for one in each.materials if given.get(one.id) == "promise"})
    return ToSign(tuple(own), tuple(promised)) if own or promised else None
