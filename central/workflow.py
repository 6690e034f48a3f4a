"""How a case moves from state to state, and what that does to the office's time.

The office has ACCEPT_DAYS working days to accept or to say what is missing (行政许可法, 32), and from acceptance on
the service's limit. While the applicant corrects (补正), or a special procedure runs, the clock stands.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from central import cases
from central.cases import ENDED, WORDS, CaseError, CaseRecord
from central.store import Transaction
from central.workdays import Calendar, china_day
from offline_cache.bodies import Case, decode
from offline_cache.entry import Kind

ACCEPT_DAYS: Final = 5
DEFAULT_DAYS: Final = 20
"""The limit of a service that names none (行政许可法, 42)."""

_NEXT: Final = {
    "received": ("accepted", "not-accepted", "returned", "withdrawn"),
    "accepted": ("processing", "special", "returned", "completed", "rejected", "withdrawn"),
    "processing": ("special", "returned", "completed", "rejected", "withdrawn"),
    "special": ("processing", "completed", "rejected", "withdrawn"),
    "returned": ("received", "accepted", "not-accepted", "rejected", "withdrawn"),
}
_CLOCK_STANDS: Final = ("returned", "special")


async def move(
    work: Transaction, calendar: Calendar, case: CaseRecord, state: str, message: str, now_ms: int
) -> tuple[CaseRecord, bool]:
    """Bring the case to `state`, tell its kiosk. message: for the citizen. False: it was there already. Raises
    CaseError."""
    if case.state == state:
        return case, False
    if state not in _NEXT.get(case.state, ()):
        raise CaseError(
            "case.state",
            f"the case {case.number} is {WORDS[case.state]} ({case.state}) and cannot become {WORDS[state]} ({state})",
        )
    if state == "completed" and (first := await _waits_for(work, case)) is not None:
        raise CaseError("case.state", f"the case {case.number} uses the result of {first}, which is not completed")
    due, left = await _time(work, calendar, case, state, china_day(now_ms))
    moved = replace(
        case,
        state=state,
        message=message,
        due=due.isoformat() if due else "",
        days_left=left,
        changed_ms=now_ms,
    )
    await work.run(
        "UPDATE cases SET state = $1, message = $2, due = $3, days_left = $4, changed_ms = $5 WHERE row = $6",
        state, message, moved.due, left, now_ms, case.row,
    )  # fmt: skip
    await cases.note(work, moved, state, now_ms)
    await cases.tell(work, moved)
    return moved, True


async def _waits_for(work: Transaction, case: CaseRecord) -> str | None:
    """The number of a case of the same bundle whose result this one uses and that is not completed; None: it can go
    on. One that has not come yet holds nothing up: it may have been handed in elsewhere."""
    row = await work.row("SELECT body FROM cases WHERE row = $1", case.row)
    body = decode(Kind.CASE, row[0]) if row else None
    for entry_id in body.after if isinstance(body, Case) else []:
        before = await cases.by_entry(work, entry_id)
        if before is not None and before.state != "completed":
            return before.number
    return None


async def supplemented(
    work: Transaction, calendar: Calendar, case: CaseRecord, entry_id: bytes, plain: bytes, now_ms: int
) -> None:
    """More has come for the case. If it was asked for, the case goes back to where it stood."""
    await cases.note(work, case, "supplemented", now_ms, entry_id, plain)
    if case.state == "returned":
        before = "received" if case.days_left is None else "accepted"
        await move(work, calendar, case, before, "", now_ms)


async def withdrawn(
    work: Transaction, calendar: Calendar, case: CaseRecord, entry_id: bytes, plain: bytes, now_ms: int
) -> None:
    """The applicant takes the case back; one that has ended stays as it ended."""
    await cases.note(work, case, "withdrawal", now_ms, entry_id, plain)
    await work.run("DELETE FROM bookings WHERE case_row = $1", case.row)
    if case.state not in ENDED:
        await move(work, calendar, case, "withdrawn", "", now_ms)


async def set_time_limit(work: Transaction, service: str, working_days: int) -> None:
    """For cases that are accepted from now on."""
    await work.run(
        "INSERT INTO time_limits VALUES ($1, $2)"
        " ON CONFLICT (service) DO UPDATE SET working_days = excluded.working_days",
        service, working_days,
    )  # fmt: skip


async def _time(
    work: Transaction, calendar: Calendar, case: CaseRecord, state: str, today: date
) -> tuple[date | None, int | None]:
    """(due, working days left while the clock stands) in the new state."""
    if state in ENDED:
        return None, None
    if state in _CLOCK_STANDS:
        accepted = case.state != "received"
        return None, calendar.between(today, date.fromisoformat(case.due)) if accepted and case.due else case.days_left
    if state == "received":
        return calendar.after(today, ACCEPT_DAYS), None
    if case.days_left is not None:
        return calendar.after(today, case.days_left), None
    if case.state in ("received", "returned"):
        return calendar.after(today, await _limit(work, case.service)), None
    return date.fromisoformat(case.due) if case.due else None, None


async def _limit(work: Transaction, service: str) -> int:
    row = await work.row("SELECT working_days FROM time_limits WHERE service = $1", service)
    return int(row[0]) if row else DEFAULT_DAYS
