"""What is asked of the platform while the citizen waits. The composition root answers it through the agent; nothing of
it is stored on the kiosk."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from kiosk.effects import Submit
from kiosk.proof import Proof
from kiosk.services.definition import Choice
from offline_cache.assurance import Level


@dataclass(frozen=True)
class WantSlots:
    """When can this service be booked?"""

    service: str


@dataclass(frozen=True)
class WantDone:
    """Do it now. act: book, certificate or report. Asked again with the same entry_id it is done once. demands: what
    the service wants to be known of who asks."""

    submit: Submit
    act: str
    slot: str
    demands: Level = "card"


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
class WantAuthorisation:
    """May this person act for this company in this service?"""

    credit_code: str
    service: str


@dataclass(frozen=True)
class WantCode:
    """Send a one-time code to the phone that the office has on record."""


@dataclass(frozen=True)
class WantCodeChecked:
    code: str = field(repr=False)


@dataclass(frozen=True)
class WantHeld:
    """Which of these kinds of certificates does this person hold?"""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class WantOrder:
    """Open the order of a case that was handed in; it is the same, however often it is asked. token: of
    the case's receipt; empty where the session proved more than a card. option: the answer on which the price depends,
    or empty; the platform reads it from the case once that is there."""

    entry_id: bytes
    service: str
    token: bytes = field(repr=False)
    option: str = field(default="", repr=False)


@dataclass(frozen=True)
class WantPayment:
    """What became of the order?"""

    order: str


@dataclass(frozen=True)
class WantCertificate:
    """A link by which a phone fetches the case's certificate. number: the platform's."""

    number: str


@dataclass(frozen=True)
class WantCalled:
    """Call the staff to this kiosk; it is asked in nobody's name. place: where it stands."""

    place: str


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


Wanted = (
    WantSlots
    | WantDone
    | WantCases
    | WantAside
    | WantTakenUp
    | WantAuthorisation
    | WantCode
    | WantCodeChecked
    | WantHeld
    | WantOrder
    | WantPayment
    | WantCertificate
    | WantCalled
    | WantUpload
    | WantArrived
)


@dataclass(frozen=True)
class FoundCode:
    """tail: the last digits of the phone that it went to; empty: none was sent, because no phone is on record or the
    platform sends no SMS."""

    tail: str


@dataclass(frozen=True)
class FoundChecked:
    """assured: proves the code to the platform in what is asked next; empty: it was none. void: it is too old, used, or
    was tried too often."""

    assured: bytes = field(repr=False)
    void: bool = False


@dataclass(frozen=True)
class FoundHeld:
    """kinds: that are held. more: of others the platform would tell to somebody who proved more than a card."""

    kinds: frozenset[str]
    more: bool


@dataclass(frozen=True)
class FoundSlots:
    """left: how many places each has, by its value, as far as is known."""

    slots: list[Choice]
    left: dict[str, int] = field(default_factory=dict)


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
    bundle: bytes = b""
    """The same in all that were handed in together."""
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
class FoundAuthorisation:
    """All else is empty where authorised is false. status: active, suspended or closed. role: legal
    (法定代表人) or agent (经办人). until: ISO date, or empty for no end."""

    authorised: bool
    name: str = ""
    status: str = ""
    role: str = ""
    until: str = ""


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


@dataclass(frozen=True)
class FoundCalled:
    """at_ms: since when they are called."""

    at_ms: int


@dataclass(frozen=True)
class FoundUpload:
    """files: that have arrived. left_s: how long more can be sent; 0: it is to be asked for anew. address: of the page,
    for the QR code; empty unless it was asked for."""

    files: int
    left_s: int
    address: str = ""


Found = (
    FoundSlots
    | Done
    | FoundCases
    | FoundAside
    | FoundAuthorisation
    | FoundCode
    | FoundChecked
    | FoundHeld
    | FoundOrder
    | FoundCertificate
    | FoundCalled
    | FoundUpload
)


class Online(Protocol):
    """Blocks until the platform answered; used in a thread of its own. Raises an exception with a `code`."""

    def ask(self, id_number: str, wanted: Wanted, proof: Proof) -> Found: ...


class OfflineError(Exception):
    """There is nobody to ask."""

    code = "agent.silent"


class _Nobody:
    def ask(self, id_number: str, wanted: Wanted, proof: Proof) -> Found:
        del id_number, proof
        raise OfflineError(f"{type(wanted).__name__} cannot be asked")


NOT_ONLINE: Online = _Nobody()
