"""What is brought later stands on paper, a guardian is an adult, and nothing is offered twice."""

from datetime import date

import pytest

from kiosk.actions import Agree, Answer, Back, Choose, Next, Sign
from kiosk.bringing import last_day, until
from kiosk.effects import PrintPaper, Submit, SubmitAll
from kiosk.pages import Consent, Guide, Menu, Question, Result, Review, Signature
from kiosk.receipt import Submitted
from kiosk.saying import Saying
from kiosk.services.answers import is_id_number
from kiosk.states import QUEUED
from tests.kiosk.test_matrix import answer
from tests.kiosk.world import NAME, Hand, card_of, child_card

CASE = Submitted("K0001-000002-F", 1_795_400_000_000, b"t" * 16, b"d" * 32, b"s" * 64, "http://platform.example")


def handed_in(service: str, language: str = "zh", hand: Hand | None = None, **wanted: str) -> Hand:
    """Whatever may be brought later is."""
    hand = (hand or Hand(language=language).open()).act(Choose(service))
    before = len(hand.performed)
    while not any(isinstance(effect, Submit | SubmitAll) for effect in hand.performed[before:]):
        page = hand.page
        if isinstance(page, Question):
            assert hand.session.application is not None
            question = hand.session.application.question
            assert question is not None
            later = "later" if any(one.value == "later" for one in question.options) else ""
            value = answer(question, wanted.get(question.id, later), hand.wall.date())
            hand.act(Answer(value), Next())
        elif isinstance(page, Consent):
            hand.act(Agree(True), Next())
        elif isinstance(page, Signature):
            hand.act(Sign(NAME), Next())
        else:
            assert isinstance(page, Guide | Review), page
            hand.act(Next())
        hand.effects()
    hand.session.submitted(CASE, QUEUED, [CASE] * len(hand.session.sent_parts))
    return hand


def printed(hand: Hand) -> list[str]:
    paper = hand.one(PrintPaper)
    assert isinstance(paper, PrintPaper)
    return [line.text for line in paper.paper.lines]


def test_what_is_brought_later_stands_on_receipt_and_page_with_its_last_day_and_where() -> None:
    hand = handed_in("dibao", income="1")
    text = printed(hand)
    assert isinstance(hand.page, Result)
    brought = [line for line in hand.page.then if "最晚" in line]
    assert brought
    assert hand.page.then[: len(brought)] == brought, "before what comes next"
    first = text.index("还要带到窗口的材料：") + 1
    assert text[first : first + len(brought)] == brought
    book = next(line for line in brought if line.startswith("户口簿"))
    assert "：在10个工作日内（最晚2026年12月7日）带到" in book
    assert "（" in book.split("带到")[1], "the counter with its address"


def test_the_parts_of_a_bundle_say_it_too_and_nothing_twice() -> None:
    hand = handed_in("canjiren-fuwu", disability_level="1", card_state="valid", hardship="dibao", household="yes")
    sent = [one for effect in hand.performed if isinstance(effect, SubmitAll) for one in effect.parts]
    assert any("later" in one.materials.values() for one in sent)
    brought = [line for line in printed(hand) if "最晚" in line]
    assert brought
    places = [(line.split("：")[0], line.split("带到")[1]) for line in brought]
    assert len(set(places)) == len(places), "one time for what several want at one counter"
    assert "残疾证：在5个工作日内（最晚2026年11月30日）带到青禾县残疾人联合会（文化街5号一楼）" in brought


def test_in_english() -> None:
    text = printed(handed_in("dibao", language="en", income="1"))
    brought = text[text.index("Still to be brought:") + 1]
    assert "within 10 working days (by 2026-12-07), to " in brought


def test_nothing_to_bring_is_not_mentioned() -> None:
    hand = Hand()
    assert not any("还要带" in line.text for line in hand.submitted().paper.lines)


@pytest.mark.parametrize(
    ("since", "days", "last"),
    [
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2090, 1, 2), 5, None),
    ],
)
def test_the_last_day_leaves_out_holidays_that_are_announced(since: date, days: int, last: date | None) -> None:
    assert last_day(since, days) == last


def test_without_announced_holidays_the_days_are_counted_from_a_day() -> None:
    assert until(date(2090, 1, 2), 5, Saying()) == "2090年1月2日以后5个工作日内"


@pytest.mark.parametrize("service", ["canjizheng-xinban", "canjiren-fuwu"])
@pytest.mark.parametrize(
    ("number", "said"),
    [(child_card().id_number, "孩子自己的号码"), ("519901201001010011", "18周岁"), ("519901203501010017", "18周岁")],
)
def test_a_typed_number_that_is_no_guardians_is_refused(service: str, number: str, said: str) -> None:
    assert is_id_number(number)
    hand = Hand(card=child_card()).open().act(Choose(service), Next())
    while True:
        page = hand.page
        if isinstance(page, Menu):
            hand.act(Choose("typed"))
            continue
        assert isinstance(page, Question)
        assert hand.session.application is not None
        question = hand.session.application.question
        assert question is not None
        if question.reuse == "guardian_id":
            break
        wanted = {"guardian_name": "李建国", "first_time": "yes"}.get(question.id, "")
        hand.act(Answer(answer(question, wanted, hand.wall.date())), Next())
    hand.act(Answer(number), Next())
    assert isinstance(hand.page, Question)
    assert said in hand.page.error
    hand.act(Answer(card_of("younger").id_number), Next())
    assert isinstance(hand.page, Question)
    assert hand.page.question == "guardian_relation"


def test_what_a_bundle_handed_in_is_not_recommended() -> None:
    hand = handed_in("canjiren-fuwu", disability_level="1", card_state="valid", hardship="dibao", household="yes")
    parts = {one.service_name for one in hand.session.sent_parts}
    assert len(parts) == 4
    assert not parts & set(hand.session.also_likely)


def test_no_bundle_is_recommended_that_holds_what_was_handed_in() -> None:
    hand = Hand().open()
    setting, identity = hand.session.setting, hand.session._identity
    bundle = setting.catalogue.flows["jiaoyu-ruxue"].service.name
    known = {"child_birth": "20201105"}
    assert bundle in setting.also_likely(identity, known, set())
    assert bundle not in setting.also_likely(identity, known, {"ruxue-baoming"})


def test_what_was_handed_in_before_in_the_same_session_is_not_recommended_either() -> None:
    hand = handed_in("canji-huli-butie", disability_level="1", card_state="valid", household="yes")
    first = hand.session.setting.catalogue.flows["canji-huli-butie"].service.name
    hand.effects()
    hand.session.printed("confirmed", "")
    hand.act(Back())
    assert handed_in("fuju-shipei", hand=hand).session.also_likely.count(first) == 0
