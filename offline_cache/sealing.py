"""Suites of cryptography: digest, signature and sealing, chosen together at enrolment. Pure: no I/O.

A sealed text is zstd-compressed first; the seal binds it to its purpose and to what it belongs to. The suites are in
modules of their own: `suite_intl1` and `suite_sm1`.
"""

from functools import cache
from typing import Final, Protocol

import zstandard

MAX_BODY_BYTES: Final = 1_000_000
"""The most that a plain body may hold."""
MAX_OPENED_BYTES: Final = MAX_BODY_BYTES + 100_000
"""The most that opening gives: a carried entry holds a whole entry with its body."""


class SealingError(Exception):
    """A sealed text does not open: wrong key, changed bytes, or more than `MAX_OPENED_BYTES`."""

    code = "seal.unreadable"


class UnknownSuiteError(Exception):
    """The entry names a suite that this program does not know."""

    code = "seal.unknown-suite"


class SigningKey(Protocol):
    """A private signing key. `public` is its raw public key (32 bytes in `intl-1`, 65 in `sm-1`)."""

    public: bytes

    def sign(self, message: bytes) -> bytes: ...


class VerifyingKey(Protocol):
    """A public signing key."""

    def verify(self, signature: bytes, message: bytes) -> bool: ...


class SealingKey(Protocol):
    """The public key that bodies are sealed to."""

    def seal(self, plain: bytes, bound_to: bytes) -> bytes: ...


class OpeningKey(Protocol):
    """The private key that opens what was sealed to its `public` key."""

    public: bytes

    def open(self, sealed: bytes, bound_to: bytes) -> bytes: ...


class Suite(Protocol):
    """Everything that depends on the choice of algorithms. Keys are raw bytes at this border; the key makers raise
    ValueError for bytes that are no key. file_key_bytes: the length of the key that `lock` and `unlock` take."""

    name: str
    file_key_bytes: int

    def digest(self, data: bytes) -> bytes: ...
    def new_signing_key(self) -> bytes: ...
    def signing_key(self, private: bytes) -> SigningKey: ...
    def verifying_key(self, public: bytes) -> VerifyingKey: ...
    def new_opening_key(self) -> bytes: ...
    def sealing_key(self, public: bytes) -> SealingKey: ...
    def opening_key(self, private: bytes) -> OpeningKey: ...
    def lock(self, key: bytes, plain: bytes) -> bytes: ...
    def unlock(self, key: bytes, locked: bytes) -> bytes: ...


def unpack(packed: bytes, limit: int) -> bytes:
    """Decompress one zstd frame to at most `limit` bytes.

    Raises SealingError on a broken or unfinished frame, on bytes after it, and past the limit. The limit is applied
    while reading: a small frame can announce gigabytes (facts: storage-sync, Sync).
    """
    source = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=False)
    frame = zstandard.ZstdDecompressor().decompressobj(read_across_frames=False)
    try:
        plain = source.read(limit + 1)
        if len(plain) > limit:
            raise SealingError(f"the text is longer than {limit} bytes after decompression")
        frame.decompress(packed)  # bounded by the read above; it alone tells whether the frame ended
    except zstandard.ZstdError as error:
        raise SealingError("the text is not one whole zstd frame") from error
    if not frame.eof or frame.unused_data:
        raise SealingError("the text is not one whole zstd frame")
    return plain


@cache
def suite(name: str) -> Suite:
    """The suite of that name. Raises UnknownSuiteError. Each is loaded when it is first asked for: `sm-1` needs the
    system's libcrypto, which a kiosk of `intl-1` need not have."""
    if name == "intl-1":
        from offline_cache.suite_intl1 import Intl1

        return Intl1()
    if name == "sm-1":
        from offline_cache.suite_sm1 import Sm1

        return Sm1()
    raise UnknownSuiteError(f"suite {name!r} is not known here; known: {', '.join(SUITES)}")


SUITES: Final = ("intl-1", "sm-1")
REQUEST_SUITE: Final = "intl-1"
"""HTTP requests are signed with Ed25519 in every suite: RFC 9421 registers no SM2."""
