"""What is asked of the platform while the citizen waits. The composition root answers it through the agent; nothing of
it is stored on the kiosk."""

from dataclasses import dataclass
from typing import Protocol

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
class Proof:
    """What more than a card is there. token: of the case's receipt. attended: staff has looked at the citizen."""

    token: bytes = b""
    attended: bool = False


@dataclass(frozen=True)
class WantOrder:
    """Open the order of a case that was handed in; it is the same, however often it is asked."""

    entry_id: bytes
    service: str
    proof: Proof


@dataclass(frozen=True)
class WantPayment:
    """What became of the order?"""

    order: str


@dataclass(frozen=True)
class WantCertificate:
    """A link by which a phone fetches the case's certificate. number: the platform's."""

    number: str
    proof: Proof


Wanted = WantSlots | WantDone | WantCases | WantAside | WantTakenUp | WantOrder | WantPayment | WantCertificate


@dataclass(frozen=True)
class FoundSlots:
    slots: list[Choice]


@dataclass(frozen=True)
class Done:
    """number: the platform's. token: for the progress page. submitted_ms: Unix milliseconds. code: of a certificate
    that was issued at once, else empty."""

    number: str
    state: str
    message: str
    submitted_ms: int
    token: bytes
    public_address: str
    code: str = ""


@dataclass(frozen=True)
class OnlineCase:
    """entry_id: what more can be handed in about. state: the platform's name for it. certificate: there is one.
    payment, fen: as in kiosk.pages.CaseRow."""

    entry_id: bytes
    number: str
    receipt_number: str
    service: str
    state: str
    message: str
    submitted_ms: int
    rated: bool
    certificate: bool = False
    payment: str = ""
    fen: int = 0


@dataclass(frozen=True)
class FoundCases:
    """Newest first."""

    cases: list[OnlineCase]


@dataclass(frozen=True)
class FoundAside:
    """draft: empty when there is none."""

    draft: bytes


@dataclass(frozen=True)
class FoundOrder:
    """fen: the amount, a hundredth of a yuan. state: open, paid, expired or refunded. qr: what the payer's phone scans,
    while it is open. *_ms: Unix milliseconds."""

    order: str
    fen: int
    state: str
    qr: str
    expires_ms: int
    paid_ms: int


@dataclass(frozen=True)
class FoundCertificate:
    """code, address: by which anybody verifies it. link: a secret for the citizen's phone, until until_ms."""

    title: str
    number: str
    code: str
    address: str
    link: str
    until_ms: int


Found = FoundSlots | Done | FoundCases | FoundAside | FoundOrder | FoundCertificate


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
