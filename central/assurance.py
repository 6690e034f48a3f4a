"""How surely the platform knows who asks: what the kiosk has seen, and what a code that was sent has proved."""

import os
from hashlib import sha256
from typing import Final

from central.store import Transaction
from offline_cache.assurance import reaches
from sync.question import Question

VALID_MS: Final = 600_000
"""Ten minutes: one visit to a kiosk."""
_SEEN: Final = ("card", "card+person")
"""What a kiosk may say of itself; that a code was right is proved to the platform, never said."""


class AssuranceError(Exception):
    """The act demands more proof of identity than was given."""

    code = "question.assurance"


async def granted(work: Transaction, person: bytes, kiosk: str, now_ms: int) -> bytes:
    """For a code that was right: what later questions of this person at this kiosk carry. Only its digest is kept."""
    token = os.urandom(32)
    await work.run("DELETE FROM assured WHERE until_ms < $1", now_ms)
    await work.run("INSERT INTO assured VALUES ($1, $2, $3, $4)", _digest(token), person, kiosk, now_ms + VALID_MS)
    return token


async def reached(work: Transaction, person: bytes, kiosk: str, question: Question, now_ms: int) -> str:
    """A level of offline_cache.assurance."""
    seen = question.identified if question.identified in _SEEN else "typed"
    if seen != "card" or not question.assured:
        return seen
    row = await work.row(
        "SELECT until_ms FROM assured WHERE digest = $1 AND person = $2 AND kiosk = $3",
        _digest(question.assured), person, kiosk,
    )  # fmt: skip
    return "card+code" if row is not None and row[0] - VALID_MS <= now_ms < row[0] else seen


def demand(level: str, wanted: str) -> None:
    """Raises AssuranceError."""
    if not reaches(level, wanted):
        raise AssuranceError(f"{wanted} is demanded, {level} was reached")


def _digest(token: bytes) -> bytes:
    return sha256(token).digest()
