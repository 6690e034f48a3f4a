"""Suite `intl-1`: SHA-256, Ed25519 (RFC 8032), HPKE base mode (RFC 9180: DHKEM X25519, HKDF-SHA256, AES-256-GCM); files
with AES-256-GCM. The HPKE `info` is what the text is bound to."""

import hashlib
import os
from typing import Final

import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM
from cryptography.hazmat.primitives.hpke import Suite as HpkeSuite

from offline_cache.sealing import (
    MAX_OPENED_BYTES,
    OpeningKey,
    SealingError,
    SealingKey,
    SigningKey,
    VerifyingKey,
    unpack,
)


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
        return unpack(packed, MAX_OPENED_BYTES)


class Intl1:
    name = "intl-1"
    file_key_bytes = 32

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

    def lock(self, key: bytes, plain: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + AESGCM(key).encrypt(nonce, plain, None)

    def unlock(self, key: bytes, locked: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(locked[:12], locked[12:], None)
        except (InvalidTag, ValueError) as error:
            raise SealingError("the file was locked with another key or has been changed") from error
