"""Unfinished applications that wait for their person at another kiosk: for a day, locked at rest under a key that the
database alone does not give."""

import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from central.platform_key import person_key
from central.store import Transaction
from sync.question import Aside, QuestionError

MAX_DRAFT: Final = 20_000
ASIDE_MS: Final = 24 * 3600 * 1000
_PURPOSE: Final = b"tongban put aside v1\0"
_NONCE: Final = 12


async def put_aside(work: Transaction, lookup: bytes, id_number: str, draft: bytes, now_ms: int) -> Aside:
    """One a person; it replaces the last. lookup: the platform's secret. Raises QuestionError for one that is too
    large."""
    if len(draft) > MAX_DRAFT:
        raise QuestionError("too much to put aside")
    person = person_key(lookup, id_number)
    await work.run("DELETE FROM put_aside WHERE person = $1 OR put_ms < $2", person, now_ms - ASIDE_MS)
    if draft:
        nonce = os.urandom(_NONCE)
        locked = nonce + _lock(lookup, id_number).encrypt(nonce, draft, person)
        await work.run("INSERT INTO put_aside VALUES ($1, $2, $3)", person, locked, now_ms)
    return Aside(b"", now_ms)


async def take_up(work: Transaction, lookup: bytes, id_number: str, now_ms: int) -> Aside:
    """Whatever is older than a day goes, whosever it is."""
    await work.run("DELETE FROM put_aside WHERE put_ms < $1", now_ms - ASIDE_MS)
    person = person_key(lookup, id_number)
    row = await work.row("SELECT draft, put_ms FROM put_aside WHERE person = $1", person)
    if row is None:
        return Aside(b"", 0)
    try:
        draft = _lock(lookup, id_number).decrypt(row[0][:_NONCE], row[0][_NONCE:], person)
    except (InvalidTag, ValueError):
        return Aside(b"", 0)
    return Aside(draft, row[1])


def _lock(lookup: bytes, id_number: str) -> AESGCM:
    return AESGCM(hmac.digest(lookup, _PURPOSE + id_number.strip().upper().encode(), "sha256"))
