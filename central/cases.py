"""The cases: made from opened envelopes, found again, told to the kiosk by the feed."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from central import alarms
from central.notices import feed_topic
from central.saying import to_say
from central.store import Row, Transaction
from central.workdays import china_day
from offline_cache.bodies import Case, decode
from offline_cache.entry import Kind
from offline_cache.number import is_receipt_number
from offline_cache.return_letter import Letter, seal_letter

WORDS: Final = {
    "received": to_say("已接件"),
    "accepted": to_say("已受理"),
    "not-accepted": to_say("不予受理"),
    "returned": to_say("补正"),
    "processing": to_say("部门办理"),
    "special": to_say("特别程序"),
    "completed": to_say("办结"),
    "rejected": to_say("退件"),
    "withdrawn": to_say("撤销"),
}
"""Case states on the wire and in words. Source: facts page on services, 办件状态."""
ENDED: Final = ("not-accepted", "completed", "rejected", "withdrawn")


class CaseError(Exception):
    """code: case.unknown, case.ambiguous, or case.state when the case is not in a state that allows it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class CaseRecord:
    """number: the platform's. sequence: the entry's in its journal. *_ms: Unix milliseconds. duplicate_of: the number
    of an open case of the same person for the same service, when there was one. message: the office's last words to the
    citizen. due: the ISO date by which the office has to act; empty while no time runs. days_left: working days that
    are left once it runs again. urgent: 1 where it waits behind nothing, else 0. assurance: how the applicant was
    identified (offline_cache.assurance), as the kiosk said; empty: before this was recorded. company: the credit code
    of the legal person that the applicant acts for; empty: the case is their own. company_name: empty, too, while the
    platform does not know the company."""

    row: int
    number: str
    receipt_number: str
    service: str
    kiosk: str
    sequence: int
    applicant_name: str
    state: str
    submitted_ms: int
    received_ms: int
    changed_ms: int
    duplicate_of: str
    message: str
    due: str
    days_left: int | None
    urgent: int
    assurance: str
    company: str = ""
    company_name: str = ""


_COLUMNS: Final = (
    "row, number, receipt_number, service, kiosk, sequence, applicant_name, state, submitted_ms, received_ms,"
    " changed_ms, duplicate_of, message, due, days_left, urgent, assurance, company, company_name"
)
_SELECT: Final = f"SELECT {_COLUMNS} FROM cases"  # noqa: S608


@dataclass(frozen=True)
class Event:
    """What happened with a case, and as what it stood then. body: of the entry that did it."""

    at_ms: int
    event: str
    state: str
    message: str
    body: bytes | None


@dataclass(frozen=True)
class Arrived:
    """A case as it came out of its envelope. plain: the body's bytes. person: see platform_key.person_key."""

    entry_id: bytes
    kiosk: str
    sequence: int
    submitted_ms: int
    case: Case
    plain: bytes
    person: bytes


async def create(work: Transaction, arrived: Arrived, due: date, now_ms: int, company_name: str = "") -> CaseRecord:
    """Received, with a number of the platform's own. The same application made twice is flagged, never refused: it is
    for people to see which one counts. company_name: as the platform knows it."""
    case = arrived.case
    company = case.company.credit_code if case.company else ""
    marks = ", ".join(f"'{state}'" for state in ENDED)
    twin = await work.row(
        "SELECT number FROM cases WHERE person = $1 AND service = $2 AND company = $3"  # noqa: S608
        f" AND state NOT IN ({marks}) ORDER BY row LIMIT 1",
        arrived.person, case.service, company,
    )  # fmt: skip
    made = await work.row(
        "INSERT INTO cases (entry_id, kiosk, sequence, receipt_number, token, service, applicant_name, body,"
        " return_key, submitted_ms, received_ms, state, changed_ms, person, duplicate_of, due, urgent, assurance,"
        " company, company_name)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'received', $12, $13, $14, $15, $16, $17, $18, $19)"
        " RETURNING row",
        arrived.entry_id, arrived.kiosk, arrived.sequence, case.number, case.token, case.service,
        case.applicant.name + ("…" if case.applicant.name_cut else ""), arrived.plain, case.return_key,
        arrived.submitted_ms, now_ms, now_ms, arrived.person, twin[0] if twin else "", due.isoformat(),
        int(case.urgent), case.assurance, company, company_name,
    )  # fmt: skip
    assert made is not None
    number = f"BJ{china_day(now_ms):%Y%m%d}{made[0]:06}"
    await work.run("UPDATE cases SET number = $1 WHERE row = $2", number, made[0])
    record = await _record(work, made[0])
    await note(work, record, "received", now_ms)
    if case.urgent:
        await alarms.raised(work, arrived.kiosk, alarms.URGENT, now_ms, about=record.number)
    await tell(work, record)
    return record


async def note(
    work: Transaction,
    case: CaseRecord,
    event: str,
    now_ms: int,
    entry_id: bytes | None = None,
    body: bytes | None = None,
) -> None:
    """Keep in the case's history what happened, with what came with it."""
    await work.run(
        "INSERT INTO case_history (case_row, at_ms, event, state, message, entry_id, body)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        case.row, now_ms, event, case.state, case.message, entry_id, body,
    )  # fmt: skip


async def tell(work: Transaction, case: CaseRecord) -> None:
    """Put the case's state on its kiosk's feed, readable with the case's return key only. The kiosk's cursor is counted
    up under a lock: with one count for all kiosks, a letter committed late could stand behind a cursor that has been
    read past it."""
    row = await work.row("SELECT entry_id, return_key FROM cases WHERE row = $1", case.row)
    cursor = await work.row(
        "UPDATE kiosks SET feed_cursor = feed_cursor + 1 WHERE kiosk = $1 RETURNING feed_cursor", case.kiosk
    )
    assert row is not None
    assert cursor is not None
    entry_id, return_key = row
    letter = Letter(case.number, case.state, case.changed_ms, case.message, case.due)
    sealed = seal_letter(return_key, entry_id, letter)
    await work.run("DELETE FROM feed WHERE kiosk = $1 AND about = $2", case.kiosk, entry_id)
    await work.run("INSERT INTO feed VALUES ($1, $2, $3, $4)", case.kiosk, cursor[0], entry_id, sealed)
    work.tell(feed_topic(case.kiosk))


async def find(work: Transaction, number: str) -> CaseRecord:
    """The case of that number, the platform's or the receipt's; nobody else changes it meanwhile. Raises CaseError."""
    rows = await work.rows(
        "SELECT row, number FROM cases WHERE number = $1 OR receipt_number = $2 ORDER BY row", number, number.upper()
    )
    if len(rows) > 1:
        # A kiosk restored from an older copy gave a number again before it knew.
        named = ", ".join(str(found[1]) for found in rows)
        raise CaseError("case.ambiguous", f"{number} is on the receipts of several cases: name one of {named}")
    if not rows:
        mistyped = "-" in number and not is_receipt_number(number)
        hint = ": the number is mistyped, its check character does not fit" if mistyped else ""
        raise CaseError("case.unknown", f"there is no case {number}{hint}")
    return await _record(work, rows[0][0])


async def body_of(work: Transaction, case: CaseRecord) -> Case:
    """What was handed in."""
    row = await work.row("SELECT body FROM cases WHERE row = $1", case.row)
    assert row is not None
    found = decode(Kind.CASE, row[0])
    assert isinstance(found, Case)
    return found


async def history(work: Transaction, case: CaseRecord) -> list[Event]:
    """Oldest first."""
    rows = await work.rows(
        "SELECT at_ms, event, state, message, body FROM case_history WHERE case_row = $1 ORDER BY row", case.row
    )
    return [Event(*row) for row in rows]


async def newest_waiting(work: Transaction) -> str:
    """The number of the newest case that nobody has accepted. Raises CaseError."""
    row = await work.row("SELECT number FROM cases WHERE state = 'received' ORDER BY row DESC LIMIT 1")
    if row is None:
        raise CaseError("case.unknown", "no case waits to be accepted")
    return str(row[0])


async def all_cases(work: Transaction) -> list[CaseRecord]:
    """What is urgent and was not looked at first; then oldest first."""
    order = "CASE WHEN urgent = 1 AND state = 'received' THEN 0 ELSE 1 END, row"
    return [_made(row) for row in await work.rows(f"{_SELECT} ORDER BY {order}")]


async def overdue(work: Transaction, today: date) -> list[CaseRecord]:
    """Those whose due date has passed, most overdue first."""
    rows = await work.rows(f"{_SELECT} WHERE due <> '' AND due < $1 ORDER BY due, row", today.isoformat())
    return [_made(row) for row in rows]


async def of_person(work: Transaction, person: bytes) -> list[CaseRecord]:
    """Newest first."""
    return [_made(row) for row in await work.rows(f"{_SELECT} WHERE person = $1 ORDER BY row DESC", person)]


async def by_token(work: Transaction, token: bytes) -> CaseRecord | None:
    row = await work.row(f"{_SELECT} WHERE token = $1", token)
    return _made(row) if row else None


async def by_entry(work: Transaction, entry_id: bytes) -> CaseRecord | None:
    row = await work.locked(f"{_SELECT} WHERE entry_id = $1", entry_id)
    return _made(row) if row else None


async def _record(work: Transaction, identifier: int) -> CaseRecord:
    row = await work.locked(f"{_SELECT} WHERE row = $1", identifier)
    assert row is not None
    return _made(row)


def _made(row: Row) -> CaseRecord:
    return CaseRecord(*row)
