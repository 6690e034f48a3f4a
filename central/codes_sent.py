"""One-time codes, sent by SMS to the phone that the office has on record: a card that was found is not enough."""

import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final

from central import assurance
from central.store import Transaction
from sync.proof import CODE_DIGITS, CodeChecked

TRIES: Final = 5
VALID_MS: Final = 300_000
HOUR_MS: Final = 3_600_000
PERSON_AN_HOUR: Final = 3
KIOSK_AN_HOUR: Final = 30
"""More than a counter's people need; a kiosk in the wrong hands bothers no whole township."""
_DOMAIN: Final = b"tongban sms code v1\0"


class OftenError(Exception):
    """Too many codes were sent within the hour."""

    code = "sms.often"


@dataclass(frozen=True)
class ToSend:
    """What the gateway is to send. row: names the code."""

    row: int
    phone: str = field(repr=False)
    code: str = field(repr=False)

    @property
    def text(self) -> str:
        return f"【通办】验证码{self.code}，5分钟内有效，只在通办机上输入。不是您本人在办，请不要告诉任何人。"


async def prepare(work: Transaction, secret: bytes, person: bytes, kiosk: str, now_ms: int) -> ToSend | None:
    """A new code; those before it count no more. None: no phone is on record. Raises OftenError."""
    await work.locked("SELECT kiosk FROM kiosks WHERE kiosk = $1", kiosk)  # who counts is alone with what is counted
    found = await work.locked("SELECT phone FROM phones WHERE person = $1", person)
    if found is None:
        return None
    await work.run("DELETE FROM codes_sent WHERE sent_ms < $1", now_ms - HOUR_MS)
    for column, value, limit in (("person", person, PERSON_AN_HOUR), ("kiosk", kiosk, KIOSK_AN_HOUR)):
        sent = await work.row(f"SELECT count(*) FROM codes_sent WHERE {column} = $1", value)  # noqa: S608
        assert sent is not None
        if sent[0] >= limit:
            raise OftenError(f"{limit} codes were sent within the hour for this {column}")
    await end_all(work, person)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    made = await work.row(
        "INSERT INTO codes_sent (person, kiosk, digest, sent_ms) VALUES ($1, $2, $3, $4) RETURNING row",
        person, kiosk, _digest(secret, person, code), now_ms,
    )  # fmt: skip
    assert made is not None
    return ToSend(made[0], found[0], code)


async def check(work: Transaction, secret: bytes, person: bytes, kiosk: str, code: str, now_ms: int) -> CodeChecked:
    """Each call is one try of the code that was sent last, to this person from this kiosk."""
    found = await work.locked(
        "SELECT row, digest, sent_ms, tries FROM codes_sent WHERE person = $1 AND kiosk = $2 AND spent = 0"
        " ORDER BY row DESC LIMIT 1",
        person, kiosk,
    )  # fmt: skip
    if found is None:
        return CodeChecked(b"", "void")
    row, digest, sent_ms, tries = found
    if abs(now_ms - sent_ms) >= VALID_MS:
        return CodeChecked(b"", "void")
    is_right = hmac.compare_digest(digest, _digest(secret, person, code))
    is_spent = is_right or tries + 1 >= TRIES
    await work.run("UPDATE codes_sent SET tries = $1, spent = $2 WHERE row = $3", tries + 1, int(is_spent), row)
    if is_right:
        return CodeChecked(await assurance.granted(work, person, kiosk, now_ms))
    return CodeChecked(b"", "void" if is_spent else "wrong")


async def end(work: Transaction, row: int) -> None:
    """The code counts no more; that it was sent does."""
    await work.run("UPDATE codes_sent SET spent = 1 WHERE row = $1", row)


async def end_all(work: Transaction, person: bytes) -> None:
    await work.run("UPDATE codes_sent SET spent = 1 WHERE person = $1", person)


def _digest(secret: bytes, person: bytes, code: str) -> bytes:
    """Under the platform's secret: the million codes there are cannot be tried on a stolen database."""
    return hmac.digest(secret, _DOMAIN + person + code.encode(), "sha256")
