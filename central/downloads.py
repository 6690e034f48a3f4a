"""Links by which a phone fetches a certificate: a secret that holds for minutes, and a few times only."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256
from typing import Final

from central import assurance
from central.spoken_code import as_printed
from central.store import Transaction
from sync.question import Offer, OfferCertificate

HOLDS_MS: Final = 10 * 60_000
USES: Final = 3
"""A phone that shows a preview has fetched it once before its owner does."""


class OfferError(Exception):
    """This card's holder has no such certificate."""

    code = "question.assurance"


async def offer(
    work: Transaction, person: bytes, asked: OfferCertificate, level: str, public_address: str, now_ms: int
) -> Offer:
    """Of the case's newest certificate. Raises AssuranceError and OfferError; what is wrong is not told."""
    assurance.demand(level, "card+code")
    row = await work.row(
        "SELECT title, code, cases.number FROM certificates JOIN cases ON cases.row ="
        " certificates.case_row WHERE cases.number = $1 AND cases.person = $2 AND certificates.revoked_ms IS NULL"
        " ORDER BY certificates.issued_ms DESC LIMIT 1",
        asked.number, person,
    )  # fmt: skip
    if row is None:
        raise OfferError("this card has no such certificate")
    title, code, number = row
    token, address = os.urandom(32), public_address.rstrip("/")
    await work.run("DELETE FROM downloads WHERE expires_ms < $1", now_ms)
    await work.run("INSERT INTO downloads VALUES ($1, $2, $3, $4)", _digest(token), code, now_ms + HOLDS_MS, USES)
    link = f"{address}/c/{urlsafe_b64encode(token).rstrip(b'=').decode()}"
    return Offer(title, number, as_printed(code), f"{address}/v/{code}", link, now_ms + HOLDS_MS)


async def fetch(work: Transaction, token: str, now_ms: int) -> bytes | None:
    """The PDF. token: as in the link. None: it holds no more, or never did."""
    try:
        raw = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (Error, ValueError):
        return None
    digest = _digest(raw)
    row = await work.locked("SELECT code, expires_ms, uses_left FROM downloads WHERE digest = $1", digest)
    if row is None or row[1] <= now_ms or row[2] < 1:
        return None
    found = await work.row("SELECT pdf FROM certificates WHERE code = $1 AND revoked_ms IS NULL", row[0])
    if found is None:
        return None
    await work.run("UPDATE downloads SET uses_left = uses_left - 1 WHERE digest = $1", digest)
    return bytes(found[0])


def _digest(token: bytes) -> bytes:
    """What stands in the database: who reads it holds no link."""
    return sha256(token).digest()
