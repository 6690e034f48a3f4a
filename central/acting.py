"""What is done while the citizen waits: a slot is booked, a loss reported, a certificate asked for. Never queued."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from central import assurance, cases, companies, phone_uploads, typed_acts, workflow
from central.cases import Arrived, CaseRecord
from central.store import Transaction
from central.workdays import CHINA_TIME, Calendar, china_day
from offline_cache.bodies import Case, decode
from offline_cache.entry import Kind
from sync.question import Perform, Performed, QuestionError, Slot, Slots

MAX_SLOTS: Final = 60
_DONE: Final = {
    "report": "已经办好。",
    "certificate": "已经受理。证明做好后，带身份证在任何一台通办机领到手机上，或到窗口领取。",
}


class SlotError(Exception):
    """The slot is full, or there is none such."""

    code = "slot.taken"


async def slots(work: Transaction, service: str, now_ms: int) -> Slots:
    """Those that begin from now on and have room."""
    rows = await work.rows(
        "SELECT slot, starts, place, room - (SELECT count(*) FROM bookings WHERE bookings.slot = slots.slot)"
        " FROM slots WHERE service = $1 AND starts > $2 ORDER BY starts, slot",
        service, f"{_wall(now_ms):%Y-%m-%d %H:%M}",
    )  # fmt: skip
    return Slots([Slot(*row) for row in rows if row[3] > 0][:MAX_SLOTS])


async def add_slot(work: Transaction, service: str, starts: datetime, place: str, room: int) -> str:
    """Its id; a slot that is there already gets the new room."""
    slot = f"{service}@{starts:%Y-%m-%d %H:%M}"
    await work.run(
        "INSERT INTO slots VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (slot) DO UPDATE SET room = excluded.room, place = excluded.place",
        slot, service, f"{starts:%Y-%m-%d %H:%M}", place, room,
    )  # fmt: skip
    return slot


async def perform(
    work: Transaction, calendar: Calendar, kiosk: str, person: bytes, asked: Perform, level: str, now_ms: int
) -> Performed:
    """Once, however often it is asked. level: that was reached (offline_cache.assurance). Raises QuestionError,
    AssuranceError, TypedError, SlotError and NotAuthorisedError; nothing is kept then."""
    before = await cases.by_entry(work, asked.entry_id)
    if before is not None:
        row = await work.row("SELECT person FROM cases WHERE row = $1", before.row)
        if row is None or row[0] != person:
            raise QuestionError("this id belongs to somebody else's act")
        return await _told(work, before)
    assurance.demand(level, asked.demands)
    try:
        body = decode(Kind.CASE, asked.body)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise QuestionError("the act holds no case") from error
    if not isinstance(body, Case) or asked.act not in ("book", *_DONE) or len(asked.entry_id) != 16:
        raise QuestionError("not an act that is known")
    assurance.demand(level, body.assurance or "typed")
    if not await companies.may_act(work, person, body, now_ms):
        raise companies.NotAuthorisedError("nobody acts for a company without its authorisation")
    if level == "typed":
        await typed_acts.check_name(work, person, body)
    elif asked.act == "book" and (booked := await _booked(work, person, body, now_ms)) is not None:
        return await _told(work, booked)
    arrived = Arrived(asked.entry_id, kiosk, 0, now_ms, body, asked.body, person)
    due = calendar.after(china_day(now_ms), workflow.ACCEPT_DAYS)
    name = await companies.name_of(work, body.company.credit_code) if body.company else ""
    case = await cases.create(work, arrived, due, now_ms, name)
    await phone_uploads.tie(work, case, body.uploads, now_ms)
    message = await _book(work, case, asked.slot, now_ms) if asked.act == "book" else _DONE[asked.act]
    case, _ = await workflow.move(work, calendar, case, "accepted", message, now_ms)
    if asked.act == "report":
        case, _ = await workflow.move(work, calendar, case, "completed", message, now_ms)
    return await _told(work, case)


async def _booked(work: Transaction, person: bytes, case: Case, now_ms: int) -> CaseRecord | None:
    """Who has a time to come keeps it: a second one would take somebody else's place."""
    await work.alone("book", person.hex())
    row = await work.row(
        "SELECT cases.entry_id FROM cases JOIN bookings ON bookings.case_row = cases.row"
        " JOIN slots ON slots.slot = bookings.slot"
        " WHERE cases.person = $1 AND cases.service = $2 AND slots.starts > $3 AND cases.company = $4"
        " ORDER BY slots.starts LIMIT 1",
        person, case.service, f"{_wall(now_ms):%Y-%m-%d %H:%M}", case.company.credit_code if case.company else "",
    )  # fmt: skip
    return await cases.by_entry(work, row[0]) if row else None


def _wall(now_ms: int) -> datetime:
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(CHINA_TIME)


async def _book(work: Transaction, case: CaseRecord, slot: str, now_ms: int) -> str:
    found = await work.locked("SELECT service, starts, place, room FROM slots WHERE slot = $1", slot)
    if found is None or found[0] != case.service or found[1] <= f"{_wall(now_ms):%Y-%m-%d %H:%M}":
        raise SlotError("there is no such slot any more")
    taken = await work.row("SELECT count(*) FROM bookings WHERE slot = $1", slot)
    assert taken is not None
    if taken[0] >= found[3]:
        raise SlotError("the slot was taken meanwhile")
    await work.run("INSERT INTO bookings VALUES ($1, $2)", case.row, slot)
    return f"约好了：{found[1]}，{found[2]}"


async def _told(work: Transaction, case: CaseRecord) -> Performed:
    row = await work.row(
        "SELECT cases.token, certificates.code FROM cases LEFT JOIN certificates"
        " ON certificates.case_row = cases.row AND certificates.revoked_ms IS NULL WHERE cases.row = $1 LIMIT 1",
        case.row,
    )
    assert row is not None
    return Performed(case.number, case.state, case.message, case.submitted_ms, row[1] or "", row[0])
