"""What is done while the citizen waits: once, or not at all, on both databases."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from central.acting import add_slot
from central.aside import ASIDE_MS, take_up
from central.platform_key import lookup_key
from offline_cache import bodies
from offline_cache.entry import Kind
from sync.client import PlatformError
from sync.question import (
    Act,
    Aside,
    Cases,
    GetSlots,
    MyCases,
    Perform,
    Performed,
    PutAside,
    Slots,
    TakeUp,
    new_question,
)
from tests.central.conftest import APPLICANT, BOTH_DATABASES, Kiosk, Server, enrolled, until
from tests.central.test_platform import entries_of, put
from tests.central.test_refusals import ask, now_ms

pytestmark = BOTH_DATABASES
OTHER = "519901196209050313"


def act(server: Server, kiosk: Kiosk, wanted: Act, person: str = APPLICANT.id_number) -> object:
    return ask(server, kiosk, new_question(person, wanted, now_ms()))


def performing(kind: str, service: str = "hunyin", slot: str = "", entry_id: bytes = b"") -> Perform:
    case = bodies.Case(service, 1, "", os.urandom(16), os.urandom(32), APPLICANT, {"kind": "marriage"}, {"c": "1"})
    return Perform(kind, entry_id or os.urandom(16), bodies.encode(case), slot)


def offered(server: Server, starts: str = "2099-12-01T09:00", room: int = 1) -> str:
    return server.do(lambda work: add_slot(work, "hunyin", datetime.fromisoformat(starts), "登记处", room))


def refusal(server: Server, kiosk: Kiosk, wanted: Act, person: str = APPLICANT.id_number) -> str:
    with pytest.raises(PlatformError) as error:
        act(server, kiosk, wanted, person)
    return error.value.code


def test_a_report_is_done_at_once_and_once(server: Server, kiosk: Kiosk) -> None:
    asked = performing("report")
    first = act(server, kiosk, asked)
    assert isinstance(first, Performed)
    assert first.state == "completed"
    assert act(server, kiosk, asked) == first
    mine = act(server, kiosk, MyCases())
    assert isinstance(mine, Cases)
    assert [(case.number, case.entry_id) for case in mine.cases] == [(first.number, asked.entry_id)]


def test_a_slot_is_given_once(server: Server, kiosk: Kiosk) -> None:
    slot = offered(server)
    offered(server, "2020-01-01T09:00")
    found = act(server, kiosk, GetSlots("hunyin"))
    assert isinstance(found, Slots)
    assert [(one.slot, one.left) for one in found.slots] == [(slot, 1)], "what is over is not offered"
    booked = act(server, kiosk, performing("book", slot=slot))
    assert isinstance(booked, Performed)
    assert "2099-12-01 09:00" in booked.message
    assert refusal(server, kiosk, performing("book", slot=slot), OTHER) == "slot.taken"
    assert act(server, kiosk, GetSlots("hunyin")) == Slots([])
    mine = act(server, kiosk, MyCases())
    assert isinstance(mine, Cases)
    assert len(mine.cases) == 1
    assert act(server, kiosk, performing("book", slot=slot)) == booked, "nobody takes a second one"
    assert act(server, kiosk, MyCases(), OTHER) == Cases([]), "who got no slot has no case"


def test_a_slot_is_free_again_when_its_holder_withdraws(server: Server, kiosk: Kiosk) -> None:
    slot = offered(server)
    asked = performing("book", slot=slot)
    act(server, kiosk, asked)
    body = bodies.encode(bodies.Withdrawal(asked.entry_id, "applicant"))
    with kiosk.journal.writing(Kind.WITHDRAWAL, os.urandom(16), lambda _: body, ""):
        pass
    put(kiosk, server, 1, entries_of(kiosk))
    until(lambda: server.rows("SELECT count(*) FROM bookings") == [(0,)], "the slot's return")
    assert isinstance(act(server, kiosk, performing("book", slot=slot), OTHER), Performed)


def test_a_typed_number_opens_nothing(server: Server, kiosk: Kiosk) -> None:
    for wanted in (MyCases(), TakeUp(), PutAside(b"x")):
        question = new_question(APPLICANT.id_number, wanted, now_ms(), "typed")
        with pytest.raises(PlatformError) as error:
            ask(server, kiosk, question)
        assert error.value.code == "question.assurance"
    assert isinstance(ask(server, kiosk, new_question(OTHER, performing("report"), now_ms(), "typed")), Performed)


@pytest.mark.parametrize("slot", ["", "nothing", "other@2099-12-01 09:00"])
def test_no_slot_no_booking(server: Server, kiosk: Kiosk, slot: str) -> None:
    assert refusal(server, kiosk, performing("book", slot=slot)) == "slot.taken"


def test_many_who_want_the_last_slots_at_once(server: Server, kiosk: Kiosk) -> None:
    slot = offered(server, room=3)

    def book(at: int) -> str:
        try:
            act(server, kiosk, performing("book", slot=slot), f"5199011990010100{at:02}")
        except PlatformError as error:
            return error.code
        return "booked"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(book, range(8))) == ["booked"] * 3 + ["slot.taken"] * 5


def test_one_person_who_books_at_two_kiosks_at_once_has_one_time(server: Server, kiosk: Kiosk, tmp_path: Path) -> None:
    """Their own card at both, or a helper's: the second is told of the first's time."""
    slots = [offered(server, f"2099-12-{day:02}T09:00") for day in range(1, 9)]
    elsewhere = enrolled(server, tmp_path / "elsewhere")

    def book(at: int) -> object:
        return act(server, (kiosk, elsewhere)[at % 2], performing("book", slot=slots[at]))

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(book, range(8)))
    elsewhere.close()
    assert told == [told[0]] * 8
    assert server.rows("SELECT count(*) FROM bookings") == [(1,)]
    assert server.rows("SELECT count(*) FROM cases") == [(1,)]


def test_nobody_takes_over_anothers_act(server: Server, kiosk: Kiosk) -> None:
    asked = performing("report")
    act(server, kiosk, asked)
    assert refusal(server, kiosk, asked, OTHER) == "question.unreadable"


def test_what_is_no_act_is_refused(server: Server, kiosk: Kiosk) -> None:
    refused = partial(refusal, server, kiosk)
    assert refused(Perform("report", os.urandom(16), b"\xc1")) == "question.unreadable"
    assert refused(performing("dance")) == "question.unreadable"
    assert refused(performing("report", entry_id=b"short")) == "question.unreadable"


def test_a_draft_goes_on_at_another_kiosk(server: Server, kiosk: Kiosk, tmp_path: Path) -> None:
    assert act(server, kiosk, TakeUp()) == Aside(b"", 0)
    act(server, kiosk, PutAside(b"first"))
    act(server, kiosk, PutAside(b"second"))
    elsewhere = enrolled(server, tmp_path / "elsewhere")
    found = act(server, elsewhere, TakeUp())
    assert isinstance(found, Aside)
    assert found.draft == b"second"
    assert act(server, elsewhere, TakeUp(), OTHER) == Aside(b"", 0)
    act(server, elsewhere, PutAside(b""))
    assert act(server, kiosk, TakeUp()) == Aside(b"", 0)
    assert refusal(server, kiosk, PutAside(b"x" * 20_001)) == "question.unreadable"
    elsewhere.close()


def test_what_is_put_aside_is_locked_at_rest_and_goes_after_a_day(server: Server, kiosk: Kiosk) -> None:
    act(server, kiosk, PutAside(b"marker of a draft"))
    ((draft, put_ms),) = server.rows("SELECT draft, put_ms FROM put_aside")
    assert isinstance(draft, bytes)
    assert isinstance(put_ms, int)
    assert b"marker" not in draft
    lookup = lookup_key(server.data)
    number = APPLICANT.id_number
    found = server.do(lambda work: take_up(work, lookup, number, put_ms + ASIDE_MS))
    assert found == Aside(b"marker of a draft", put_ms)
    assert server.do(lambda work: take_up(work, os.urandom(32), number, put_ms)) == Aside(b"", 0)
    server.do(lambda work: take_up(work, lookup, OTHER, put_ms + ASIDE_MS + 1))
    assert server.rows("SELECT count(*) FROM put_aside") == [(0,)], "a day later whoever asks sweeps it out"


def test_a_draft_that_does_not_open_is_none(server: Server, kiosk: Kiosk) -> None:
    act(server, kiosk, PutAside(b"draft"))
    server.do(lambda work: work.run("UPDATE put_aside SET draft = $1", b"short"))
    assert act(server, kiosk, TakeUp()) == Aside(b"", 0)
