"""Acts that may never wait: done with the platform now, once, or honestly not."""

import pytest

from kiosk import actions
from kiosk.actions import Agree, Answer, Back, Choose, Next
from kiosk.effects import AskPlatform, Effect, PrintPaper, Submit, TryPin
from kiosk.online import Done, FoundSlots, WantDone, WantSlots
from kiosk.pages import Consent, Guide, NotEligible, Problem, Question, Result, Review, Working
from kiosk.parts.held import Looking
from kiosk.services.definition import Choice
from kiosk.session_state import At
from kiosk.setting import Works
from tests.kiosk.world import Hand, built_in

CATALOGUE = built_in()
SLOTS = [Choice(value=f"s{at}", label=f"12月{at}日") for at in range(1, 9)]
DONE = Done("BJ1", "completed", "已经挂失。", 1_795_400_000_000, b"t" * 16, "http://platform.example")


def online(person: str = "younger") -> Hand:
    return Hand(person, catalogue=CATALOGUE, works=Works(network=True)).open()


def through(hand: Hand, service: str, answers: dict[str, str]) -> Hand:
    """From the services to where the questions end. What is not in `answers` gets its first option."""
    hand.act(Choose(service), Next())
    if isinstance(hand.session.part, Looking):
        hand.act(Choose("no"))
    while isinstance(hand.page, Question) and hand.page.question not in ("slot", "pin"):
        page = hand.page
        value = answers.get(page.question, page.options[0].value if page.options else "")
        hand.act(Answer(value), Next())
        assert hand.page != page, f"{page.question}: {page.error}"
    return hand


def agreed(hand: Hand) -> Hand:
    """From the review to the submission."""
    assert isinstance(hand.page, Review)
    hand.act(Next())
    while isinstance(hand.page, Consent):
        hand.act(Agree(True), Next())
    return hand


def asked(hand: Hand) -> object:
    effect: Effect = hand.one(AskPlatform)
    assert isinstance(effect, AskPlatform)
    return effect.wanted


ID_CARD = {"phone": "13800000018", "reason": "lost", "contact_name": "张三"}


def test_a_time_is_chosen_among_those_that_are_free() -> None:
    hand = through(online(), "shenfenzheng-huanbu", ID_CARD)
    assert isinstance(hand.page, Working)
    assert asked(hand) == WantSlots("shenfenzheng-huanbu")
    hand.answered(FoundSlots(SLOTS))
    page = hand.page
    assert isinstance(page, Question)
    assert [option.value for option in page.options] == ["s1", "s2", "s3", "s4", "s5", "more"]
    hand.act(Next())
    assert hand.page.error == "请选一项"
    hand.act(Answer("more"))
    assert [option.value for option in hand.page.options] == ["s6", "s7", "s8", "more"]
    hand.act(Answer("s7"), Next())
    assert isinstance(hand.page, Review)
    assert hand.page.facts[-1].value == "12月7日"
    wanted = asked(agreed(hand))
    assert isinstance(wanted, WantDone)
    assert (wanted.act, wanted.slot) == ("book", "s7")
    assert not [effect for effect in hand.performed if isinstance(effect, Submit)], "a booking is never queued"
    hand.answered(DONE)
    page = hand.page
    assert isinstance(page, Result)
    assert (page.title, page.number, page.numbered) == ("约好了", "BJ1", "预约号")
    paper = hand.one(PrintPaper)
    assert isinstance(paper, PrintPaper)
    assert "预约凭条" in [line.text for line in paper.paper.lines]


def test_a_slot_that_was_taken_is_chosen_anew() -> None:
    hand = through(online(), "shenfenzheng-huanbu", ID_CARD)
    hand.effects()
    hand.answered(FoundSlots(SLOTS))
    agreed(hand.act(Answer("s1"), Next()))
    first = asked(hand)
    hand.not_answered("slot.taken")
    assert isinstance(hand.page, Problem)
    hand.act(Next())
    assert asked(hand) == WantSlots("shenfenzheng-huanbu")
    hand.answered(FoundSlots(SLOTS[1:]))
    again = asked(agreed(hand.act(Answer("s2"), Next())))
    assert isinstance(first, WantDone)
    assert isinstance(again, WantDone)
    assert again.submit.entry_id == first.submit.entry_id
    assert again.slot == "s2"


@pytest.mark.parametrize("lost", [False, True])
def test_without_a_free_time_there_is_a_way_on(lost: bool) -> None:
    hand = through(online(), "shenfenzheng-huanbu", ID_CARD)
    hand.effects()
    hand.not_answered("agent.silent") if lost else hand.answered(FoundSlots([]))
    page = hand.page
    assert isinstance(page, NotEligible)
    assert all(fact.value for fact in page.facts)
    hand.act(actions.Print())
    hand.one(PrintPaper)
    hand.session.printed("confirmed", "")
    hand.act(Back())
    assert isinstance(hand.page, Guide)


def test_offline_an_online_service_says_where_to_go() -> None:
    hand = Hand("younger", catalogue=CATALOGUE).open().act(Choose("shenfenzheng-huanbu"))
    assert isinstance(hand.page, NotEligible)


def test_an_answer_that_comes_too_late_changes_nothing() -> None:
    hand = through(online(), "shenfenzheng-huanbu", ID_CARD)
    hand.effects()
    hand.act(Back())
    before = hand.page
    hand.answered(FoundSlots(SLOTS))
    hand.not_answered("agent.silent")
    assert hand.page == before


def test_an_act_whose_answer_was_lost_is_asked_again_and_done_once() -> None:
    hand = agreed(through(online(), "shebaoka-guashi", {"phone": "13800000018"}))
    first = asked(hand)
    hand.not_answered("agent.silent")
    page = hand.page
    assert isinstance(page, Problem)
    assert page.next_label == "再试一次"
    hand.act(Next())
    assert asked(hand) == first
    hand.answered(DONE)
    assert hand.page.state == "办结"


def test_what_a_card_alone_may_not_do_needs_somebody_of_the_staff() -> None:
    hand = agreed(through(online(), "daiyu-zige-renzheng", {"phone": "13800000018"}))
    assert isinstance(hand.page, Question)
    assert hand.page.question == "pin"
    for digit in "274951":
        hand.act(Answer(hand.page.value + digit))
    hand.act(Next())
    assert hand.one(TryPin) == TryPin("274951")
    hand.session.pin_tried(accepted=True, wait_s=0.0)
    assert isinstance(asked(hand), WantDone)


def test_without_staff_the_way_on_is_told() -> None:
    hand = agreed(through(online(), "daiyu-zige-renzheng", {"phone": "13800000018"}))
    hand.act(Choose("nobody"))
    assert isinstance(hand.page, NotEligible)
    assert hand.session.at is At.INELIGIBLE
    assert not [effect for effect in hand.effects() if isinstance(effect, AskPlatform)]


def test_an_answer_reaches_only_the_question_that_it_answers() -> None:
    hand = through(online(), "shenfenzheng-huanbu", ID_CARD)
    hand.effects()
    earlier = [effect.ticket for effect in hand.performed if isinstance(effect, AskPlatform)][-1] - 1
    hand.session.answered(DONE, earlier)
    hand.session.not_answered("agent.silent", earlier)
    assert isinstance(hand.page, Working)
    hand.answered(FoundSlots(SLOTS))
    assert isinstance(hand.page, Question)
