"""What a second pair of eyes found: each once crashed, lost, doubled or told something untrue."""

import pytest

from kiosk.actions import Agree, Answer, Back, Choose, Leave, Next, Open, Print, Resume, ShowCases
from kiosk.effects import AskPlatform, End, LoadCases, PrintPaper, Submit
from kiosk.online import FoundAside, FoundCalled, FoundCases, FoundSlots, OnlineCase, WantAside, WantDone
from kiosk.pages import Consent, Menu, Problem, Question, Result, Review, Signature
from kiosk.receipt import Submitted
from kiosk.services.bundle import BundleFlow
from kiosk.services.definition import Choice
from kiosk.session_state import At
from kiosk.setting import Works
from kiosk.states import QUEUED
from kiosk.typed_number import card_of_number
from tests.kiosk.test_for_companies import checked, filled
from tests.kiosk.test_matrix import ways
from tests.kiosk.test_online import CATALOGUE, DONE, ID_CARD, agreed, asked, online, through
from tests.kiosk.test_who_is_here import put_aside
from tests.kiosk.world import ANSWERS, Hand, built_in, card_of

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
    hand = taken_up(put_aside()).act(Choose("huidian"), Next(), Answer(ANSWERS["phone"]), Next(), Answer("how"), Next())
    hand.act(Next(), Agree(True), Next())
    hand.effects()
    hand.session.submitted(CASE, QUEUED)
    assert hand.session.at is At.RESULT
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


def test_each_part_of_a_bundle_has_its_own_words_agreed_to() -> None:
    flow = built_in().flows["canjiren-fuwu"]
    assert isinstance(flow, BundleFlow)
    texts = {one.text for _, part in flow.parts for one in part.service.consents if one.id == "health"}
    assert len(texts) > 1, "else there is nothing to show"
    walks = [flow.walk(way.situation, way.answers) for way in ways(flow)]
    assert any(walk.consents for walk in walks)
    for walk in walks:
        assert {one.text for one in walk.consents} == {one.text for part in walk.parts for one in part.consents}


@pytest.mark.parametrize("typed", [True, False])
def test_who_watches_a_fingerprint_proves_no_typed_number(typed: bool) -> None:
    card = card_of_number("519901193803120240") if typed else None
    hand = Hand("elder", catalogue=built_in(), card=card)
    if not typed:
        hand.open()
    agreed(filled(hand.act(Choose("linshi-jiuzhu"))))
    assert isinstance(hand.page, Signature)
    hand.act(Choose("cannot"), Choose("staff"))
    for digit in "274951":
        hand.act(Answer(getattr(hand.page, "value", "") + digit))
    hand.act(Next())
    hand.session.pin_tried(accepted=True, wait_s=0.0)
    submit = hand.one(Submit)
    assert isinstance(submit, Submit)
    assert submit.signature is not None
    assert submit.signature.attested
    assert submit.assurance == ("typed" if typed else "card+person")


def test_help_covers_a_part_and_gives_it_back() -> None:
    hand = through(online(), "shenfenzheng-huanbu", ID_CARD)
    beneath, slots = hand.session.part, hand.one(AskPlatform)
    assert isinstance(slots, AskPlatform)
    hand.act(Open("help"))
    assert isinstance(hand.page, Menu)
    hand.act(Choose("call"))
    hand.session.answered(FoundSlots([Choice(value="s1", label="1日")]), slots.ticket)
    hand.answered(FoundCalled(1))
    hand.act(Back(), Back())
    assert hand.session.part is beneath
    assert isinstance(hand.page, Question)
    assert [option.value for option in hand.page.options] == ["s1"]


def test_a_case_that_was_taken_back_costs_nothing() -> None:
    hand = online().act(ShowCases())
    hand.session.cases_loaded([])
    hand.effects()
    case = OnlineCase(b"a" * 16, "BJ1", "K1", "jumin-yibao-canbao", "received", "", 1, rated=False, payment="due")
    hand.answered(FoundCases([case]))
    hand.act(Choose("K1"))
    assert isinstance(hand.page, Menu)
    assert "pay" in [one.value for one in hand.page.options]
    hand.act(Choose("withdraw"), Choose("withdraw:yes"))
    hand.session.told()
    hand.act(Back())
    assert isinstance(hand.page, Menu)
    assert "pay" not in [one.value for one in hand.page.options]


def test_a_persons_certificate_is_none_of_a_companys() -> None:
    hand = checked()
    (kind,) = {one.certificate for one in built_in().flows["danwei-canbao"].materials if one.certificate}
    hand.session.holding.kinds = frozenset({kind})
    filled(hand)
    application = hand.session.application
    assert application is not None
    assert "held" not in application.walk.given.values()
