"""Suites of cryptography: digest, signature and sealing, chosen together at enrolment. Pure: no I/O.

`intl-1` is SHA-256, Ed25519 (RFC 8032) and HPKE base mode (RFC 9180: DHKEM X25519, HKDF-SHA256, AES-256-GCM).
A sealed text is zstd-compressed first; the HPKE `info` binds it to its purpose and to what it belongs to.
"""

import hashlib
from typing import Final, Protocol

import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM
from cryptography.hazmat.primitives.hpke import Suite as HpkeSuite

MAX_BODY_BYTES: Final = 1_000_000
"""The most that a sealed body may hold after decompression."""


class SealingError(Exception):
    """A sealed text does not open: wrong key, changed bytes, or more than `MAX_BODY_BYTES`."""

    code = "seal.unreadable"


class UnknownSuiteError(Exception):
    """The entry names a suite that this program does not know."""

    code = "seal.unknown-suite"


class SigningKey(Protocol):
    """A private signing key. `public` is its raw public key (32 bytes in `intl-1`)."""

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
    """Everything that depends on the choice of algorithms. Keys are raw bytes at this border."""

    name: str

    def digest(self, data: bytes) -> bytes: ...
    def new_signing_key(self) -> bytes: ...
    def signing_key(self, private: bytes) -> SigningKey: ...
    def verifying_key(self, public: bytes) -> VerifyingKey: ...
    def new_opening_key(self) -> bytes: ...
    def sealing_key(self, public: bytes) -> SealingKey: ...
    def opening_key(self, private: bytes) -> OpeningKey: ...


class _Ed25519Signing:
    def __init__(self, private: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


class _Ed25519Verifying:
    def __init__(self, public: bytes) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(public)

    def verify(self, signature: bytes, message: bytes) -> bool:
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


_HPKE: Final = HpkeSuite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class _HpkeSealing:
    def __init__(self, public: bytes) -> None:
        self._key = X25519PublicKey.from_public_bytes(public)

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        return _HPKE.encrypt(zstandard.compress(plain), self._key, info=bound_to)


class _HpkeOpening:
    def __init__(self, private: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(private)
        self.public = self._key.public_key().public_bytes_raw()

    def open(self, sealed: bytes, bound_to: bytes) -> bytes:
        try:
            packed = _HPKE.decrypt(sealed, self._key, info=bound_to)
        except (InvalidTag, ValueError) as error:
            raise SealingError("the sealed text was made for another key or has been changed") from error
        return unpack(packed, MAX_BODY_BYTES)


class _Intl1:
    name = "intl-1"

    def digest(self, data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    def new_signing_key(self) -> bytes:
        return Ed25519PrivateKey.generate().private_bytes_raw()

    def signing_key(self, private: bytes) -> SigningKey:
        return _Ed25519Signing(private)

    def verifying_key(self, public: bytes) -> VerifyingKey:
        return _Ed25519Verifying(public)

    def new_opening_key(self) -> bytes:
        return X25519PrivateKey.generate().private_bytes_raw()

    def sealing_key(self, public: bytes) -> SealingKey:
        return _HpkeSealing(public)

    def opening_key(self, private: bytes) -> OpeningKey:
        return _HpkeOpening(private)


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


_SUITES: Final[dict[str, Suite]] = {"intl-1": _Intl1()}


def suite(name: str) -> Suite:
    """The suite of that name. Raises UnknownSuiteError."""
    try:
        return _SUITES[name]
    except KeyError as error:
        raise UnknownSuiteError(f"suite {name!r} is not known here; known: {', '.join(_SUITES)}") from error
