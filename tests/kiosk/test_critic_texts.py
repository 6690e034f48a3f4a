"""What the shipped catalogue says is what happens."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.actions import Agree, Answer, Choose, Next, Sign
from kiosk.effects import AskPlatform, PrintPaper, Submit, SubmitAll
from kiosk.online import WantOrder
from kiosk.pages import AnyPage, Consent, Guide, NotEligible, Question, Result, Review, Signature
from kiosk.saying import CHINESE
from kiosk.services.bundle import BundleFlow
from kiosk.services.bundle_check import check_bundle
from kiosk.services.catalogue import BUILT_IN
from kiosk.services.check import check
from kiosk.services.yaml_source import read_yaml
from kiosk.setting import Works
from kiosk.states import QUEUED
from tests.kiosk.test_matrix import CASE, CATALOGUE, answer, play, ways
from tests.kiosk.test_online import agreed, through
from tests.kiosk.world import NAME, NOW, PHONE, Hand, card_of


def handed_in(service: str) -> tuple[Hand, list[AnyPage], list[str]]:
    """The first way through `service` that ends well, its pages, and the lines of what was printed."""
    flow = CATALOGUE.flows[service]
    way = next(way for way in ways(flow) if way.end == "ready")
    pages: list[AnyPage] = []
    hand = play(flow, way, "present", seen=pages.append)
    printed = [effect.paper for effect in hand.performed if isinstance(effect, PrintPaper)]
    return hand, pages, [line.text for paper in printed for line in paper.lines]


@pytest.mark.parametrize("service", ["canbao-zhengming", "xinyong-fangchan-chaxun"])
def test_a_certificate_that_the_office_makes_later_is_not_promised_at_once(service: str) -> None:
    hand, pages, lines = handed_in(service)
    (guide,) = [page for page in pages if isinstance(page, Guide)]
    facts = {fact.label: fact.value for fact in guide.facts}
    assert facts["打印"] == "一张凭条"
    assert facts["办理时限"].startswith("今天申请")
    assert lines[0] == "申请凭条"
    assert "（做好后，在任何一台通办机领到手机上，或到窗口领）" in lines
    assert isinstance(hand.page, Result)
    assert hand.page.then[0].startswith("凭条不是")
    told = " ".join([*lines, *hand.page.then, *(str(msgspec.to_builtins(page)) for page in pages)])
    assert not [word for word in ("当场打", "取走证明", "打好的纸", "打完") if word in told]


@pytest.mark.parametrize("service", [name for name, flow in CATALOGUE.flows.items() if flow.service.paper != "none"])
def test_what_is_printed_is_what_the_guide_said(service: str) -> None:
    hand, pages, lines = handed_in(service)
    (guide,) = [page for page in pages if isinstance(page, Guide)]
    promised = next(fact.value for fact in guide.facts if fact.label == "打印").removeprefix("一张")
    other = "凭条" if promised == "回执" else "回执"
    assert lines[0].endswith(promised)
    assert isinstance(hand.page, Result)
    assert hand.page.paper_text == f"{promised}已打印，请取走。"
    assert not [text for text in hand.page.then if f"这张{other}" in text or f"{other}上" in text]


def test_a_paper_that_does_not_go_with_the_act_is_refused() -> None:
    made = msgspec.structs.replace(CATALOGUE.flows["gaoling-jintie"].service, paper="slip")
    (finding,) = check(made, CATALOGUE.region, prove=False)
    assert finding.where == ("paper",)
    assert "prints a receipt" in finding.message


def bundle_handed_in(bundle: str, wanted: dict[str, str], language: str = CHINESE) -> tuple[Result, list[str]]:
    hand = Hand("younger", catalogue=CATALOGUE, language=language).open()
    hand.act(Choose(bundle), Next())
    while isinstance(hand.page, Question):
        application = hand.session.application
        assert application is not None
        assert application.question is not None
        chosen = answer(application.question, wanted.get(application.question.id, ""), NOW.date())
        hand.act(Answer(chosen), Next())
    hand.act(Next())
    while isinstance(hand.page, Consent):
        hand.act(Agree(True), Next())
    if isinstance(hand.page, Signature):
        hand.act(Sign(NAME), Next())
    effect = hand.one(SubmitAll)
    assert isinstance(effect, SubmitAll)
    hand.session.submitted(CASE, QUEUED, [CASE] * len(effect.parts))
    printed = hand.one(PrintPaper)
    assert isinstance(printed, PrintPaper)
    assert isinstance(hand.page, Result)
    return hand.page, [line.text for line in printed.paper.lines]


REFUSED = {"disability_level": "4", "card_state": "valid", "hardship": "none", "household": "yes"}


def test_a_receipt_tells_what_follows_only_of_what_was_handed_in() -> None:
    page, lines = bundle_handed_in("canjiren-fuwu", REFUSED)
    assert {part.name for part in page.parts}.isdisjoint({"困难残疾人生活补贴", "重度残疾人护理补贴"})
    for told in (page.then, lines):
        assert not [text for text in told if "补贴从今天交上去" in text]
        assert [text for text in told if "辅具站会打电话约时间" in text]
        assert [text for text in told if text.startswith("地点：这台机器")]
        assert not [text for text in told if text.startswith("到 ")]


def test_what_two_parts_have_in_common_is_said_once() -> None:
    page, lines = bundle_handed_in("canjiren-fuwu", {**REFUSED, "disability_level": "1", "hardship": "dibao"})
    assert len([text for text in page.then if "补贴从今天交上去" in text]) == 1
    assert len([text for text in lines if "补贴从今天交上去" in text]) == 1


def test_the_parts_steps_speak_the_sessions_language() -> None:
    page, _ = bundle_handed_in("canjiren-fuwu", REFUSED, "en")
    assert any("The device station calls to agree a time" in line for line in page.then)


def test_a_mistake_in_a_parts_step_is_named_with_its_place() -> None:
    flow = CATALOGUE.flows["canjiren-fuwu"]
    assert isinstance(flow, BundleFlow)
    first, *others = flow.bundle.parts
    wrong = msgspec.structs.replace(first, next_steps=["问 {nobody.phone}"])
    made = msgspec.structs.replace(flow.bundle, parts=[wrong, *others])
    (finding,) = check_bundle(made, CATALOGUE.flows, CATALOGUE.region)
    assert finding.where == ("parts", 0, "next_steps", 0)


@pytest.mark.parametrize("address", ["四川省青禾县柳溪镇", "四川省远山县"])
def test_who_is_insured_this_year_pays_for_the_next_here(address: str) -> None:
    """And is not asked about the household again: the insurance has it."""
    card = msgspec.structs.replace(card_of("younger"), address=address, newest_address="")
    hand = Hand(catalogue=CATALOGUE, works=Works(network=True), card=card).open()
    given = {"phone": PHONE, "medical_before": "now"}
    through(hand, "jumin-yibao-canbao", given)
    assert isinstance(hand.page, Review)
    assert [row.label for row in hand.page.facts if "户口" in row.label or "本县" in row.label] == []
    agreed(hand)
    submit = hand.one(Submit)
    assert isinstance(submit, Submit)
    hand.session.submitted(CASE, QUEUED)
    asked = hand.one(AskPlatform)
    assert isinstance(asked, AskPlatform)
    assert isinstance(asked.wanted, WantOrder)


def test_out_of_season_nobody_pays_for_the_next_year() -> None:
    hand = Hand(catalogue=CATALOGUE, works=Works(network=True), wall=NOW.replace(month=3)).open()
    hand.act(Choose("jumin-yibao-canbao"))
    assert isinstance(hand.page, NotEligible)


def test_who_has_an_employees_insurance_by_now_does_not_pay_twice() -> None:
    hand = Hand("younger", catalogue=CATALOGUE, works=Works(network=True)).open()
    through(hand, "jumin-yibao-canbao", {"phone": PHONE, "medical_before": "now", "other_medical": "employee"})
    assert isinstance(hand.page, NotEligible)


def aged(years: int) -> Hand:
    born = NOW.replace(year=NOW.year - years, month=1, day=5).date().isoformat()
    card = msgspec.structs.replace(card_of("younger"), birth=born)
    return Hand(catalogue=CATALOGUE, works=Works(network=True), card=card).open()


@pytest.mark.parametrize(
    ("years", "service", "said"),
    [
        (10, "tuiyi-baodao", "参军要满17岁"),
        (10, "zhigong-tuixiu", "提前退休最早也要满45岁"),
        (10, "linghuo-shebao-butie", "要满16岁"),
        (10, "canbao-zhengming", "满16岁才能参加"),
        (10, "shiye-dengji-shiyejin", "要满16岁"),
        (88, "shiye-dengji-shiyejin", "过了法定退休年龄"),
        (88, "linghuo-shebao-butie", "过了法定退休年龄"),
    ],
)
def test_what_cannot_be_theirs_by_age_is_said_before_the_first_question(years: int, service: str, said: str) -> None:
    hand = aged(years).act(Choose(service))
    assert isinstance(hand.page, NotEligible)
    assert said in hand.page.reason


def test_nobody_is_refused_whose_age_may_fit() -> None:
    """A child may draw a survivor's benefit; at 62 a man may be out of work; at 45 a woman may retire early."""
    for years, service in (
        (10, "daiyu-zige-renzheng"), (62, "shiye-dengji-shiyejin"), (45, "zhigong-tuixiu"), (17, "tuiyi-baodao"),
    ):  # fmt: skip
        assert isinstance(aged(years).act(Choose(service)).page, Guide), service


def test_a_residents_pension_is_confirmed_by_whom_it_can_be_paid_to() -> None:
    hand = aged(40).act(Choose("daiyu-zige-renzheng"), Next(), Answer("here"), Next(), Answer("resident"), Next())
    assert isinstance(hand.page, NotEligible)
    assert "满60岁才领" in hand.page.reason
    hand = aged(40).act(Choose("daiyu-zige-renzheng"), Next(), Answer("here"), Next(), Answer("injury"), Next())
    assert isinstance(hand.page, Question)


ENGLISH = sorted((BUILT_IN / "translations" / "en").glob("*.yaml"))


def texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    for inside in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from texts(inside)


@pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.stem)
def test_english_sentences_are_english(path: Path) -> None:
    """ "Who" for "whoever": at the head of a sentence that is no question, or after a preposition."""
    sentences = [one for text in texts(read_yaml(path, dict[Any, Any])) for one in re.split(r"(?<=[.;?:!]) ", text)]
    for one in sentences:
        assert not re.match(r"[Ww]ho \w+ .*[^?]$", one), one
        assert not re.search(r"\b([Ff]or|of|by|to|with|than) who (?!whom)", one), one
