"""Bundles: one questionnaire for several services, a state for each part, all or none of what is ready, one receipt."""

from collections.abc import Mapping

import msgspec
import pytest

from kiosk.actions import Agree, Answer, Choose, Next
from kiosk.effects import PrintPaper, SubmitAll
from kiosk.pages import Consent, NotEligible, Question, Result, Review
from kiosk.receipt import Submitted
from kiosk.services.bundle import Bundle, BundleFlow, Part
from kiosk.services.bundle_check import check_bundle
from kiosk.services.catalogue import BUILT_IN, Catalogue
from kiosk.services.common_parts import CommonParts
from kiosk.services.definition import Alternative, Alternatives, Material, Rule
from kiosk.services.definition import Question as Asked
from kiosk.services.flow import Ask, Flow, Ineligible, Situation
from kiosk.services.languages import Language, languages
from kiosk.session_state import At
from kiosk.states import DELIVERED, QUEUED
from tests.kiosk.test_matrix import NOW, answer, card
from tests.kiosk.world import ANSWERS, Hand, built_in

BUILT = built_in()
SERVICES = {name: flow for name, flow in BUILT.flows.items() if not isinstance(flow, BundleFlow)}
BUNDLES = {name: flow for name, flow in BUILT.flows.items() if isinstance(flow, BundleFlow)}
CASE = Submitted("n1", 1, b"t", b"d", b"s", "http://p.example")
ELSEWHERE = Alternative(reason="不行", where="窗口", when="上班", bring="身份证", contact="12345")


def bundle(*parts: Part, **changes: object) -> Bundle:
    return Bundle(
        format=1, bundle="b", version=3, name="一件事", office="镇", counter="township", summary="s", about="a",
        minutes=5, fee="不收费", limit="20天", eligibility=[], questions=[], parts=list(parts),
        alternatives=Alternatives(elsewhere=ELSEWHERE), next_steps=["等电话"], **changes,
    )  # fmt: skip


ALLOWANCE = Part(id="allowance", service="gaoling-jintie")
CALL = Part(id="call", service="huidian", ask="要不要回电？")
AFTER = Part(id="after", service="huidian", needs=["allowance"])


def flow(*parts: Part) -> BundleFlow:
    return BundleFlow(bundle(*parts), SERVICES, BUILT.region.numbers)


def situation(age: int = 85) -> Situation:
    values = {
        "age": age, "sex": "女", "residence": "local", "identified": "card", "role": "self", "network": "down",
        "camera": "no", "upload": "no",
    }  # fmt: skip
    return Situation(values, NOW)


def walked(made: BundleFlow, given: Mapping[str, str], age: int = 85) -> tuple[list[str], dict[str, str], object]:
    """(questions asked in order, the state of each part, what it ended with); answers from `given`, else anything."""
    answers: dict[str, str] = {}
    for _ in range(100):
        walk = made.walk(situation(age), answers)
        if not isinstance(walk.then, Ask):
            return [one.id for one in walk.asked], {one.part.id: one.state for one in walk.parts}, walk.then
        question = walk.then.question
        assert question.id not in answers, f"{question.id} is asked twice"
        answers[question.id] = answer(question, given.get(question.id, ""), NOW.date())
    raise AssertionError("it does not end")


def test_what_two_parts_ask_is_asked_once() -> None:
    asked, states, _ = walked(flow(ALLOWANCE, CALL), {"want_call": "yes"})
    assert asked.count("phone") == 1
    assert states == {"allowance": "ready", "call": "ready"}


def test_a_part_that_was_not_asked_for_is_left_out() -> None:
    asked, states, _ = walked(flow(ALLOWANCE, CALL), {"want_call": "no"})
    assert states == {"allowance": "ready", "call": "left"}
    assert "call__about" not in asked


def test_the_refusal_of_one_part_takes_away_only_what_needs_it() -> None:
    _, states, then = walked(flow(ALLOWANCE, AFTER, CALL), {"want_call": "yes"}, age=70)
    assert states == {"allowance": "refused", "after": "waiting", "call": "ready"}
    assert not isinstance(then, Ineligible)


def test_where_no_part_is_left_there_is_a_way_on() -> None:
    _, _, then = walked(flow(ALLOWANCE, AFTER), {}, age=70)
    assert isinstance(then, Ineligible)
    assert "80岁" in str(then.rule.otherwise.reason) or "elder_age" in then.rule.otherwise.reason


def test_a_part_that_is_not_needed_holds_nothing_up() -> None:
    only_old = Part(id="allowance", service="gaoling-jintie", when="age > 99")
    _, states, _ = walked(flow(only_old, AFTER), {})
    assert states == {"allowance": "not-needed", "after": "ready"}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([ALLOWANCE], "two parts at least"),
        ([ALLOWANCE, ALLOWANCE], "used twice"),
        ([AFTER, ALLOWANCE], "no part before it"),
        ([ALLOWANCE, Part(id="x", service="nothing")], "no service 'nothing'"),
        ([ALLOWANCE, Part(id="x", service="shebaoka-guashi")], "done online"),
        ([ALLOWANCE, Part(id="x", service="huidian", answers={"nobody": "1"})], "does not ask 'nobody'"),
        ([ALLOWANCE, Part(id="x", service="huidian", answers={"about": "1"})], "no answer to 'about'"),
        ([ALLOWANCE, Part(id="x", service="huidian", when="what > 1")], "unknown name 'what'"),
        ([ALLOWANCE, Part(id="x", service="huidian", needs=["x"])], "no part before it"),
    ],
)
def test_a_mistake_in_the_graph_is_named(parts: list[Part], said: str) -> None:
    findings = check_bundle(bundle(*parts), SERVICES, BUILT.region)
    assert any(said in finding.message for finding in findings), findings


def asks(question_id: str, **changes: object) -> Asked:
    """The phone number, as services ask it, with changes."""
    phone = next(one for one in SERVICES["huidian"].service.questions if one.id == "phone")
    return msgspec.structs.replace(phone, id=question_id, **changes)


def test_a_question_of_the_bundles_own_is_the_same_as_its_parts_or_refused() -> None:
    whole = bundle(ALLOWANCE, AFTER)
    for own in (asks("phone"), asks("number")):
        made = msgspec.structs.replace(whole, questions=[own])
        assert check_bundle(made, SERVICES, BUILT.region) == []
        asked, _, _ = walked(BundleFlow(made, SERVICES, BUILT.region.numbers), {own.id: "13800000018"})
        assert [name for name in asked if "phone" in name or name == "number"] == [own.id], "asked once"
    for own in (asks("phone", pattern="", check=""), asks("phone", reuse="", pattern="", max_length=4)):
        made = msgspec.structs.replace(whole, questions=[own])
        (first, *_) = check_bundle(made, SERVICES, BUILT.region)
        assert first.where == ("questions", 0)
        assert "asked otherwise than phone of gaoling-jintie" in first.message
        asked, _, _ = walked(BundleFlow(made, SERVICES, BUILT.region.numbers), {own.id: "1" * 4})
        assert "allowance__phone" in asked, "an answer that the part would not accept is not given to it"
    made = msgspec.structs.replace(whole, questions=[asks("allowance__phone", reuse="x")])
    assert "share by `reuse`" in check_bundle(made, SERVICES, BUILT.region)[0].message


def test_an_answer_that_another_part_would_not_accept_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were questions ever shared that accept other answers, the check would say so."""
    monkeypatch.setattr("kiosk.services.bundle.asked_as", lambda *_: ())
    amount = Asked(id="n", kind="number", ask="a", label="l", help="h", high=9, reuse="n")
    known = dict(SERVICES)
    for name, high in (("gaoling-jintie", 9), ("huidian", 5)):
        service = known[name].service
        questions = [*service.questions, msgspec.structs.replace(amount, high=high)]
        known[name] = Flow(
            msgspec.structs.replace(
                service, questions=questions, eligibility=[Rule(id="r", require=f"n < {high}", otherwise=ELSEWHERE)]
            )
        )
    findings = check_bundle(bundle(ALLOWANCE, Part(id="x", service="huidian")), known, BUILT.region)
    assert sorted(one.message for one in findings if "'n'" in one.message) == [
        f"gaoling-jintie may give '{wrong}' for 'n', which huidian does not accept" for wrong in ("8", "9")
    ]


def test_a_material_to_be_brought_within_other_days_is_asked_for_each() -> None:
    known = dict(SERVICES)
    card = Material(id="paper", name="证明", ways=["scan", "later"], days=5)
    for name, days in (("gaoling-jintie", 5), ("huidian", 10)):
        service = known[name].service
        materials = [msgspec.structs.replace(card, days=days)]
        known[name] = Flow(msgspec.structs.replace(service, materials=materials), BUILT.region.numbers)
    made = BundleFlow(bundle(ALLOWANCE, Part(id="x", service="huidian")), known, BUILT.region.numbers)
    values = {**situation().values, "camera": "yes"}
    answers: dict[str, str] = {}
    while isinstance(then := made.walk(Situation(values, NOW), answers).then, Ask):
        answers[then.question.id] = answer(then.question, "", NOW.date())
    assert {"material-paper", "material-x__paper"} <= answers.keys()


def handed_in(age: int = 85) -> tuple[Hand, SubmitAll]:
    made = flow(ALLOWANCE, AFTER, CALL)
    catalogue = Catalogue(BUILT.region, {**SERVICES, "b": made}, [])
    hand = Hand(catalogue=catalogue, card=card(situation(age).values, NOW)).open().act(Choose("b"), Next())
    while isinstance(hand.page, Question):
        application = hand.session.application
        assert application is not None
        assert application.question is not None
        wanted = {**ANSWERS, "want_call": "yes"}.get(application.question.id, "")
        hand.act(Answer(answer(application.question, wanted, NOW.date())), Next())
    assert isinstance(hand.page, Review)
    hand.act(Next())
    while isinstance(hand.page, Consent):
        hand.act(Agree(True), Next())
    effect = hand.one(SubmitAll)
    assert isinstance(effect, SubmitAll)
    return hand, effect


def test_all_that_is_ready_is_handed_in_together() -> None:
    hand, effect = handed_in()
    assert [part.service for part in effect.parts] == ["gaoling-jintie", "huidian", "huidian"]
    first, after, call = effect.parts
    assert first.bundle == after.bundle == call.bundle != b""
    assert (first.after, after.after, call.after) == ((), (first.entry_id,), ())
    assert len({part.entry_id for part in effect.parts}) == 3
    assert first.answers.keys() == {"account_kind", "account", "phone"}
    assert set(after.consent) == {"huidian-data"}
    cases = [Submitted(f"n{at}", 1, b"t", b"d", b"s", "http://p.example") for at in (1, 2, 3)]
    hand.session.submitted(cases[0], QUEUED, cases, [DELIVERED, QUEUED, QUEUED])
    page = hand.page
    assert isinstance(page, Result)
    assert [(one.name, one.number, one.state) for one in page.parts] == [
        ("高龄津贴", "n1", "已送达"),
        ("请给我打电话", "n2", "待发送"),
        ("请给我打电话", "n3", "待发送"),
    ]
    paper = hand.one(PrintPaper)
    assert isinstance(paper, PrintPaper)
    assert paper.about == call.entry_id
    lines = paper.paper.lines
    told = [lines[at : at + 4] for at, line in enumerate(lines) if line.text in ("高龄津贴", "请给我打电话")]
    assert [[line.text for line in part] for part in told] == [
        ["高龄津贴", "回执号：n1", "状态：已送达", ""],
        ["请给我打电话", "回执号：n2", "状态：待发送", ""],
        ["请给我打电话", "回执号：n3", "状态：待发送", ""],
    ]
    assert [part[3].qr for part in told] == [case.qr for case in cases], "each part has its own code"
    assert len([line for line in lines if line.text.startswith(("回执号", "状态"))]) == 6, "the heading tells no number"
    hand.session.state_changed([DELIVERED] * 3)
    assert isinstance(hand.page, Result)
    assert [one.state for one in hand.page.parts] == ["已送达"] * 3


def test_the_receipt_says_what_was_not_handed_in_and_where_it_goes_on() -> None:
    hand, effect = handed_in(age=70)
    hand.session.submitted(CASE, QUEUED, [CASE] * len(effect.parts))
    paper = hand.one(PrintPaper)
    assert isinstance(paper, PrintPaper)
    text = [line.text for line in paper.paper.lines]
    left = text[text.index("没有一起办的：") :]
    assert left[1] == "请给我打电话：要等前面的事办好再办"
    assert left[2].startswith("高龄津贴：")
    assert left[3].startswith("地点：")
    assert "；问：" in left[3]


def test_handed_in_again_it_is_the_same() -> None:
    hand, effect = handed_in()
    hand.session.failed("storage.disk")
    hand.act(Next())
    assert hand.one(SubmitAll) == effect


def test_partly_refused_the_rest_goes_on_and_the_review_says_so() -> None:
    hand, effect = handed_in(age=70)
    assert [part.service for part in effect.parts] == ["huidian"]
    assert hand.session.at is At.SUBMITTING


def test_where_nobody_of_it_is_served_a_sheet_is() -> None:
    made = flow(ALLOWANCE, AFTER)
    catalogue = Catalogue(BUILT.region, {**SERVICES, "b": made}, [])
    hand = Hand("younger", catalogue=catalogue).open().act(Choose("b"))
    assert isinstance(hand.page, NotEligible)


@pytest.mark.parametrize("age", [1, 30, 45, 61, 85])
@pytest.mark.parametrize("made", BUNDLES.values(), ids=BUNDLES)
def test_every_shipped_bundle_ends_for_everybody(made: BundleFlow, age: int) -> None:
    asked, states, then = walked(made, {}, age)
    assert isinstance(then, Ineligible) or "ready" in states.values()
    assert len(asked) == len(set(asked))


def test_the_five_bundles_are_there_and_translated() -> None:
    assert len(BUNDLES) == 5
    for name in languages(BUILT_IN):
        language = Language(BUILT_IN, name, CommonParts(BUILT_IN))
        assert [line for made in BUNDLES.values() for line in language.missing(made.service)] == []
