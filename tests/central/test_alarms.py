"""What reaches people: a citizen who asks for somebody, an urgent case, what was signed; on both databases."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from central.alarms import CALL, CALL_EVERY_MS, URGENT, called
from offline_cache import bodies
from offline_cache.entry import Kind
from offline_cache.number import receipt_number
from sync.question import Called, CallStaff, new_question
from tests.central.conftest import APPLICANT, EITHER_DATABASE, Kiosk, Server
from tests.central.test_platform import cases_arrived, central, entries_of, put
from tests.central.test_refusals import ask, now_ms

pytestmark = EITHER_DATABASE
STROKES = [[90, 220, 300, 210], [500, 500]]


@dataclass
class Desk:
    server: Server

    def alarms(self, *more: str) -> list[dict[str, Any]]:
        status, found = central(self.server, "alarms", *more)
        shown = found["alarms"]
        assert isinstance(shown, list)
        assert status == int(any(one["settled_ms"] is None for one in shown))
        return shown

    def cases(self) -> list[dict[str, Any]]:
        found = central(self.server, "cases")[1]["cases"]
        assert isinstance(found, list)
        return found


@pytest.fixture
def desk(server: Server) -> Desk:
    return Desk(server)


def call(server: Server, kiosk: Kiosk) -> object:
    return ask(server, kiosk, new_question("", CallStaff("柳溪镇便民服务中心"), now_ms(), "typed"))


def hand_in(kiosk: Kiosk, **more: object) -> str:
    """Its receipt's number."""
    numbers: list[str] = []

    def body(sequence: int) -> bytes:
        numbers.append(receipt_number(kiosk.identity.kiosk, kiosk.journal.journal, sequence))
        token, key = os.urandom(16), os.urandom(32)
        return bodies.encode(bodies.Case("a", 1, numbers[0], token, key, APPLICANT, {}, {}, **more))  # type: ignore[arg-type]

    with kiosk.journal.writing(Kind.CASE, os.urandom(16), body, "a@1"):
        pass
    return numbers[0]


def test_a_call_reaches_the_staff_names_nobody_and_is_seen_to(server: Server, kiosk: Kiosk, desk: Desk) -> None:
    first = call(server, kiosk)
    assert isinstance(first, Called)
    assert call(server, kiosk) == first, "called again it comes no sooner"
    (alarm,) = desk.alarms()
    assert (alarm["kiosk"], alarm["code"], alarm["place"]) == ("K0001", CALL, "柳溪镇便民服务中心")
    assert (alarm["at_ms"], alarm["about"], alarm["journal"]) == (first.at_ms, "", "")
    assert server.rows("SELECT count(*) FROM cases") == [(0,)]
    assert desk.alarms("--settle", str(alarm["row"])) == []
    assert [one["row"] for one in desk.alarms("--all")] == [alarm["row"]]
    assert central(server, "alarms", "--settle", str(alarm["row"]))[1]["error"]["code"] == "alarm.unknown"  # type: ignore[index]
    assert isinstance(call(server, kiosk), Called)
    assert len(desk.alarms()) == 1, "after somebody came one may call again"


def test_who_calls_many_times_at_once_calls_once(server: Server, kiosk: Kiosk, desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(lambda _: call(server, kiosk), range(8)))
    assert heard == [heard[0]] * 8
    assert len(desk.alarms()) == 1


def test_after_two_minutes_it_is_another_call(server: Server, kiosk: Kiosk) -> None:
    times = [1, CALL_EVERY_MS, CALL_EVERY_MS + 1, CALL_EVERY_MS + 2]
    heard = [server.do(lambda work, at=at: called(work, "K0001", "那里", at)) for at in times]  # type: ignore[misc]
    assert heard == [1, 1, CALL_EVERY_MS + 1, CALL_EVERY_MS + 1]
    assert server.do(lambda work: called(work, "K0002", "别处", 2)) == 2, "each kiosk calls for itself"


def test_an_urgent_case_is_seen_first(server: Server, kiosk: Kiosk, desk: Desk) -> None:
    hand_in(kiosk)
    urgent = hand_in(kiosk, urgent=True)
    put(kiosk, server, 1, entries_of(kiosk))
    cases_arrived(server, 2)
    first, second = desk.cases()
    assert (first["receipt_number"], first["urgent"], second["urgent"]) == (urgent, True, False)
    (alarm,) = desk.alarms()
    assert (alarm["code"], alarm["about"], alarm["place"]) == (URGENT, first["number"], "")
    central(server, "accept", urgent)
    assert [case["urgent"] for case in desk.cases()] == [False, True], "somebody looks at it"


@pytest.mark.parametrize(
    ("signature", "how"),
    [
        (bodies.Signature({"dibao": "1", "promise": "2026-11"}, STROKES), "drawn"),
        (bodies.Signature({"dibao": "1"}, attested=True), "attested"),
        (bodies.Signature({"dibao": "1"}), "owed"),
        (None, ""),
    ],
)
def test_what_was_signed_is_shown(
    server: Server, kiosk: Kiosk, tmp_path: Path, signature: bodies.Signature | None, how: str
) -> None:
    number = hand_in(kiosk, signature=signature)
    put(kiosk, server, 1, entries_of(kiosk))
    cases_arrived(server, 1)
    out = tmp_path / "a.svg"
    status, found = central(server, "signature", number, "--out", str(out))
    if signature is None:
        assert (status, found["error"]["code"]) == (1, "case.unsigned")  # type: ignore[index]
        return
    assert (found["signature"], found["by"], found["texts"]) == (how, "applicant", signature.texts)
    assert out.exists() == (how == "drawn")
    if out.exists():
        assert '<polyline points="225,220 750,210"/><polyline points="1250,500 1250,500"/>' in out.read_text()
