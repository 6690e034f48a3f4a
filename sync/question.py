"""Questions about one citizen's cases and certificates, and their answers. Pure: shared with the platform.

The screen's process seals a question to the platform's key, and the answer comes back under a key that only this
question holds: neither the agent nor anything between reads either, and nothing of it is stored.
"""

import os
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_cache.sealing import OpeningKey, SealingError, SealingKey

_DOMAIN: Final = b"tongban question v1\0"
FRESH_MS: Final = 300_000
"""A question older than this is not answered."""


class MyCases(msgspec.Struct, frozen=True, tag="my-cases"):
    """Which cases has this person? A card is enough: numbers and states are told, no contents."""


class GetCertificate(msgspec.Struct, frozen=True, tag="certificate"):
    """A certificate as PDF. token: from the QR code of the receipt of that person's case; a card alone opens no
    certificate."""

    number: str
    token: bytes


class Question(msgspec.Struct, frozen=True):
    """id_number: read from the card. asked_ms: Unix milliseconds. answer_key: 32 random bytes."""

    id_number: str
    asked_ms: int
    answer_key: bytes
    act: MyCases | GetCertificate


class CaseSummary(msgspec.Struct, frozen=True):
    """number: the platform's. certificate: there is one to be printed. due: ISO date or empty."""

    number: str
    receipt_number: str
    service: str
    state: str
    message: str
    submitted_ms: int
    changed_ms: int
    due: str
    certificate: bool


class Cases(msgspec.Struct, frozen=True, tag="cases"):
    """Newest first."""

    cases: list[CaseSummary]


class Certificate(msgspec.Struct, frozen=True, tag="certificate"):
    title: str
    code: str
    pdf: bytes


Answer = Cases | Certificate


class QuestionError(Exception):
    """A question or an answer does not open."""

    code = "question.unreadable"


def new_question(id_number: str, act: MyCases | GetCertificate, now_ms: int) -> Question:
    return Question(id_number, now_ms, os.urandom(32), act)


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
        return msgspec.msgpack.decode(plain, type=Cases | Certificate)
    except (InvalidTag, ValueError) as error:
        raise QuestionError("the answer does not open with this question's key") from error
