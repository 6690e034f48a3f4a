"""A case through its course, as the office's people move it and the citizen answers; on both databases."""

import base64
import os
from datetime import UTC, date, datetime

import msgspec
import pytest
import requests

from central.workdays import Calendar, china_day
from offline_cache import bodies
from offline_cache.entry import Kind, decode_header
from sync.question import Cases, MyCases
from tests.central.conftest import APPLICANT, BOTH_DATABASES, Kiosk, Server, until
from tests.central.test_acting import act
from tests.central.test_platform import cases_arrived, central, entries_of, put

pytestmark = BOTH_DATABASES


class Office:
    """One case and who works on it."""

    def __init__(self, server: Server, kiosk: Kiosk) -> None:
        self.server = server
        self.kiosk = kiosk
        self.receipt = kiosk.submit(1)[0].number
        self.entry_id = decode_header(entries_of(kiosk)[-1].header).entry_id
        self.push()
        cases_arrived(server, 1)

    def push(self) -> None:
        put(self.kiosk, self.server, 1, entries_of(self.kiosk))

    def write(self, kind: Kind, body: object) -> None:
        with self.kiosk.journal.writing(kind, os.urandom(16), lambda _: bodies.encode(body), ""):  # type: ignore[arg-type]
            pass
        self.push()

    @property
    def case(self) -> dict[str, object]:
        status, found = central(self.server, "cases")
        assert status == 0
        (case,) = found["cases"]  # type: ignore[misc]
        return dict(case)  # type: ignore[call-overload]

    def move(self, state: str, *more: str) -> dict[str, object]:
        return central(self.server, "move", self.receipt, state, *more)[1]

    def becomes(self, state: str) -> None:
        until(lambda: self.case["state"] == state, state)


@pytest.fixture
def office(server: Server, kiosk: Kiosk) -> Office:
    return Office(server, kiosk)


def left(case: dict[str, object]) -> int:
    today = china_day(int(datetime.now(UTC).timestamp() * 1000))
    return Calendar().between(today, date.fromisoformat(str(case["due"])))


def test_from_the_card_to_the_end(office: Office) -> None:
    assert left(office.case) == 5
    central(office.server, "time-limit", "gaoling-jintie", "12")
    office.move("accepted")
    assert left(office.case) == 12
    office.move("processing")
    assert left(office.case) == 12
    done = office.move("completed", "--message", "请凭身份证领取")
    assert (done["state"], done["due"], done["changed"]) == ("completed", "", True)
    letters = office.server.rows("SELECT count(*) FROM feed")
    assert letters[0][0] >= 1  # type: ignore[operator]
    assert office.move("completed")["changed"] is False


def test_the_clock_stands_while_the_citizen_corrects(office: Office) -> None:
    office.move("accepted")
    assert left(office.case) == 20
    code, said = central(office.server, "move", office.receipt, "returned")
    assert (code, said["error"]["code"]) == (1, "case.message")  # type: ignore[index]
    returned = office.move("returned", "--message", "请补户口本复印件")
    assert (returned["due"], returned["days_left"]) == ("", 20)
    office.write(Kind.SUPPLEMENT, bodies.Supplement(office.entry_id, {"hukou": "yes"}))
    office.becomes("accepted")
    assert left(office.case) == 20


def test_a_return_before_acceptance_leads_back_to_it(office: Office) -> None:
    office.move("returned", "--message", "请补照片")
    office.write(Kind.SUPPLEMENT, bodies.Supplement(office.entry_id, {}))
    office.becomes("received")
    assert left(office.case) == 5


def test_a_withdrawal_ends_it_and_nothing_goes_on(office: Office) -> None:
    office.write(Kind.WITHDRAWAL, bodies.Withdrawal(office.entry_id, "不办了"))
    office.becomes("withdrawn")
    code, said = central(office.server, "move", office.receipt, "accepted")
    assert (code, said["error"]["code"]) == (1, "case.state")  # type: ignore[index]


def test_a_withdrawal_that_comes_too_late_changes_nothing(office: Office) -> None:
    office.move("accepted")
    office.move("completed")
    office.write(Kind.WITHDRAWAL, bodies.Withdrawal(office.entry_id, "不办了"))
    office.write(Kind.RATING, bodies.Rating(office.entry_id, 5))
    until(
        lambda: office.server.rows("SELECT count(*) FROM entries WHERE opened = ''") == [(0,)],
        "opening of all",
    )
    assert office.case["state"] == "completed"


def test_the_same_application_twice_is_flagged_and_kept(office: Office) -> None:
    office.kiosk.submit(1)
    office.push()
    cases_arrived(office.server, 2)
    _, found = central(office.server, "cases")
    flags = [case["duplicate_of"] for case in found["cases"]]  # type: ignore[attr-defined]
    numbers = [case["number"] for case in found["cases"]]  # type: ignore[attr-defined]
    assert sorted(bool(flag) for flag in flags) == [False, True]
    assert {flag for flag in flags if flag} <= set(numbers)


def handed_in_together(kiosk: Kiosk, *names: str, person: bodies.Applicant = APPLICANT) -> list[bodies.Case]:
    """The cases of one bundle."""
    cases = [
        bodies.Case(
            "x", 1, f"N-{name}", os.urandom(16), os.urandom(32), person, {"phone": "13800000018"}, {},
            bundle=b"b" * 16, service_name=name,
        )
        for name in names
    ]  # fmt: skip
    for case in cases:
        with kiosk.journal.writing(Kind.CASE, os.urandom(16), lambda _, case=case: bodies.encode(case), "x@1"):
            pass
    return cases


def test_the_page_of_one_part_tells_names_and_states_of_the_others_and_no_more(server: Server, kiosk: Kiosk) -> None:
    first, second = handed_in_together(kiosk, "生育津贴", "出生<证>")
    handed_in_together(kiosk, "别人的事", person=msgspec.structs.replace(APPLICANT, id_number="51990119620905031X"))
    alone = kiosk.submit(1)[0]
    put(kiosk, server, 1, entries_of(kiosk))
    cases_arrived(server, 4)
    assert central(server, "accept", second.number)[0] == 0
    page = requests.get(f"{server.url}/p/{base64.urlsafe_b64encode(first.token).decode()}", timeout=5).text
    assert "生育津贴" in page
    assert '<dt><span lang="zh-CN">出生&lt;证&gt;</span></dt><dd>已受理</dd>' in page
    for hidden in ("别人的事", second.number, "王", "5199", "13800000018"):
        assert hidden not in page
    page = requests.get(f"{server.url}/p/{base64.urlsafe_b64encode(alone.token).decode()}", timeout=5).text
    assert "已接件" in page
    assert "一起交的" not in page


def test_my_cases_say_what_was_handed_in_together(server: Server, kiosk: Kiosk) -> None:
    handed_in_together(kiosk, "生育津贴", "出生证")
    kiosk.submit(1)
    put(kiosk, server, 1, entries_of(kiosk))
    cases_arrived(server, 3)
    found = act(server, kiosk, MyCases())
    assert isinstance(found, Cases)
    assert [one.bundle for one in found.cases] == [b"", b"b" * 16, b"b" * 16]


def test_a_part_of_a_bundle_waits_for_what_it_uses(server: Server, kiosk: Kiosk) -> None:
    first, second = os.urandom(16), os.urandom(16)
    for entry_id, after in ((first, []), (second, [first, os.urandom(16)])):
        number = f"N-{entry_id.hex()[:6].upper()}"
        case = bodies.Case(
            "x", 1, number, os.urandom(16), os.urandom(32), APPLICANT, {}, {}, bundle=b"b" * 16, after=after
        )
        with kiosk.journal.writing(Kind.CASE, entry_id, lambda _, case=case: bodies.encode(case), "x@1"):
            pass
    put(kiosk, server, 1, entries_of(kiosk))
    cases_arrived(server, 2)
    earlier, later = (f"N-{entry_id.hex()[:6].upper()}" for entry_id in (first, second))
    assert central(server, "accept", later)[0] == 0, "it is worked on meanwhile"
    status, error = central(server, "move", later, "completed")
    assert status == 1
    assert "uses the result" in str(error)
    central(server, "accept", earlier)
    central(server, "move", earlier, "completed")
    assert central(server, "move", later, "completed")[0] == 0
