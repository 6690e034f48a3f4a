"""What the sealed bodies of journal entries hold (MessagePack maps). Pure: shared with the platform."""

from typing import Annotated, Any, Final, Literal

import msgspec

from offline_cache.entry import Entry, Kind


class Applicant(msgspec.Struct, frozen=True):
    """The person on the card, as read. `valid_to` is an ISO date or 长期. name_cut: the name fills its field on the
    card, so that the rest of it may be missing."""

    kind: str
    name: str
    sex: str
    birth: str
    address: str
    id_number: str
    valid_to: str
    name_cut: bool = False


class Company(msgspec.Struct, frozen=True):
    """A legal person for which the applicant acts. name: as the platform told it; empty: nobody could be asked, and the
    authorisation was not checked when the case was handed in."""

    credit_code: str
    name: str = ""


class Attachment(msgspec.Struct, frozen=True):
    """A file that belongs to a case. digest, size: of the locked file, by which it is named and uploaded. key: unlocks
    it. plain_digest: of the content, to be compared after unlocking."""

    digest: bytes
    size: int
    key: bytes
    plain_digest: bytes
    media_type: str


SCALE: Final = 1000
"""A signature's points go from 0 to this over the field, across and down."""
SIGNATURE_RATIO: Final = 2.5
"""The field is so many times as wide as high."""
MAX_STROKES: Final = 60
MAX_POINTS: Final = 2000
"""Of all strokes together: a signature is 12 kB at most."""
Stroke = Annotated[
    list[Annotated[int, msgspec.Meta(ge=0, le=SCALE)]], msgspec.Meta(min_length=2, max_length=2 * MAX_POINTS)
]
"""x, y, x, y …"""


class Signature(msgspec.Struct, frozen=True):
    """What was signed on the screen, by the agent where there is one. texts: what for, by id (a service's,
    `promise` or `promise-supplement`), with the version of the text. strokes: as they were drawn. attested:
    somebody of the staff stood by instead, since the signer cannot write. Neither of both: it was urgent, and is
    signed afterwards."""

    texts: dict[str, str]
    strokes: Annotated[list[Stroke], msgspec.Meta(max_length=MAX_STROKES)] = []
    attested: bool = False


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
    attachments: list[Attachment] = []
    materials: dict[str, str] = {}
    """material id -> how it is given: card, held, scan, phone, promise or later"""
    bundle: bytes = b""
    """The same in all cases that were handed in with one questionnaire (一件事); empty: handed in alone."""
    after: list[bytes] = []
    """Entry-ids of the cases whose result this one uses."""
    agent: Applicant | None = None
    """Who handed it in for the applicant (代办)."""
    language: str = "zh"
    company: Company | None = None
    """Whose case it is, where the applicant acts for a legal person."""
    service_name: str = ""
    """As the applicant read it; empty in cases of the first version."""
    assurance: str = ""
    """How the applicant was identified: a level of offline_cache.assurance; empty: before this was recorded."""
    pays: bool = False
    """There is a fee to be paid for it, as the kiosk found from the answers."""
    signature: Signature | None = None
    urgent: bool = False
    """It waits behind nothing, and staff see it first."""
    uploads: dict[str, bytes] = {}
    """material id -> what was sent by phone for it (sync.question.OpenUpload)"""
    pays_by: str = ""
    """The question whose answer the fee depends on; empty: one price a service."""


class Supplement(msgspec.Struct, frozen=True):
    """More for a case that was handed in. about: the case's entry-id."""

    about: bytes
    answers: dict[str, Any]
    attachments: list[Attachment] = []
    upload: bytes = b""
    """What was sent by phone (sync.question.OpenUpload)."""
    agent: Applicant | None = None
    """Who handed it in for the applicant (代办)."""
    signature: Signature | None = None
    """Of a written promise."""


class Withdrawal(msgspec.Struct, frozen=True):
    """The applicant takes a case back, or a consent; a kiosk lets nobody do it for them. about: the case's entry-id.
    consent: its id, `*` for all; empty: the case."""

    about: bytes
    reason: str
    consent: str = ""


class Rating(msgspec.Struct, frozen=True):
    """How it was, given freely by the applicant. about: the case's entry-id. score: 1 (bad) to 5."""

    about: bytes
    score: int
    words: str = ""


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


class TechnicianLogin(msgspec.Struct, frozen=True):
    """Somebody opened the technician's pages, or tried to."""

    accepted: bool
    technician: str = ""


class SessionEvent(msgspec.Struct, frozen=True):
    """Start or end of a citizen's session; no personal data. `outcome` is empty at the start."""

    session: bytes
    outcome: str


class SessionWiped(msgspec.Struct, frozen=True):
    """What was looked at after a session's end, and in which of these places something personal was left."""

    session: bytes
    checked: list[str]
    left: list[str]


class JournalOpened(msgspec.Struct, frozen=True):
    """The first entry of a journal that follows another. last: the last sequence of the previous journal that will
    still be sent under its own name; what stands behind it is carried. carried: how many entries that is. lost: ranges
    of sequences (first, last) of the previous journal that could not be read."""

    reason: Literal["enrolled", "restored", "salvaged"]
    previous: bytes
    last: int
    carried: int
    lost: list[tuple[int, int]]


class Carried(msgspec.Struct, frozen=True):
    """An entry of an earlier journal, byte for byte, that cannot be sent under that journal's name any more."""

    entry: Entry


Body = (
    Case
    | Supplement
    | Withdrawal
    | Rating
    | PrintOutcome
    | DeviceState
    | TechnicianLogin
    | SessionEvent
    | SessionWiped
    | JournalOpened
    | Carried
)

BODY_OF: Final[dict[Kind, type[Body]]] = {
    Kind.CASE: Case,
    Kind.SUPPLEMENT: Supplement,
    Kind.WITHDRAWAL: Withdrawal,
    Kind.RATING: Rating,
    Kind.PRINT: PrintOutcome,
    Kind.DEVICE: DeviceState,
    Kind.TECHNICIAN: TechnicianLogin,
    Kind.SESSION_STARTED: SessionEvent,
    Kind.SESSION_ENDED: SessionEvent,
    Kind.SESSION_WIPED: SessionWiped,
    Kind.JOURNAL_OPENED: JournalOpened,
    Kind.CARRIED: Carried,
}

_encode = msgspec.msgpack.Encoder().encode


def encode(body: Body) -> bytes:
    return _encode(body)


def decode(kind: Kind, plain: bytes) -> Body:
    """The body of an entry of that kind. Raises msgspec.ValidationError or msgspec.DecodeError."""
    return msgspec.msgpack.decode(plain, type=BODY_OF[kind])
