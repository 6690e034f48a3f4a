"""Suite `sm-1`: SM3 (GB/T 32905), SM2 signatures and key wrap (GB/T 32918, coded as GM/T 0009 says), SM4-GCM
(GB/T 32907).

A sealed text is: the length of the wrapped key (2 bytes, big-endian), the SM4 key wrapped with SM2, a 12-byte nonce,
the SM4-GCM ciphertext and its tag. What the text is bound to is GCM's associated data.
"""

import os

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SM3, Hash

from offline_cache import sm2
from offline_cache.sealing import (
    MAX_OPENED_BYTES,
    OpeningKey,
    SealingError,
    SealingKey,
    SigningKey,
    VerifyingKey,
    unpack,
)

_NONCE = 12
_TAG = 16


def _encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    encryptor = Cipher(SM4(key), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound_to)
    return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def _decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        decryptor = Cipher(SM4(key), GCM(sealed[:_NONCE], sealed[-_TAG:])).decryptor()
        decryptor.authenticate_additional_data(bound_to)
        return decryptor.update(sealed[_NONCE:-_TAG]) + decryptor.finalize()
    except (InvalidTag, ValueError) as error:
        raise SealingError("the sealed text was made for another key or has been changed") from error


class _Sealing:
    def __init__(self, public: bytes) -> None:
        self._key = sm2.PublicKey(public)

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        key = os.urandom(16)
        wrapped = self._key.encrypt(key)
        return len(wrapped).to_bytes(2, "big") + wrapped + _encrypt(key, zstandard.compress(plain), bound_to)


class _Opening:
    def __init__(self, private: bytes) -> None:
        self._key = sm2.PrivateKey(private)
        self.public = self._key.public

    def open(self, sealed: bytes, bound_to: bytes) -> bytes:
        end = 2 + int.from_bytes(sealed[:2], "big")
        try:
            key = self._key.decrypt(sealed[2:end])
        except sm2.Sm2Error as error:
            raise SealingError("the sealed text was made for another key or has been changed") from error
        return unpack(_decrypt(key, sealed[end:], bound_to), MAX_OPENED_BYTES)


class Sm1:
    name = "sm-1"
    file_key_bytes = 16

    def digest(self, data: bytes) -> bytes:
        digest = Hash(SM3())
        digest.update(data)
        return digest.finalize()

    def new_signing_key(self) -> bytes:
        return sm2.generate()

    def signing_key(self, private: bytes) -> SigningKey:
        return sm2.PrivateKey(private)

    def verifying_key(self, public: bytes) -> VerifyingKey:
        return sm2.PublicKey(public)

    def new_opening_key(self) -> bytes:
        return sm2.generate()

    def sealing_key(self, public: bytes) -> SealingKey:
        return _Sealing(public)

    def opening_key(self, private: bytes) -> OpeningKey:
        return _Opening(private)

    def lock(self, key: bytes, plain: bytes) -> bytes:
        return _encrypt(key, plain, b"")

    def unlock(self, key: bytes, locked: bytes) -> bytes:
        return _decrypt(key, locked, b"")
