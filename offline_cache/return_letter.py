"""What the platform tells a kiosk about a case, encrypted with the case's return key. Pure: shared with the platform.

AES-256-GCM with a random 96-bit nonce in front; the associated data is the entry-id, so that a letter opens only for
its own case. The key is random for each case and holds few letters, well under the limits of random nonces.
"""

import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Letter(msgspec.Struct, frozen=True):
    """The newest state of a case. number: the platform's own number. state: one of the platform's case states
    (`received`, `accepted`). at_ms: Unix milliseconds. message: plain words for the citizen, may be empty. due: the ISO
    date by which the office has to answer; empty when none runs."""

    number: str
    state: str
    at_ms: int
    message: str
    due: str = ""


class LetterError(Exception):
    """A letter does not open with the key of this case."""

    code = "letter.unreadable"


def seal_letter(return_key: bytes, entry_id: bytes, letter: Letter) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(return_key).encrypt(nonce, msgspec.msgpack.encode(letter), entry_id)


def open_letter(return_key: bytes, entry_id: bytes, sealed: bytes) -> Letter:
    """Raises LetterError."""
    try:
        plain = AESGCM(return_key).decrypt(sealed[:12], sealed[12:], entry_id)
        return msgspec.msgpack.decode(plain, type=Letter)
    except (InvalidTag, ValueError) as error:
        raise LetterError("the platform's answer does not open with this case's key") from error
