"""The phones that the office has on record, set by its staff: codes go there and nowhere else."""

import re
from typing import Final

from central import codes_sent
from central.store import Transaction

_PHONE: Final = re.compile(r"1[3-9][0-9]{9}")
_PERMIT: Final = re.compile(r"[A-Z]{3}[0-9]{12}")
_ID: Final = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class PhoneError(Exception):
    """code: phone.number or phone.id."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def sound_id(text: str) -> str:
    """An id number: a slip of the pen would give somebody else's code away. Source of the check: GB 11643. Raises
    PhoneError, which does not repeat it."""
    number = text.strip().upper()
    if _PERMIT.fullmatch(number):
        return number
    if _ID.fullmatch(number):
        rest = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11
        if "10X98765432"[rest] == number[-1]:
            return number
    raise PhoneError("phone.id", "that is no id number: 18 characters whose last one fits the others")


def sound_phone(text: str) -> str:
    """Raises PhoneError, which does not repeat it."""
    if not _PHONE.fullmatch(text):
        raise PhoneError("phone.number", "that is no mobile number of the mainland: 11 digits, 1 in front")
    return text


async def keep(work: Transaction, person: bytes, phone: str, now_ms: int) -> None:
    """A code that is on its way to the phone before counts no more."""
    await codes_sent.end_all(work, person)
    await work.run(
        "INSERT INTO phones VALUES ($1, $2, $3)"
        " ON CONFLICT (person) DO UPDATE SET phone = excluded.phone, set_ms = excluded.set_ms",
        person, phone, now_ms,
    )  # fmt: skip


async def forget(work: Transaction, person: bytes) -> bool:
    """Whether there was one."""
    await codes_sent.end_all(work, person)
    return await work.row("DELETE FROM phones WHERE person = $1 RETURNING set_ms", person) is not None


async def listed(work: Transaction) -> list[tuple[str, int]]:
    """Tail and when it was set, newest first; whose they are cannot be told from the database."""
    rows = await work.rows("SELECT phone, set_ms FROM phones ORDER BY set_ms DESC, phone")
    return [(tail(row[0]), row[1]) for row in rows]


def tail(phone: str) -> str:
    return phone[-4:]
