"""Messages between kiosk and platform (docs/sync.md). Pure: no I/O. Versioned by the path prefix `/v1`: within it,
fields and paths are added, never taken away; whoever does not know one passes it over.

Answers are JSON; byte strings in JSON are base64.
"""

from typing import Final, Literal

import msgspec

BATCH_TYPE: Final = "application/vnd.tongban.batch+zstd"
MAX_SKEW_S: Final = 300
"""A request signed further than this from the platform's clock is refused as stale."""


class Verdict(msgspec.Struct, frozen=True):
    """What became of one entry. `repeat` is a no-op; `refused` is stored with its reason and blocks nothing."""

    sequence: int
    verdict: Literal["stored", "repeat", "refused"]
    code: str = ""


class BatchAnswer(msgspec.Struct, frozen=True):
    """`next` is authoritative: the sequence the platform wants next; it may move back after a restore.
    server_ms: the platform's clock, Unix milliseconds."""

    next: int
    verdicts: list[Verdict]
    server_ms: int


class JournalWanted(msgspec.Struct, frozen=True):
    """From which sequence on the platform wants a journal."""

    journal: bytes
    next: int


class FeedItem(msgspec.Struct, frozen=True):
    """A case's new state. about: the entry-id. letter: sealed (offline_cache.return_letter)."""

    cursor: int
    about: bytes
    letter: bytes


class PlatformKeyInfo(msgspec.Struct, frozen=True):
    """The key that bodies are to be sealed to. public_key: raw, of the kiosk's suite."""

    key_id: str
    public_key: bytes


class FeedAnswer(msgspec.Struct, frozen=True):
    """Items after the cursor that was asked for, oldest first; `next` is the cursor to ask with. platform_key: there
    when it is another than the kiosk named in its request (`key=`).

    epoch: names the platform's memory. It changes when a back-up was restored; what the kiosk knew of the platform is
    then void: cursors begin anew, `journals` says what is wanted (a journal that is not named: from 1 on), attachments
    are to be offered again. return_window_s: after an outage the first try falls at random within so many seconds.
    """

    items: list[FeedItem]
    next: int
    server_ms: int
    platform_key: PlatformKeyInfo | None = None
    epoch: str = ""
    return_window_s: float = 0.0
    journals: list[JournalWanted] = []


class UrgentAnswer(msgspec.Struct, frozen=True):
    """To entries that came before their turn. verdicts: in the order of the batch."""

    verdicts: list[Verdict]
    server_ms: int


class AttachmentState(msgspec.Struct, frozen=True):
    """How much of an attachment the platform has. offset: where the next chunk begins. complete: all of it, and its
    digest is right."""

    offset: int
    complete: bool
    server_ms: int


class KeyChange(msgspec.Struct, frozen=True):
    """A new key for the kiosk's requests. public_key: raw Ed25519. proof: that key's signature over
    `key_change_message`, so that nobody can claim another's key."""

    public_key: bytes
    proof: bytes


class KeyChanged(msgspec.Struct, frozen=True):
    server_ms: int


class CatalogueRoot(msgspec.Struct, frozen=True):
    """Whom to believe about the catalogue: TUF's root metadata. Empty while nothing is published."""

    root: bytes
    server_ms: int


class SealedQuestion(msgspec.Struct, frozen=True):
    """A question about one citizen, asked while the card lies on the kiosk's reader (sync.question)."""

    platform_key: str
    sealed: bytes


class SealedAnswer(msgspec.Struct, frozen=True):
    sealed: bytes
    server_ms: int


class EnrolmentRequest(msgspec.Struct, frozen=True):
    """One-time code from `central enrol-code`, and the kiosk's raw public keys. request_key: the Ed25519 key of its
    HTTP requests; empty: the signing key serves for both, as in `intl-1`."""

    code: str
    suite: str
    public_key: bytes
    request_key: bytes = b""


class EnrolmentAnswer(msgspec.Struct, frozen=True):
    """kiosk: the id given to this kiosk. public_address: where a citizen's phone asks, printed on receipts."""

    kiosk: str
    platform_key_id: str
    platform_public_key: bytes
    public_address: str
    server_ms: int


class Problem(msgspec.Struct, frozen=True):
    """The body of every answer that is not 2xx (`application/problem+json`, RFC 9457).

    Codes: see REFUSALS.
    """

    code: str
    title: str
    server_ms: int
    next: int | None = None
    """With journal.gap: the sequence that the platform wants. With attachment.offset: where the next chunk begins."""


REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "request.malformed": (400, "the request cannot be understood"),
    "request.digest": (401, "the body is not the one that was signed"),
    "request.unsigned": (401, "the request is not signed, or not by this kiosk's key"),
    "request.stale": (401, "signed more than five minutes from the platform's time; server_ms says what that is"),
    "request.replayed": (401, "a request with this nonce was taken before"),
    "kiosk.unknown": (403, "no such kiosk is enrolled"),
    "kiosk.other": (403, "signed by another kiosk's key"),
    "kiosk.revoked": (403, "the kiosk was shut out"),
    "enrol.code": (403, "the one-time code is wrong, used or too old"),
    "enrol.suite": (403, "the suite or a public key is not one that is known"),
    "question.assurance": (403, "the act demands more proof of identity than was given"),
    "company.not-authorised": (403, "this person may not act for this company in this service"),
    "question.name": (403, "a typed number comes with another name than its holder's"),
    "question.often": (403, "too many acts for this typed number at this kiosk today"),
    "sms.often": (403, "too many codes were sent, to this person or from this kiosk: later, or in another way"),
    "sms.failed": (424, "the SMS gateway did not take the code"),
    "payment.signature": (401, "the message is not signed with the gateway's secret"),
    "payment.stale": (401, "the message was signed more than five minutes from the platform's time"),
    "slot.taken": (409, "the slot was taken meanwhile: choose another"),
    "payment.unknown": (409, "there is no such order"),
    "payment.none": (409, "nothing can be paid for this case here"),
    "payment.amount": (409, "the amount is not the order's"),
    "payment.settled": (409, "the order was paid under another reference, or is refunded"),
    "journal.gap": (409, "an earlier entry is wanted first: `next`"),
    "journal.chain": (409, "an entry does not follow the one before it, or its signature is wrong"),
    "journal.conflict": (409, "another entry, or another kiosk's journal, stands there already"),
    "attachment.offset": (409, "the chunk does not begin where the last one ended: `next`"),
    "attachment.size": (413, "an attachment may not be that large"),
    "attachment.damaged": (422, "all is there, and it is not what its name says: begin anew"),
    "question.unreadable": (422, "the question does not open, or is not one"),
    "server.busy": (429, "too many requests: try again after Retry-After"),
    "server.fault": (500, "the platform failed; nothing of this request was kept"),
    "server.storage": (503, "the platform's database does not work just now"),
}
"""Every code with its HTTP status and meaning; docs/sync.md and the OpenAPI document are made from it."""


def key_change_message(kiosk: str, public_key: bytes) -> bytes:
    return b"tongban request key v1\0" + kiosk.encode() + b"\0" + public_key
