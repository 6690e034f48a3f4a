"""Questions about one citizen's cases and certificates, and their answers. Pure: shared with the platform.

The screen's process seals a question to the platform's key, and the answer comes back under a key that only this
question holds: neither the agent nor anything between reads either, and nothing of it is stored.
"""

import os
from typing import Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_cache.sealing import OpeningKey, SealingError, SealingKey
from sync.proof import CheckCode, CodeChecked, CodeSent, Held, HeldCertificates, SendCode

_DOMAIN: Final = b"tongban question v1\0"
FRESH_MS: Final = 300_000
"""A question older than this is not answered."""


class MyCases(msgspec.Struct, frozen=True, tag="my-cases"):
    """Which cases has this person? A card is enough: numbers and states are told, no contents."""


class GetSlots(msgspec.Struct, frozen=True, tag="slots"):
    """When can this service be booked?"""

    service: str


class Perform(msgspec.Struct, frozen=True, tag="perform"):
    """Do it now: an act that may never wait in a queue. act: book, certificate or report. entry_id: 16 random bytes,
    the idempotency key: asked again it is done once. body: offline_cache.bodies.Case. slot: of `book`. demands: the
    level of assurance that the service's definition demands (offline_cache.assurance); the platform has none."""

    act: str
    entry_id: bytes
    body: bytes
    slot: str = ""
    demands: str = "typed"


class PutAside(msgspec.Struct, frozen=True, tag="put-aside"):
    """Keep an unfinished application for the same person at another kiosk. draft: as the kiosk packed it; empty: forget
    it."""

    draft: bytes


class TakeUp(msgspec.Struct, frozen=True, tag="take-up"):
    """The application that this person put aside; it is kept until it is forgotten or too old."""


class CheckAuthorisation(msgspec.Struct, frozen=True, tag="check-authorisation"):
    """May this person act for this company in this service?"""

    credit_code: str
    service: str


class OpenPayment(msgspec.Struct, frozen=True, tag="open-payment"):
    """Pay for a case, which may not have arrived yet. There is one order a case, however often it is asked. entry_id:
    of the case. token: of its receipt; empty where more than a card was proved. option: the answer on which the price
    depends, empty where there is one price; of a case that has arrived the platform reads it from the case."""

    entry_id: bytes
    service: str
    token: bytes = b""
    option: str = ""


class GetPayment(msgspec.Struct, frozen=True, tag="payment"):
    """What became of the order? order: as it was opened for this person."""

    order: str


class OfferCertificate(msgspec.Struct, frozen=True, tag="offer-certificate"):
    """A link by which a phone fetches the case's certificate. number: the case's. It wants card+code."""

    number: str


class CallStaff(msgspec.Struct, frozen=True, tag="call-staff"):
    """Somebody at this kiosk asks for the staff. Asked in nobody's name: the question's id_number is empty. place:
    where the kiosk stands."""

    place: str


class OpenUpload(msgspec.Struct, frozen=True, tag="open-upload"):
    """Let this person send pictures of a paper by phone. upload: 16 random bytes, the idempotency key, by which the
    case names it later; asked again, only the new token counts, and what was sent stays. name: of the paper, for
    the phone's page."""

    upload: bytes
    name: str


class LookUpload(msgspec.Struct, frozen=True, tag="look-upload"):
    """How much has arrived? wish: `keep` when the citizen says that it is all; `drop` to forget it."""

    upload: bytes
    wish: Literal["", "keep", "drop"] = ""


Act = (
    MyCases
    | GetSlots
    | Perform
    | PutAside
    | TakeUp
    | CheckAuthorisation
    | OpenPayment
    | GetPayment
    | OfferCertificate
    | CallStaff
    | OpenUpload
    | LookUpload
    | SendCode
    | CheckCode
    | HeldCertificates
)


class Question(msgspec.Struct, frozen=True):
    """id_number: read from the card. asked_ms: Unix milliseconds. answer_key: 32 random bytes."""

    id_number: str
    asked_ms: int
    answer_key: bytes
    act: Act
    identified: str = "card"
    """What the kiosk itself has seen: `typed`, only the number is known, it opens nothing; `card`; or `card+person`,
    its staff looked at the citizen."""
    assured: bytes = b""
    """What `check-code` gave; empty: no code was sent, or none was right."""


class CaseSummary(msgspec.Struct, frozen=True):
    """number: the platform's. certificate: there is one to be printed. due: ISO date or empty. entry_id: what more can
    be handed in about. rated: the applicant has said how it was. bundle: the same in all that were handed in together;
    empty: handed in alone. payment: `due` where the kiosk found a fee and nobody has opened an order; else the order's
    state; empty where nothing is to be paid. fen: the order's amount."""

    number: str
    receipt_number: str
    service: str
    state: str
    message: str
    submitted_ms: int
    changed_ms: int
    due: str
    certificate: bool
    entry_id: bytes = b""
    rated: bool = False
    bundle: bytes = b""
    payment: str = ""
    fen: int = 0


class Slot(msgspec.Struct, frozen=True):
    """starts: China's wall time, YYYY-MM-DD HH:MM. left: how many more fit in."""

    slot: str
    starts: str
    place: str
    left: int


class Slots(msgspec.Struct, frozen=True, tag="slots"):
    """Soonest first; only those with room."""

    slots: list[Slot]


class Performed(msgspec.Struct, frozen=True, tag="performed"):
    """number: the platform's. code: of a certificate that was issued at once, else empty. token: of the case's progress
    page; another than the act's where somebody is told of an earlier booking."""

    number: str
    state: str
    message: str
    submitted_ms: int
    code: str = ""
    token: bytes = b""


class Aside(msgspec.Struct, frozen=True, tag="aside"):
    """draft: empty when there is none. put_ms: when it was put aside."""

    draft: bytes
    put_ms: int


class Called(msgspec.Struct, frozen=True, tag="called"):
    """at_ms: since when the staff are called."""

    at_ms: int


class Upload(msgspec.Struct, frozen=True, tag="upload"):
    """files: that have arrived. left_s: for how many seconds more can be sent; 0: it is to be opened anew. token: of
    the page `/u/{token}`, 32 random bytes; empty unless it was opened."""

    files: int
    left_s: int
    token: bytes = b""


class Cases(msgspec.Struct, frozen=True, tag="cases"):
    """Newest first."""

    cases: list[CaseSummary]


class Authorisation(msgspec.Struct, frozen=True, tag="authorisation"):
    """authorised: all else is empty where it is false: who may not act learns nothing of the company, not even whether
    there is one. status: active, suspended or closed; only an active one can act. role: legal (法定代表人) or agent
    (经办人). until: ISO date, or empty for no end."""

    authorised: bool
    name: str = ""
    status: str = ""
    role: str = ""
    until: str = ""


class Payment(msgspec.Struct, frozen=True, tag="payment"):
    """An order. fen: the amount, a hundredth of a yuan; only the platform knows prices. state: open, paid, expired or
    refunded. qr: what the payer's phone scans; empty unless it is open. expires_ms, paid_ms: Unix milliseconds; paid_ms
    is 0 until then."""

    order: str
    fen: int
    state: str
    qr: str
    expires_ms: int
    paid_ms: int = 0


class Offer(msgspec.Struct, frozen=True, tag="offer"):
    """A certificate for a phone. link: a secret, which holds until until_ms and only a few times. code, address: by
    which anybody verifies the certificate."""

    title: str
    number: str
    code: str
    address: str
    link: str
    until_ms: int


Answer = (
    Cases
    | Slots
    | Performed
    | Aside
    | Authorisation
    | CodeSent
    | CodeChecked
    | Held
    | Payment
    | Offer
    | Called
    | Upload
)


class QuestionError(Exception):
    """A question or an answer does not open."""

    code = "question.unreadable"


def new_question(id_number: str, act: Act, now_ms: int, identified: str = "card", assured: bytes = b"") -> Question:
    return Question(id_number, now_ms, os.urandom(32), act, identified, assured)


def seal_question(key: SealingKey, kiosk: str, question: Question) -> bytes:
    return key.seal(msgspec.msgpack.encode(question), _DOMAIN + kiosk.encode())


def open_question(key: OpeningKey, kiosk: str, sealed: bytes) -> Question:
    """Raises QuestionError."""
    try:
        found = msgspec.msgpack.decode(key.open(sealed, _DOMAIN + kiosk.encode()), type=Question)
    except (SealingError, ValueError) as error:
        raise QuestionError("not a question that was sealed to this platform by this kiosk") from error
    if len(found.answer_key) != 32:
        raise QuestionError("the key for the answer has another length than 32 bytes")
    return found


def seal_answer(question: Question, answer: Answer) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(question.answer_key).encrypt(nonce, msgspec.msgpack.encode(answer), _DOMAIN)


def open_answer(question: Question, sealed: bytes) -> Answer:
    """Raises QuestionError."""
    try:
        plain = AESGCM(question.answer_key).decrypt(sealed[:12], sealed[12:], _DOMAIN)
        found: Answer = msgspec.msgpack.decode(plain, type=Answer)
    except (InvalidTag, ValueError) as error:
        raise QuestionError("the answer does not open with this question's key") from error
    return found
