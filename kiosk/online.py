"""What is asked of the platform while the citizen waits. The composition root answers it through the agent; nothing of
it is stored on the kiosk."""

from dataclasses import dataclass
from typing import Literal, Protocol

from kiosk.effects import Submit
from kiosk.services.definition import Choice


@dataclass(frozen=True)
class WantSlots:
    """When can this service be booked?"""

    service: str


@dataclass(frozen=True)
class WantDone:
    """Do it now. act: book, certificate or report. Asked again with the same entry_id it is done once."""

    submit: Submit
    act: str
    slot: str


@dataclass(frozen=True)
class WantCases:
    """All cases of this person, wherever they were handed in."""


@dataclass(frozen=True)
class WantAside:
    """Keep this unfinished application for the same person at another kiosk; empty: forget it."""

    draft: bytes


@dataclass(frozen=True)
class WantTakenUp:
    """What this person put aside at another kiosk."""


@dataclass(frozen=True)
class WantUpload:
    """A page on which this person's phone sends pictures of a paper. upload: 16 random bytes, by which the case names
    it; asked again, what was sent is still there. name: of the paper."""

    upload: bytes
    name: str


@dataclass(frozen=True)
class WantArrived:
    """How much has arrived? wish: `keep`: it is all; `drop`: forget it."""

    upload: bytes
    wish: Literal["", "keep", "drop"] = ""


Wanted = WantSlots | WantDone | WantCases | WantAside | WantTakenUp | WantUpload | WantArrived


@dataclass(frozen=True)
class FoundSlots:
    slots: list[Choice]


@dataclass(frozen=True)
class Done:
    """number: the platform's. token: for the progress page. submitted_ms: Unix milliseconds."""

    number: str
    state: str
    message: str
    submitted_ms: int
    token: bytes
    public_address: str


@dataclass(frozen=True)
class OnlineCase:
    """entry_id: what more can be handed in about. state: the platform's name for it."""

    entry_id: bytes
    number: str
    receipt_number: str
    service: str
    state: str
    message: str
    submitted_ms: int
    rated: bool


@dataclass(frozen=True)
class FoundCases:
    """Newest first."""

    cases: list[OnlineCase]


@dataclass(frozen=True)
class FoundAside:
    """draft: empty when there is none."""

    draft: bytes


@dataclass(frozen=True)
class FoundUpload:
    """files: that have arrived. left_s: how long more can be sent; 0: it is to be asked for anew. address: of the page,
    for the QR code; empty unless it was asked for."""

    files: int
    left_s: int
    address: str = ""


Found = FoundSlots | Done | FoundCases | FoundAside | FoundUpload


class Online(Protocol):
    """Blocks until the platform answered; used in a thread of its own. Raises an exception with a `code`."""

    def ask(self, id_number: str, wanted: Wanted, *, has_card: bool) -> Found: ...


class OfflineError(Exception):
    """There is nobody to ask."""

    code = "agent.silent"


class _Nobody:
    def ask(self, id_number: str, wanted: Wanted, *, has_card: bool) -> Found:
        del id_number, has_card
        raise OfflineError(f"{type(wanted).__name__} cannot be asked")


NOT_ONLINE: Online = _Nobody()
