"""What people have to look at: what did not fit in a journal, a citizen who asks for somebody, an urgent case."""

from dataclasses import dataclass
from typing import Final

from central.store import Transaction

CALL: Final = "call.attendant"
URGENT: Final = "case.urgent"
CALL_EVERY_MS: Final = 120_000
"""Somebody who is called again and again comes no sooner."""


class AlarmError(Exception):
    """There is no such alarm, or somebody has seen to it."""

    code = "alarm.unknown"


@dataclass(frozen=True)
class Alarm:
    """row: names it. journal: hex digits, of what did not fit; else empty, and sequence 0. place: where a kiosk stands
    at which somebody is wanted. about: an urgent case's number. settled_ms: when somebody had seen to it."""

    row: int
    kiosk: str
    journal: str
    sequence: int
    code: str
    at_ms: int
    place: str
    about: str
    settled_ms: int | None


async def called(work: Transaction, kiosk: str, place: str, now_ms: int) -> int:
    """Somebody at the kiosk asks for the staff; nothing says who. Returns since when they are called."""
    await work.alone("call", kiosk)
    before = await work.row(
        "SELECT max(at_ms) FROM alarms WHERE kiosk = $1 AND code = $2 AND settled_ms IS NULL AND at_ms > $3",
        kiosk, CALL, now_ms - CALL_EVERY_MS,
    )  # fmt: skip
    if before is not None and before[0] is not None:
        return int(before[0])
    await raised(work, kiosk, CALL, now_ms, place=place)
    return now_ms


async def raised(work: Transaction, kiosk: str, code: str, now_ms: int, *, place: str = "", about: str = "") -> None:
    await work.run(
        "INSERT INTO alarms (kiosk, journal, sequence, code, at_ms, place, about) VALUES ($1, $2, 0, $3, $4, $5, $6)",
        kiosk, b"", code, now_ms, place, about,
    )  # fmt: skip


async def alarms_of(work: Transaction, *, settled: bool = False) -> list[Alarm]:
    """Oldest first. settled: also those that somebody has seen to."""
    rows = await work.rows(
        "SELECT row, kiosk, journal, sequence, code, at_ms, place, about, settled_ms FROM alarms ORDER BY row"
    )
    found = [Alarm(row, kiosk, bytes(journal).hex(), *rest) for row, kiosk, journal, *rest in rows]
    return [one for one in found if settled or one.settled_ms is None]


async def settle(work: Transaction, row: int, now_ms: int) -> None:
    """Somebody has seen to it. Raises AlarmError."""
    found = await work.locked("SELECT settled_ms FROM alarms WHERE row = $1", row)
    if found is None or found[0] is not None:
        raise AlarmError(f"no alarm {row} waits")
    await work.run("UPDATE alarms SET settled_ms = $1 WHERE row = $2", now_ms, row)
