"""A child's guardian lays their card: nobody types what it says. Session, drafts and cases stay the child's."""

from pathlib import Path

import msgspec
import pytest

from devices.contract import Card
from kiosk import actions
from kiosk.actions import Agree, Answer, Back, Change, Choose, Leave, Next
from kiosk.effects import ReadOwner, SaveDraft, StopReading, Submit, SubmitAll
from kiosk.pages import Consent, Menu, Question, Review, Services, Welcome
from kiosk.parts.held import Looking
from kiosk.session_state import At
from kiosk.setting import Works
from tests.kiosk import test_terminal
from tests.kiosk.test_matrix import answer
from tests.kiosk.test_terminal import BUILT, WAIT_S, enrol, opened
from tests.kiosk.world import Hand, built_in, card_of, child_card

CATALOGUE = built_in()
SERVICE = "canjizheng-xinban"
open_world = test_terminal.open_world


def on(hand: Hand, until: type[Menu] | type[Review]) -> Hand:
    """Answers what is asked until such a page comes."""
    while isinstance(hand.page, Question):
        application = hand.session.application
        assert application is not None
        assert application.question is not None
        wanted = {"guardian_name": "李建国", "guardian_id": card_of("younger").id_number, "first_time": "yes"}
        value = answer(application.question, wanted.get(application.question.id, ""), hand.wall.date())
        hand.act(Answer(value), Next())
    assert isinstance(hand.page, until), hand.page
    return hand


def asked(service: str = SERVICE, network: bool = False) -> Hand:
    """The guardian's card is asked for."""
    hand = Hand(catalogue=CATALOGUE, card=child_card(), works=Works(network=network)).open()
    hand.act(Choose(service), Next())
    if isinstance(hand.session.part, Looking):
        hand.act(Choose("no"))
    return on(hand, Menu)


def laid(hand: Hand, card: Card | None = None) -> Hand:
    assert not hand.session.owner_laid(card or card_of("younger")), "the session stays the child's"
    return hand


def error(hand: Hand) -> str:
    assert isinstance(hand.page, Menu)
    return hand.page.text


def handed_in(hand: Hand) -> Submit:
    on(hand, Review).act(Next())
    while isinstance(hand.page, Consent):
        hand.act(Agree(True), Next())
    (effect,) = [effect for effect in hand.effects() if isinstance(effect, Submit)]
    return effect


def test_the_card_fills_name_and_number_and_the_case_says_so() -> None:
    hand = asked()
    hand.one(ReadOwner)
    laid(hand)
    page = hand.page
    assert isinstance(page, Question)
    assert page.question == "guardian_relation"
    saved = hand.one(SaveDraft)
    assert isinstance(saved, SaveDraft)
    assert saved.answers["guardian_id"] == card_of("younger").id_number
    on(hand, Review)
    assert hand.page.person == "李**"
    assert card_of("younger").id_number not in str(msgspec.to_builtins(hand.page))
    effect = handed_in(hand)
    assert effect.answers["guardian_name"] == "李建国"
    assert effect.answers["guardian_read"] == "card"
    assert effect.applicant.name == "李小苗"
    assert effect.agent is None


def test_who_agrees_for_the_child_is_named_masked() -> None:
    hand = on(laid(asked()), Review).act(Next())
    page = hand.page
    assert isinstance(page, Consent)
    assert page.agree_label.startswith("监护人李**：")
    assert "李建国" not in str(msgspec.to_builtins(page))


def test_a_helper_agrees_in_the_guardians_name() -> None:
    hand = Hand("younger", catalogue=CATALOGUE).open().act(actions.Open("agent"))
    assert hand.session.owner_laid(child_card())
    hand.effects()
    hand.session.opened(0, None)
    on(hand.act(Choose(SERVICE), Next()), Menu)
    page = on(laid(hand, card_of("elder")), Review).act(Next()).page
    assert isinstance(page, Consent)
    assert page.agree_label.startswith("我已征得监护人王**同意：")


def test_a_card_whose_words_answer_nothing_leaves_it_to_be_typed() -> None:
    hand = laid(asked(), msgspec.structs.replace(card_of("younger"), name="\u3000"))
    assert isinstance(hand.page, Question)
    assert hand.page.question == "guardian_name"


def test_without_a_card_it_is_typed_and_the_case_says_so() -> None:
    hand = asked().act(Choose("typed"))
    assert isinstance(hand.effects()[-1], StopReading)
    assert isinstance(hand.page, Question)
    assert hand.page.question == "guardian_name"
    assert not hand.session.owner_laid(card_of("younger")), "a card that comes later is nobody's"
    assert hand.page.question == "guardian_name"
    assert handed_in(hand).answers["guardian_read"] == "typed"


def test_what_is_changed_afterwards_is_typed() -> None:
    hand = on(laid(asked()), Review).act(Change("guardian_name"), Answer("李建军"), Next())
    assert isinstance(hand.page, Review)
    assert handed_in(hand).answers["guardian_read"] == "typed"


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (child_card(), "孩子的卡"),
        (card_of("expired"), "过期"),
        (msgspec.structs.replace(card_of("younger"), birth="2010-01-01", id_number="519901201001010011"), "18周岁"),
        (card_of("foreigner"), "居民身份证"),
    ],
)
def test_a_card_that_is_no_guardians_is_explained_and_another_is_waited_for(card: Card, said: str) -> None:
    hand = asked()
    hand.effects()
    laid(hand, card)
    assert said in error(hand)
    assert isinstance(hand.one(ReadOwner), ReadOwner)
    assert "手工输入，一样能办" not in error(hand)
    laid(hand, card)
    assert said in error(hand)
    assert "手工输入，一样能办" in error(hand), "after two failures the other way is offered plainly"
    laid(hand)
    assert isinstance(hand.page, Question)


def test_a_reader_that_fails_says_so() -> None:
    hand = asked()
    before = error(hand)
    hand.session.reader_trouble("card.take-away")
    hand.session.reader_trouble("")
    assert error(hand) == before
    hand.session.reader_trouble("reader.no-answer")
    assert "没有反应" in error(hand)


def test_back_and_leaving_stop_the_reading() -> None:
    hand = asked()
    hand.effects()
    hand.act(Back())
    assert isinstance(hand.effects()[-1], StopReading)
    assert isinstance(hand.page, Question)
    assert not hand.page.question.startswith("guardian")
    hand.act(Next())
    assert isinstance(hand.page, Menu), "it is offered again"
    hand = asked(network=True)
    hand.effects()
    hand.act(Leave())
    assert any(isinstance(effect, StopReading) for effect in hand.effects())
    hand.act(Back())
    assert isinstance(hand.page, Question)
    assert hand.page.question == "guardian_name"


def test_a_second_service_asks_for_no_card_again_and_nothing_outlives_the_end() -> None:
    hand = on(laid(asked()), Review).act(*[Back()] * 30, Choose("juzhuzheng"), Next())
    seen = set()
    while isinstance(hand.page, Question):
        application = hand.session.application
        assert application is not None
        assert application.question is not None
        seen.add(hand.page.question)
        hand.act(Answer(answer(application.question, hand.page.value, hand.wall.date())), Next())
    assert not {"guardian_name", "guardian_id"} & seen
    hand.act(Leave())
    assert hand.session.at is At.ENDED
    assert hand.session.guardian is None


def test_the_parts_of_a_bundle_say_how_the_guardian_was_read() -> None:
    hand = on(laid(asked("canjiren-fuwu")), Review).act(Next())
    while isinstance(hand.page, Consent):
        hand.act(Agree(True), Next())
    (effect,) = [effect for effect in hand.effects() if isinstance(effect, SubmitAll)]
    assert effect.parts
    assert all(part.answers["guardian_read"] == "card" for part in effect.parts)


def test_another_card_on_the_reader_ends_nothing_and_the_draft_stays_under_the_childs(
    open_world: test_terminal.Open, tmp_path: Path
) -> None:
    enrol(tmp_path / "data")
    world = open_world(BUILT)
    opened(world)
    world.terminal._probed(stable=True)
    world.terminal._card_laid(child_card())
    assert world.loop.run_until(lambda: isinstance(world.terminal.page, Services), WAIT_S)
    terminal = world.terminal
    terminal.act(Choose(SERVICE))
    terminal.act(Next())
    assert terminal._session is not None
    if isinstance(terminal._session.part, Looking):
        terminal.act(Choose("no"))
    while isinstance(page := terminal.page, Question):
        assert terminal._session is not None
        assert terminal._session.application is not None
        question = terminal._session.application.question
        assert question is not None
        terminal.act(Answer(answer(question, "", terminal._setting.wall().date())))
        terminal.act(Next())
    assert isinstance(page, Menu)
    terminal._card_laid(card_of("elder"))
    page = terminal.page
    assert isinstance(page, Question)
    assert page.question == "guardian_relation"
    world.close()
    world = open_world(BUILT)
    opened(world)
    world.terminal._probed(stable=True)
    for card, draft in ((card_of("elder"), ""), (child_card(), "残疾人证新办")):
        world.terminal._card_laid(card)
        assert world.loop.run_until(lambda: isinstance(world.terminal.page, Services), WAIT_S)
        assert isinstance(services := world.terminal.page, Services)
        assert services.draft == draft
        world.terminal.act(Leave())
        assert world.loop.run_until(lambda: isinstance(world.terminal.page, Welcome), WAIT_S)
