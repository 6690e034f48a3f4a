"""What a second fresh pair of eyes found, and what became of it."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.actions import Agree, Answer, Choose, Next, Sign
from kiosk.effects import PrintPaper, Submit
from kiosk.online import FoundSlots
from kiosk.pages import Consent, Guide, NotEligible, Problem, Question, Result, Signature, Working
from kiosk.services.catalogue import BUILT_IN, load_service
from kiosk.services.check import check
from kiosk.services.common_parts import CommonParts
from kiosk.services.definition import Rule
from kiosk.services.directory import office_of, unknown_offices
from kiosk.services.yaml_source import DefinitionError
from kiosk.session_state import PHOTO_S, WARNING_S, At
from kiosk.states import QUEUED
from tests.kiosk.test_assurance import SERVICE
from tests.kiosk.test_matrix import CASE, NAME, answer
from tests.kiosk.test_online import CATALOGUE, ID_CARD, agreed, online, through
from tests.kiosk.world import Hand, card_of, child_card

OTHER_CHILD = "519901201505050025"


def test_where_no_staff_are_there_the_reason_is_the_true_one() -> None:
    hand = agreed(through(online(), "daiyu-zige-renzheng", {"phone": "13800000018"})).act(Choose("nobody"))
    assert isinstance(hand.page, NotEligible)
    assert "没有工作人员" in hand.page.reason
    assert "没有读到身份证" not in hand.page.reason


@pytest.mark.parametrize(("service", "wanted"), [("daiyu-zige-renzheng", "工作人员"), (SERVICE, "短信验证码")])
def test_what_more_than_a_card_is_wanted_is_told_before_anything_is_typed(service: str, wanted: str) -> None:
    page = online().act(Choose(service)).page
    assert isinstance(page, Guide)
    assert any(wanted in fact.value for fact in page.facts)


def test_all_times_taken_is_not_told_as_no_network() -> None:
    hand = through(online(), "shenfenzheng-huanbu", ID_CARD)
    hand.answered(FoundSlots([]))
    assert isinstance(hand.page, NotEligible)
    assert "约满了" in hand.page.reason
    other = through(online(), "shenfenzheng-huanbu", ID_CARD)
    other.not_answered("agent.silent")
    assert isinstance(other.page, NotEligible)
    assert "约满了" not in other.page.reason


def test_who_waits_in_vain_for_an_answer_learns_where_else() -> None:
    hand = agreed(through(online(), "shebaoka-guashi", {"phone": "13800000018"}))
    hand.not_answered("agent.silent")
    assert isinstance(hand.page, Problem)
    assert "12333" in hand.page.todo


def test_without_paper_there_is_time_for_a_photograph() -> None:
    hand = Hand()
    hand.submitted()
    hand.session.printed("failed-clean", "printer.paper-out")
    hand.now += PHOTO_S - 1
    hand.session.tick()
    assert hand.session.warning is None
    hand.now += WARNING_S + 1
    hand.session.tick()
    assert hand.session.at is At.ENDED


def test_what_has_to_be_brought_stands_on_screen_and_paper_with_its_deadline() -> None:
    hand = Hand("elder", catalogue=CATALOGUE).open().act(Choose("dibao"), Next())
    while not isinstance(hand.page, Result):
        match hand.page:
            case Question():
                question = hand.session.application.question
                later = [one.value for one in hand.page.options if one.value == "later"]
                given = (
                    later[0] if later else answer(question, "1" if question.id == "income" else "", hand.wall.date())
                )
                hand.act(Answer(given), Next())
            case Consent():
                hand.act(Agree(True), Next())
            case Signature():
                hand.act(Sign(NAME), Next())
            case Working():
                hand.session.submitted(CASE, QUEUED)
            case _:
                hand.act(Next())
    effect = hand.one(PrintPaper)
    printed = "".join(line.text for line in effect.paper.lines)
    materials = {one.id: one for one in hand.session.application.service.materials}
    (submit,) = [one for one in hand.performed if isinstance(one, Submit)]
    later = [materials[name] for name, way in submit.materials.items() if way == "later"]
    assert later
    for material in later:
        told = [line for line in hand.page.then if material.name in line]
        assert told
        assert f"{material.days}个工作日内" in told[0]
        assert told[0] in printed


def test_a_child_is_nobodys_guardian() -> None:
    hand = Hand(card=child_card(), catalogue=CATALOGUE).open().act(Choose("jumin-yibao-canbao"), Next())
    application = hand.session.application
    hand.session.part = None
    question = next(one for one in application.flow.questions if one.id == "guardian_id")
    for number in (child_card().id_number, OTHER_CHILD):
        application.go_to(question)
        hand.act(Answer(number), Next())
        assert hand.page.question == "guardian_id"
        assert "监护人" in hand.page.error
    hand.act(Answer(card_of("younger").id_number), Next())
    assert application.answers["guardian_id"] == card_of("younger").id_number


def test_what_was_just_done_is_not_recommended() -> None:
    setting = Hand("younger", catalogue=CATALOGUE).session.setting
    identity = {"age": 40, "sex": "男", "residence": "local", "identified": "card", "role": "self"}
    asked = [one for flow in CATALOGUE.flows.values() for one in flow.questions]
    known = {one.reuse: one.options[0].value for one in asked if one.options and one.reuse}
    likely = setting.also_likely(identity, known, set())
    assert likely
    flows = [flow for flow in CATALOGUE.flows.values() if flow.service.name in likely]
    for flow in flows:
        names = setting.also_likely(identity, known, flow.covers)
        assert flow.service.name not in names
        bundles = [other.service.name for other in CATALOGUE.flows.values() if flow.covers < other.covers]
        assert not set(bundles) & set(names)


def test_each_item_of_the_directory_is_told_with_its_own_offices_address() -> None:
    region = CATALOGUE.region
    assert CATALOGUE.directory
    assert unknown_offices(region, CATALOGUE.directory) == []
    assert all(office_of(region, item.office).address for item in CATALOGUE.directory.values())
    assert office_of(region, "没有的局").address == "", "nobody is sent to a place where it is not done"


def test_nobody_is_told_that_they_may_be_entitled_to_what_is_everybodys() -> None:
    likely = {
        flow.service.service
        for flow in Hand("elder", catalogue=CATALOGUE).open().session.offered
        if flow.is_likely(Hand("elder", catalogue=CATALOGUE).open().session.situation())
    }
    assert "gaoling-jintie" in likely
    assert not likely & {"xinshenger", "shiye-dengji-shiyejin", "yuer-butie", "falv-yuanzhu", "linshi-jiuzhu"}


def test_a_service_that_nobody_can_have_is_not_published() -> None:
    service = CATALOGUE.flows["gaoling-jintie"].service
    never = Rule(id="never", require="age >= 200", otherwise=service.alternatives.elsewhere)
    found = check(replace(service, eligibility=[*service.eligibility, never]), CATALOGUE.region)
    assert any("nobody gets to the end" in finding.message for finding in found)


@pytest.mark.parametrize("minutes", [-3, 0, 1000])
def test_minutes_are_minutes(tmp_path: Path, minutes: int) -> None:
    path = tmp_path / "one.yaml"
    source = BUILT_IN / "catalogue" / "gaoling-jintie.yaml"
    path.write_text(re.sub(r"(?m)^minutes: \d+", f"minutes: {minutes}", source.read_text("utf-8")), "utf-8")
    with pytest.raises(DefinitionError, match="line"):
        load_service(path, CATALOGUE.region, CommonParts(BUILT_IN))
