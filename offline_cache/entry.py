"""The format of a journal entry (design, section 4). Pure: no I/O, no clock, no randomness.

An entry is a header, a signature and a sealed body. The header names the body by digest, so that the body can be
dropped later and the chain still verifies. `digest = H(domain || header)`, and each header holds the digest of the
entry before it. The signature covers the digest and the time of submission, so that a receipt's QR code proves both
alone (decision 0003).
"""

from enum import StrEnum
from typing import Final

import msgspec

from offline_cache.sealing import SigningKey, Suite, VerifyingKey

FORMAT: Final = 1
_MAX_NUMBER: Final = 2**53
_ENTRY_DOMAIN: Final = b"tongban entry v1\0"
_GENESIS_DOMAIN: Final = b"tongban journal v1\0"
_SIGNATURE_DOMAIN: Final = b"tongban signature v1\0"
_BODY_DOMAIN: Final = b"tongban body v1\0"


class Kind(StrEnum):
    """What an entry tells the platform; the body of each is in `bodies`."""

    CASE = "case.submitted"
    SUPPLEMENT = "case.supplemented"
    WITHDRAWAL = "case.withdrawn"
    RATING = "case.rated"
    PRINT = "print.outcome"
    DEVICE = "device.state"
    TECHNICIAN = "technician.login"
    SESSION_STARTED = "session.started"
    SESSION_ENDED = "session.ended"
    SESSION_WIPED = "session.wiped"
    JOURNAL_OPENED = "journal.opened"
    CARRIED = "journal.carried"


class EntryError(Exception):
    """An entry is malformed, or does not fit its chain. `code` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Clock(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The clock's evidence at the moment of writing.

    wall_ms: the kiosk's wall clock, Unix milliseconds. offset_ms: platform minus kiosk at the last contact, None
    before the first. monotonic_ms: since boot. boot_id: the kernel's id of this boot, 16 bytes. floor_ms: the time
    that is certainly past (build date, last entry, last platform time).
    """

    wall_ms: int
    offset_ms: int | None
    monotonic_ms: int
    boot_id: bytes
    floor_ms: int


class Header(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is signed. Holds no handle of a person, not even hashed: id numbers are few enough to be guessed.

    journal, entry_id: 16 random bytes. previous, body_digest: the suite's digest. platform_key: the id of the key the
    body is sealed to. definition: `service@version` of a case, else empty. created_ms: the corrected time of
    submission, Unix milliseconds, never below the clock's floor.
    """

    format: int
    kiosk: str
    journal: bytes
    sequence: int
    entry_id: bytes
    kind: str
    previous: bytes
    body_digest: bytes
    suite: str
    platform_key: str
    definition: str
    created_ms: int
    clock: Clock


class Entry(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An entry as it is stored and sent: the header's original bytes, never re-encoded. `body` is None once dropped."""

    header: bytes
    signature: bytes
    body: bytes | None


_encode = msgspec.msgpack.Encoder().encode
_decode_header = msgspec.msgpack.Decoder(Header).decode


def encode_header(header: Header) -> bytes:
    return _encode(header)


def decode_header(raw: bytes) -> Header:
    """Raises EntryError `entry.malformed` for anything but a header of this format."""
    try:
        header = _decode_header(raw)
    except ValueError as error:
        raise EntryError("entry.malformed", f"not an entry header: {error}") from error
    if header.format != FORMAT:
        raise EntryError("entry.format", f"entry format {header.format} is not known here (known: {FORMAT})")
    if len(header.journal) != 16 or len(header.entry_id) != 16:
        raise EntryError("entry.malformed", "an identifier of the entry has the wrong length")
    if not 1 <= header.sequence < _MAX_NUMBER or not 0 <= header.created_ms < _MAX_NUMBER:
        raise EntryError("entry.malformed", "a number of the entry is out of all bounds")
    return header


def genesis(suite: Suite, kiosk: str, journal: bytes) -> bytes:
    """The `previous` digest of a journal's first entry, so that a chain cannot be moved to another journal."""
    return suite.digest(_GENESIS_DOMAIN + kiosk.encode() + b"\0" + journal)


def entry_digest(suite: Suite, header: bytes) -> bytes:
    return suite.digest(_ENTRY_DOMAIN + header)


def body_binding(entry_id: bytes) -> bytes:
    """What a body's seal is bound to: it opens only as the body of its own entry."""
    return _BODY_DOMAIN + entry_id


def signed_message(digest: bytes, created_ms: int) -> bytes:
    return _SIGNATURE_DOMAIN + digest + created_ms.to_bytes(8, "big")


def build(suite: Suite, key: SigningKey, header: Header, body: bytes) -> tuple[Entry, bytes]:
    """Sign `header` over the sealed `body`; returns the entry and its digest."""
    raw = encode_header(header)
    digest = entry_digest(suite, raw)
    return Entry(raw, key.sign(signed_message(digest, header.created_ms)), body), digest


def check_link(suite: Suite, entry: Entry, previous: bytes | None, sequence: int) -> tuple[Header, bytes]:
    """Check one entry's form and place in its chain, not its signature; returns its header and digest. previous: the
    digest of the entry before it; None when that is not known.

    Raises EntryError: entry.malformed, entry.format, entry.gap (another sequence), entry.chain (another previous
    digest), entry.body (the body is not the one that the header names).
    """
    header = decode_header(entry.header)
    if header.sequence != sequence:
        raise EntryError("entry.gap", f"entry {header.sequence} stands where {sequence} is due")
    if previous is not None and header.previous != previous:
        raise EntryError("entry.chain", f"entry {sequence} does not follow the entry before it")
    if entry.body is not None and suite.digest(entry.body) != header.body_digest:
        raise EntryError("entry.body", f"the body of entry {sequence} is not the one that was signed")
    return header, entry_digest(suite, entry.header)


def check_signature(key: VerifyingKey, entry: Entry, digest: bytes, created_ms: int) -> None:
    """Raises EntryError `entry.signature`. The signature of a chain's last entry proves all before it."""
    if not key.verify(entry.signature, signed_message(digest, created_ms)):
        raise EntryError("entry.signature", "the entry was not signed by this kiosk's key")
