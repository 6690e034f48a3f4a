"""Messages between kiosk and platform (design, section 7). Pure: no I/O. Versioned by the path prefix `/v1`.

Up: `PUT /v1/kiosks/{kiosk}/journals/{journal hex}/{first sequence}` carries a batch (offline_cache.batch).
Down: `GET /v1/kiosks/{kiosk}/feed?after=CURSOR&wait=SECONDS&key=KEY-ID`. Answers are JSON; byte strings in
JSON are base64.
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
    when it is another than the kiosk named in its request (`key=`)."""

    items: list[FeedItem]
    next: int
    server_ms: int
    platform_key: PlatformKeyInfo | None = None


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

    Codes: request.unsigned, request.stale, request.digest, request.malformed, kiosk.unknown, kiosk.other,
    enrol.code, enrol.suite, journal.chain, journal.gap, journal.conflict, server.fault.
    """

    code: str
    title: str
    server_ms: int
    next: int | None = None
    """With journal.gap: the sequence that the platform wants."""
