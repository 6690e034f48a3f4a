"""What a session asks the terminal to do. Pure: the session decides, the terminal acts and reports back."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.contract import Paper
from kiosk.proof import CARD, Proof
from offline_cache.bodies import Applicant, Company, Rating, Signature, Supplement, Withdrawal

if TYPE_CHECKING:
    from kiosk.online import Wanted


@dataclass(frozen=True)
class OpenCard:
    """Look for drafts and receipts under this card; answered by `Session.opened`."""


@dataclass(frozen=True)
class SaveDraft:
    """Seal the answers so far under the card, so that a power cut costs one answer at most."""

    service: str
    version: int
    answers: dict[str, str]
    question: str
    company: str = ""
    """The credit code of the company that the answers are about."""


@dataclass(frozen=True)
class Submit:
    """Write the case to the journal; answered by `submitted` or `failed`. The same entry_id is written once."""

    entry_id: bytes
    service: str
    version: int
    service_name: str
    applicant: Applicant
    answers: dict[str, str]
    consent: dict[str, str]
    materials: dict[str, str] = field(default_factory=dict)
    """How each is given, by its id (kiosk.services.definition.Way)."""
    bundle: bytes = b""
    after: tuple[bytes, ...] = ()
    agent: Applicant | None = None
    language: str = "zh"
    company: Company | None = None
    """For whom the applicant acts."""
    assurance: str = "card"
    """How the applicant was identified (offline_cache.assurance)."""
    pays: bool = False
    pays_by: str = ""
    """As offline_cache.bodies.Case."""
    signature: Signature | None = None
    urgent: bool = False
    uploads: dict[str, bytes] = field(default_factory=dict)
    """What was sent by phone, by material id."""


@dataclass(frozen=True)
class SubmitAll:
    """Write the cases of a bundle, all or none; answered by `submitted` or `failed`."""

    parts: list[Submit]


@dataclass(frozen=True)
class LoadCases:
    """Answered by `Session.cases_loaded`."""


@dataclass(frozen=True)
class LoadCopy:
    """What a 补打 of this case's receipt needs; answered by `Session.copy_loaded` or `copy_refused`. attended: somebody
    of the staff is there, and counts do not matter."""

    position: int
    attended: bool = False


@dataclass(frozen=True)
class LoadToken:
    """The token of this case's receipt, if the card has one here; answered by `Session.token_loaded`."""

    position: int


@dataclass(frozen=True)
class TryPin:
    """Whether this is the staff's PIN; answered by `Session.pin_tried`."""

    pin: str


@dataclass(frozen=True)
class PrintPaper:
    """Answered by `Session.printed`. about: the entry that the paper is for; empty for a sheet.
    copy: 0, or n for the n-th 补打 after a print whose fate nobody knew."""

    paper: Paper
    about: bytes
    copy: int


@dataclass(frozen=True)
class End:
    """The session is over: wipe everything personal. number: with which the same person goes on, without a card."""

    outcome: str
    number: str = ""


@dataclass(frozen=True)
class Tell:
    """Write something about a case to the journal; answered by `Session.told`. entry_id: 16 random bytes;
    the same is written once."""

    entry_id: bytes
    body: Supplement | Withdrawal | Rating


@dataclass(frozen=True)
class AskPlatform:
    """Answered by `Session.answered` or `not_answered` with its ticket."""

    id_number: str
    wanted: "Wanted"
    ticket: int = 0
    proof: Proof = CARD


@dataclass(frozen=True)
class ReadOwner:
    """Wait for another card than the one that was read; answered by `Session.owner_laid`."""


@dataclass(frozen=True)
class StopReading:
    """No other card is waited for any more."""


Effect = (
    OpenCard
    | SaveDraft
    | Submit
    | SubmitAll
    | LoadCases
    | LoadCopy
    | LoadToken
    | TryPin
    | PrintPaper
    | End
    | Tell
    | AskPlatform
    | ReadOwner
    | StopReading
)
