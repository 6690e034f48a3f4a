"""Frequent services first, without knowing anybody."""

import os
from datetime import datetime
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from kiosk.actions import Answer, Back, Choose, Leave, Next
from kiosk.pages import Question, Result, Services, Tile
from kiosk.receipt import CHINA_TIME
from kiosk.services.definition import Alternative, Choice, Material, Rule, Season
from kiosk.services.definition import Question as Asked
from kiosk.services.flow import Flow, Situation
from kiosk.services.ranking import ranked
from kiosk.usage import DAY_MS, LATELY_MS, usage, weight
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.journal import Journal
from offline_cache.sealing import suite
from offline_cache.upstream import Alone
from tests.kiosk.test_matrix import answer
from tests.kiosk.world import Hand, built_in
from tests.offline_cache.conftest import new_identity

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=CHINA_TIME)
BUILT = built_in()
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
    assert usage(journal.connection, clock.wall_ms()) == {"a": 2048, "b": 1024}
    week = usage(journal.connection, clock.wall_ms() + 7 * DAY_MS + 60_000)
    assert week == {"a": 1024, "b": 512}, "half as much a week later"
    assert usage(journal.connection, clock.wall_ms() + LATELY_MS + 60_000) == {}
    journal.close()


@given(st.integers(-(10**12), 10**12))
def test_older_ones_never_count_more(age_ms: int) -> None:
    assert weight(age_ms) >= weight(age_ms + 1) >= 0
    assert weight(age_ms) <= weight(0) == 1024


def test_a_burst_is_seen_and_forgotten() -> None:
    steady, burst = 30, 10
    usual = sum(weight(day * DAY_MS) for day in range(steady))
    assert burst * weight(2 * DAY_MS) * 2 > usual, "twenty within three days, against one a day for a month"
    assert burst * weight(30 * DAY_MS) * 2 < usual


def test_what_closes_soon_comes_before_what_people_use() -> None:
    soon = flow("a", Season(opens="10-01", closes="12-05", otherwise=ELSEWHERE))
    later = flow("b", Season(opens="10-01", closes="12-31", otherwise=ELSEWHERE))
    assert order([later, flow("c"), soon], [], {"b": 9, "c": 5}) == ["a", "b", "c"]
    assert order([later, flow("c"), soon], ["c"], {"b": 1}) == ["c", "a", "b"], "unless people put another first"


def test_what_cannot_be_finished_here_comes_after_what_can() -> None:
    paper = Material(id="paper", name="证明", ways=["scan"])
    sometimes = msgspec.structs.replace(paper, when="age < 20")

    def with_material(name: str, material: Material) -> Flow:
        return Flow(msgspec.structs.replace(ONE, service=name, materials=[material]), BUILT.region.numbers)

    flows = [with_material("a", paper), with_material("b", sometimes), with_material("c", paper), flow("d")]
    assert order(flows, ["a"], {}) == ["b", "d", "a", "c"]
    camera = ranked(flows, ["a"], {}, Situation({**PERSON, "camera": "yes"}, NOW))
    assert [one.service.service for one in camera] == ["a", "b", "c", "d"]
    unknown = ranked(flows, ["a"], {}, Situation({"network": "up", "camera": "no", "upload": "no"}, NOW))
    assert [one.service.service for one in unknown] == ["b", "d", "a", "c"], "nobody is known yet"


def answered(level: str) -> Hand:
    """Somebody who told the level of their disability to one service, and went back to the services."""
    hand = Hand("younger", catalogue=BUILT).open().act(Choose("canji-huli-butie"), Next())
    while isinstance(hand.page, Question):
        application = hand.session.application
        assert application is not None
        assert application.question is not None
        if application.question.id == "disability_level":
            hand.act(Answer(level), Next())
            break
        hand.act(Answer(answer(application.question, "", NOW.date())), Next())
    while not isinstance(hand.page, Services):
        hand.act(Back())
    return hand


def test_an_answer_given_to_one_service_tells_what_else_one_may_be_entitled_to() -> None:
    hand = answered("1")
    assert hand.session.known["disability_level"] == "1"
    noted = [tile.service for tile in tiles(hand) if tile.note == "您可能可以办"]
    before = [tile.service for tile in tiles(Hand("younger", catalogue=BUILT).open()) if tile.note == "您可能可以办"]
    assert set(noted) > set(before)
    hand.act(Leave())
    assert hand.session.known == {}
    assert hand.session.offered == []


def tiles(hand: Hand) -> list[Tile]:
    """Of all pages."""
    found: list[Tile] = []
    for _ in range(hand.session.tile_pages):
        page = hand.page
        assert isinstance(page, Services)
        found += page.tiles
        hand.act(Next())
    return found


def test_what_is_likely_reads_known_answers_that_the_service_itself_would_accept() -> None:
    options = [Choice(value="1", label="一级"), Choice(value="4", label="四级")]
    asked = Asked(id="level", kind="choice", ask="a", label="l", help="h", reuse="level", options=options)
    rule = Rule(id="r", require='level == "1"', otherwise=ELSEWHERE)
    service = msgspec.structs.replace(ONE, service="a", eligibility=[rule], questions=[asked])
    made = Flow(service, BUILT.region.numbers)
    situation = Situation({**PERSON, "age": 50}, NOW)
    found = {level: made.is_likely(situation, {"level": level}) for level in ("1", "4", "9")}
    assert found == {"1": True, "4": False, "9": False}
    assert not made.is_likely(situation)
    other = Flow(msgspec.structs.replace(ONE, service="b", eligibility=[]), BUILT.region.numbers)
    assert ranked([other, made], [], {"b": 9}, situation) == [other, made]
    assert ranked([other, made], [], {"b": 9}, situation, {"level": "1"}) == [made, other]


def test_the_result_names_what_else_is_likely() -> None:
    hand = Hand()
    hand.submitted()
    hand.session.also_likely = ["甲", "乙", "丙", "丁"]
    page = hand.page
    assert isinstance(page, Result)
    assert page.then[-1] == "您可能还可以办：甲、乙、丙"
