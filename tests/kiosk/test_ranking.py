"""Frequent services first, without knowing anybody."""

import os
from datetime import datetime
from pathlib import Path

import msgspec

from kiosk.receipt import CHINA_TIME
from kiosk.services.catalogue import BUILT_IN, load_catalogue
from kiosk.services.definition import Alternative, Season
from kiosk.services.flow import Flow, Situation
from kiosk.services.ranking import ranked
from kiosk.usage import LATELY_MS, usage
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.journal import Journal
from offline_cache.sealing import suite
from offline_cache.upstream import Alone
from tests.offline_cache.conftest import new_identity

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=CHINA_TIME)
BUILT = load_catalogue(BUILT_IN, "qinghe")
ONE = BUILT.flows["gaoling-jintie"].service
ELSEWHERE = Alternative(reason="季节", where="窗口", when="五月", bring="身份证", contact="12345")

PERSON = {
    "age": 85, "sex": "女", "residence": "local", "identified": "card", "role": "self", "network": "up",
    "camera": "no", "upload": "no",
}  # fmt: skip


def flow(name: str, season: Season | None = None) -> Flow:
    return Flow(msgspec.structs.replace(ONE, service=name, season=season), BUILT.region.numbers)


def order(flows: list[Flow], first: list[str], used: dict[str, int]) -> list[str]:
    return [one.service.service for one in ranked(flows, first, used, Situation(PERSON, NOW))]


def test_what_people_use_comes_first_and_the_catalogue_decides_between_equals() -> None:
    flows = [flow("a"), flow("b"), flow("c")]
    assert order(flows, [], {}) == ["a", "b", "c"]
    assert order(flows, [], {"c": 3, "b": 1}) == ["c", "b", "a"]


def test_what_the_platforms_people_put_first_wins() -> None:
    assert order([flow("a"), flow("b"), flow("c")], ["b", "gone"], {"c": 300}) == ["b", "c", "a"]


def test_what_is_out_of_season_comes_last() -> None:
    closed = flow("a", Season(opens="05-01", closes="08-31", otherwise=ELSEWHERE))
    assert order([closed, flow("b")], ["a"], {"a": 300}) == ["b", "a"]


def test_what_the_citizen_may_be_entitled_to_comes_before_what_anybody_can_do() -> None:
    anybody = msgspec.structs.replace(ONE, service="a", eligibility=[], questions=ONE.questions[1:])
    flows = [Flow(anybody, BUILT.region.numbers), flow("b")]
    assert order(flows, [], {"a": 300}) == ["b", "a"]
    younger = Situation({**PERSON, "age": 50}, NOW)
    ordered = ranked(flows, ["b"], {}, younger)
    assert [one.service.service for one in ordered] == ["a", "b"], "nobody is led to what refuses them"


def test_what_makes_no_sense_for_somebody_is_not_shown() -> None:
    women = Flow(msgspec.structs.replace(ONE, visible='sex == "女"'), BUILT.region.numbers)
    assert ranked([women], [], {}, Situation({**PERSON, "sex": "男"}, NOW)) == []
    assert ranked([women], [], {}, Situation(PERSON, NOW)) == [women]
    assert ranked([women], [], {}, Situation({"network": "up"}, NOW)) == [women], "nobody is known yet"


def test_without_the_network_what_needs_it_comes_last() -> None:
    online = msgspec.structs.replace(
        ONE, service="a", mode="online", alternatives=msgspec.structs.replace(ONE.alternatives, offline=ELSEWHERE)
    )
    flows = [Flow(online, BUILT.region.numbers), flow("b")]
    assert order(flows, ["a"], {}) == ["a", "b"]
    down = ranked(flows, ["a"], {}, Situation({**PERSON, "network": "down"}, NOW))
    assert [one.service.service for one in down] == ["b", "a"]


def test_counted_from_the_journals_headers(tmp_path: Path) -> None:
    clock, algorithms = SystemClock(), suite("intl-1")
    identity = new_identity(algorithms.opening_key(algorithms.new_opening_key()))
    journal = Journal(tmp_path, identity, clock, Alone())
    for definition in ("a@1", "a@2", "b@1"):
        with journal.writing(Kind.CASE, os.urandom(16), lambda _: b"x", definition):
            pass
    journal.append(Kind.DEVICE, b"x")
    assert usage(journal.connection, clock.wall_ms()) == {"a": 2, "b": 1}
    assert usage(journal.connection, clock.wall_ms() + LATELY_MS + 60_000) == {}
    journal.close()
