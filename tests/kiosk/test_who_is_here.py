"""Who is here: with a card, without one, or for somebody else; and an application that goes on at another kiosk."""

import msgspec
import pytest

from devices.contract import Card
from kiosk import actions
from kiosk.actions import Agree, Answer, Back, Choose, Leave, Next, Open, Resume
from kiosk.effects import AskPlatform, End, OpenCard, PrintPaper, ReadOwner, SaveDraft, StopReading, Submit
from kiosk.online import FoundAside, WantAside, WantTakenUp
from kiosk.pages import Consent, Guide, Menu, NotEligible, Question, Review, Services
from kiosk.receipt import Submitted
from kiosk.session_state import At
from kiosk.setting import Works
from kiosk.states import QUEUED
from kiosk.typed_number import TypedNumber, card_of_number
from tests.kiosk.world import ANSWERS, Hand, built_in, card_of

CATALOGUE = built_in()
NUMBER = card_of("younger").id_number
CASE = Submitted("K0001-000002-F", 1_795_400_000_000, b"t" * 16, b"d" * 32, b"s" * 64, "http://platform.example")


# -- a typed number --


def test_a_number_is_checked_before_it_counts() -> None:
    typing = TypedNumber(0.0)
    assert typing.act(Answer(NUMBER[:-1]), 1.0) is None
    assert typing.act(Next(), 2.0) is None
    assert typing.error
    typing.act(Answer(NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")), 3.0)
    assert typing.act(Next(), 4.0) is None
    typing.act(Answer(NUMBER.lower()), 5.0)
    card = typing.act(Next(), 6.0)
    assert card is not None
    assert (card.birth, card.sex, card.name) == ("1962-09-05", "男", "")
    assert typing.since == 6.0


def typed() -> Hand:
    return Hand(catalogue=CATALOGUE, card=card_of_number(NUMBER))


def test_a_typed_number_opens_no_drafts_and_no_cases() -> None:
    hand = typed()
    assert isinstance(hand.page, Services)
    assert hand.page.cases == 0
    assert not [effect for effect in hand.effects() if isinstance(effect, OpenCard)]


def test_what_a_typed_number_may_not_do_says_where_to_go() -> None:
    hand = typed().act(Choose("gaoling-jintie"))
    assert isinstance(hand.page, NotEligible)
    assert all(fact.value for fact in hand.page.facts)
    hand.act(Next(), Open("agent"))
    assert isinstance(hand.page, Services), "nobody acts for others without a card of their own"


def test_what_cannot_wait_for_a_card_is_done_with_a_name() -> None:
    hand = typed().act(Choose("huidian"), Next(), Answer(ANSWERS["phone"]), Next(), Answer("how"), Next())
    page = hand.page
    assert isinstance(page, Question)
    assert page.question == "typed_name"
    hand.act(Answer("李建国"), Next(), Next(), Agree(True), Next())
    effect = hand.one(Submit)
    assert isinstance(effect, Submit)
    assert effect.answers["typed_name"] == "李建国"
    assert effect.applicant.id_number == NUMBER


# -- somebody who helps --


def helped(owner: Card) -> Hand:
    hand = Hand("younger", catalogue=CATALOGUE).open().act(Open("agent"))
    hand.one(ReadOwner)
    assert isinstance(hand.page, Menu)
    assert hand.session.owner_laid(owner) is (hand.session.part is None)
    return hand


def test_both_are_recorded_and_the_owner_is_masked() -> None:
    hand = helped(card_of("elder"))
    hand.one(OpenCard)
    hand.session.opened(0, None)
    assert hand.page.person == "李** 替 王**"
    hand.act(Choose("gaoling-jintie")).answer_all()
    assert isinstance(hand.page, Review)
    assert "王桂兰" not in str(msgspec.to_builtins(hand.page))
    hand.act(Next())
    assert isinstance(hand.page, Consent)
    assert "本人同意" in hand.page.agree_label
    hand.act(Agree(True), Next())
    effect = hand.one(Submit)
    assert isinstance(effect, Submit)
    assert effect.agent is not None
    assert (effect.applicant.name, effect.agent.name) == ("王桂兰", "李建国")
    hand.session.submitted(CASE, QUEUED)
    paper = hand.one(PrintPaper)
    assert isinstance(paper, PrintPaper)
    assert "代办人：李**" in [line.text for line in paper.paper.lines]


def test_an_owners_card_that_identifies_nobody_is_explained() -> None:
    hand = helped(card_of("expired"))
    assert isinstance(hand.page, Menu)
    assert "过期" in hand.page.text
    assert isinstance(hand.effects()[-1], ReadOwner)
    hand.act(Back())
    hand.one(StopReading)
    assert isinstance(hand.page, Services)
    assert not hand.session.owner_laid(card_of("elder")), "a card that comes later is nobody's"


def test_what_must_be_done_in_person_says_so_to_a_helper() -> None:
    hand = helped(card_of("elder"))
    hand.effects()
    hand.session.opened(0, None)
    alone = [flow.service.service for flow in CATALOGUE.flows.values() if not flow.service.agent]
    assert alone
    for service in alone:
        hand.act(Choose(service))
        assert isinstance(hand.page, NotEligible)
        hand.act(Next())


# -- going on at another kiosk --


def begun(network: bool) -> Hand:
    hand = Hand(catalogue=CATALOGUE, works=Works(network=network)).open()
    return hand.act(Choose("gaoling-jintie"), Next(), Answer("social"), Next())


def put_aside() -> bytes:
    hand = begun(network=True).act(Leave())
    assert isinstance(hand.page, Menu)
    hand.act(Choose("keep"))
    effect = hand.one(AskPlatform)
    assert isinstance(effect, AskPlatform)
    assert isinstance(effect.wanted, WantAside)
    hand.answered(FoundAside(b""))
    assert hand.effects()[-1] == End("put-aside")
    return effect.wanted.draft


def test_what_was_begun_goes_on_elsewhere_and_is_forgotten_once_handed_in() -> None:
    draft = put_aside()
    hand = Hand(catalogue=CATALOGUE, works=Works(network=True))
    hand.effects()
    hand.session.opened(0, None)
    asked = hand.one(AskPlatform)
    assert isinstance(asked, AskPlatform)
    assert asked.wanted == WantTakenUp()
    hand.answered(FoundAside(draft))
    assert isinstance(hand.page, Services)
    assert hand.page.draft == "高龄津贴"
    hand.act(Resume())
    assert hand.page.question == "account"
    while isinstance(hand.page, Question):
        hand.act(Answer(ANSWERS[hand.page.question]), Next())
    hand.act(Next(), Agree(True), Next())
    hand.effects()
    hand.session.submitted(CASE, QUEUED)
    forgotten = [effect.wanted for effect in hand.effects() if isinstance(effect, AskPlatform)]
    assert forgotten == [WantAside(b"")]


def test_leaving_may_drop_everything_or_change_ones_mind() -> None:
    hand = begun(network=True).act(Leave(), Back())
    assert isinstance(hand.page, Question)
    hand.act(Leave(), Choose("drop"))
    assert hand.effects()[-1] == End("put-aside") or hand.session.at is At.ENDED
    assert not [effect for effect in hand.performed if getattr(effect, "wanted", None) == WantAside]


def test_what_cannot_be_kept_is_said() -> None:
    hand = begun(network=True).act(Leave(), Choose("keep"))
    hand.not_answered("agent.silent")
    assert isinstance(hand.page, Menu)
    assert "存不了" in hand.page.text
    hand.act(Next())
    assert hand.session.at is At.ENDED


def test_offline_leaving_is_leaving() -> None:
    assert begun(network=False).act(Leave()).effects()[-1] == End("left")


@pytest.mark.parametrize("draft", [b"", b"\xc1", msgspec.msgpack.encode({"service": "gone"})])
def test_what_is_no_draft_changes_nothing(draft: bytes) -> None:
    hand = Hand(catalogue=CATALOGUE, works=Works(network=True))
    hand.effects()
    hand.session.opened(0, None)
    hand.answered(FoundAside(draft))
    assert isinstance(hand.page, Services)
    assert hand.page.draft == ""
    hand.act(actions.Choose("gaoling-jintie"))
    assert isinstance(hand.page, Guide)
    assert not [effect for effect in hand.effects() if isinstance(effect, SaveDraft)]
