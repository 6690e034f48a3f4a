"""What a second pair of eyes found: each once crashed, lost, doubled or told something untrue."""

import pytest

from kiosk.actions import Agree, Answer, Back, Choose, Leave, Next, Open, Print, Resume, ShowCases
from kiosk.effects import AskPlatform, End, LoadCases, PrintPaper, Submit
from kiosk.online import FoundAside, FoundSlots, WantAside, WantDone
from kiosk.pages import Consent, Menu, Problem, Question, Result, Review
from kiosk.receipt import Submitted
from kiosk.services.definition import Choice
from kiosk.session_state import At
from kiosk.setting import Works
from kiosk.states import QUEUED
from kiosk.typed_number import card_of_number
from tests.kiosk.test_online import CATALOGUE, DONE, ID_CARD, agreed, asked, online, through
from tests.kiosk.test_who_is_here import put_aside
from tests.kiosk.world import Hand, card_of

CASE = Submitted("n", 1, b"t" * 16, b"d" * 32, b"s" * 64, "http://platform.example")


@pytest.mark.parametrize("network", [True, False])
def test_a_card_that_identifies_nobody_may_leave_and_ask_for_help(network: bool) -> None:
    hand = Hand("expired", catalogue=CATALOGUE, works=Works(network=network))
    hand.act(Open("help"))
    assert isinstance(hand.page, Menu)
    assert [option.value for option in hand.page.options] == ["call"]
    hand.act(Back(), Leave())
    assert hand.effects()[-1] == End("left")


def test_the_network_goes_while_consent_is_read_or_answers_are_checked() -> None:
    for pages in (1, 0):
        hand = through(online(), "shenfenzheng-huanbu", ID_CARD)
        hand.answered(FoundSlots([Choice(value="s1", label="1日")]))
        hand.act(Answer("s1"), Next(), *([Next()] * pages))
        assert isinstance(hand.page, Consent if pages else Review)
        hand.works = Works(network=False)
        assert hand.page.title
        hand.session.applying.settle()
        assert hand.session.at is At.INELIGIBLE


def test_a_lost_answer_is_not_called_safe_and_not_doubled() -> None:
    hand = through(online(), "shenfenzheng-huanbu", ID_CARD)
    hand.answered(FoundSlots([Choice(value="s1", label="1日")]))
    first = asked(agreed(hand.act(Answer("s1"), Next())))
    hand.works = Works(network=False)
    hand.not_answered("agent.silent")
    page = hand.page
    assert isinstance(page, Problem)
    assert page.code == "answer.lost"
    hand.act(Next())
    again = asked(hand)
    assert isinstance(first, WantDone)
    assert again == first, "asked again it is the very same, whatever the network says"
    hand.answered(DONE)
    assert isinstance(hand.page, Result)


def test_a_sheet_that_was_printed_says_nothing_about_the_next_receipt() -> None:
    hand = Hand(catalogue=CATALOGUE).open().act(Choose("shebaoka-guashi"), Print())
    hand.act(Back(), Next())
    assert hand.session.at is At.INELIGIBLE, "nobody goes on while paper is coming"
    hand.session.printed("confirmed", "")
    hand.act(Back(), Choose("gaoling-jintie"))
    hand.answer_all().act(Next(), Agree(True), Next())
    hand.effects()
    hand.session.submitted(CASE, QUEUED)
    assert hand.page.paper == "printing"
    hand.one(PrintPaper)


def test_nobody_acts_for_himself() -> None:
    hand = Hand("younger", catalogue=CATALOGUE).open().act(Open("agent"))
    assert not hand.session.owner_laid(card_of("younger"))
    assert isinstance(hand.page, Menu)
    assert "自己" in hand.page.text
    hand.session.reader_trouble("card.unreadable")
    assert "自己" not in hand.page.text


def test_a_typed_number_sees_no_cases() -> None:
    hand = Hand(catalogue=CATALOGUE, card=card_of_number(card_of("younger").id_number)).act(ShowCases())
    assert not [effect for effect in hand.effects() if isinstance(effect, LoadCases)]
    assert not hand.page.has_card


def taken_up(draft: bytes) -> Hand:
    hand = Hand(catalogue=CATALOGUE, works=Works(network=True))
    hand.effects()
    hand.session.opened(0, None)
    hand.answered(FoundAside(draft))
    return hand


def forgotten(hand: Hand) -> bool:
    hand.effects()
    return WantAside(b"") in [effect.wanted for effect in hand.performed if isinstance(effect, AskPlatform)]


def test_what_was_put_aside_stays_when_something_else_is_handed_in() -> None:
    hand = taken_up(put_aside()).act(Choose("gaoling-jintie"))
    hand.answer_all().act(Next(), Agree(True), Next())
    hand.effects()
    hand.session.submitted(CASE, QUEUED)
    assert not forgotten(hand)


def test_what_is_dropped_is_dropped_at_the_platform_too() -> None:
    hand = taken_up(put_aside()).act(Resume())
    assert isinstance(hand.page, Question)
    hand.act(Leave(), Choose("drop"))
    assert forgotten(hand)
    assert hand.performed[-1] == End("left")


def test_a_full_disk_never_hands_in_without_consent() -> None:
    hand = Hand(catalogue=CATALOGUE).open().act(Choose("gaoling-jintie"))
    hand.answer_all()
    hand.session._blocked = lambda: "space.no-cases"
    hand.act(Back(), Back(), Back(), Back(), Choose("gaoling-jintie"), Next(), Next())
    assert not [effect for effect in hand.effects() if isinstance(effect, Submit)]
