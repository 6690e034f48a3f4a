"""The key that only the card in the reader gives: for drafts and for receipts kept at this kiosk.

HKDF-SHA256 over the kiosk's secret and every byte read from the card, the raw photo included. Without the photo an
id number could be guessed; without the kiosk's secret a copy of the database is worth nothing.
"""

import hashlib
import os
import zlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

UNGUESSABLE_BYTES: Final = 512
"""A photo of 1,024 compressed bytes has more; what is printed on a card has some 120."""


class WrongCardError(Exception):
    """What is sealed was not sealed under this card, or has been changed."""

    code = "card.other"


@dataclass(frozen=True, repr=False)
class CardKey:
    """tag: finds the card's rows. It cannot be made without the kiosk's secret."""

    tag: bytes
    _key: bytes

    def seal(self, plain: bytes, purpose: bytes) -> bytes:
        """AES-256-GCM with a random nonce in front; `purpose` is authenticated."""
        nonce = os.urandom(12)
        return nonce + AESGCM(self._key).encrypt(nonce, plain, purpose)

    def open(self, sealed: bytes, purpose: bytes) -> bytes:
        """Raises WrongCardError."""
        if not isinstance(sealed, bytes):  # a damaged row: SQLite gives it as it finds it
            raise WrongCardError("damaged")
        try:
            return AESGCM(self._key).decrypt(sealed[:12], sealed[12:], purpose)
        except (InvalidTag, ValueError) as error:
            raise WrongCardError("sealed under another card") from error


def card_key(secret: bytes, card_bytes: bytes) -> CardKey:
    """secret: the kiosk's. card_bytes: all that the reader gave."""
    material = HKDF(SHA256(), 48, salt=secret, info=b"tongban card key v1").derive(hashlib.sha256(card_bytes).digest())
    return CardKey(material[:16], material[16:])


def can_be_guessed(card_bytes: bytes) -> bool:
    """Whether this card gave no photo to speak of: who knows its holder and has the kiosk's disk could make its key."""
    return len(zlib.compress(card_bytes)) < UNGUESSABLE_BYTES
