"""What a session can do beside applying: finding, what cannot be done here, somebody to help."""

from datetime import datetime

import pytest

from kiosk import actions
from kiosk.actions import Answer, Back, Choose, Key, Leave, Next, Open
from kiosk.effects import AskPlatform, End, PrintPaper
from kiosk.online import FoundCalled, WantCalled
from kiosk.pages import AnyPage, Guide, Menu, NotEligible, Question, Search, Services, Working
from kiosk.receipt import CHINA_TIME
from kiosk.services.finding import Finder
from kiosk.session_state import IDLE_S, WARNING_S
from kiosk.setting import Works
from tests.kiosk.world import Hand, built_in

CATALOGUE = built_in()
FIND = Finder(CATALOGUE.findable()).find


def opened() -> Hand:
    return Hand(catalogue=CATALOGUE, find=FIND).open()


def searched(hand: Hand) -> Search:
    page = hand.page
    assert isinstance(page, Search)
    return page


def typed(hand: Hand, letters: str) -> Search:
    for letter in letters:
        hand.act(Key(letter))
    return searched(hand)


def page_of(hand: Hand, kind: type[AnyPage]) -> AnyPage:
    assert isinstance(hand.page, kind), hand.page
    return hand.page


@pytest.mark.parametrize("letters", ["glj", "gaoling", "laorenqian"])
def test_a_service_is_found_by_letters_and_begun(letters: str) -> None:
    hand = opened().act(Open("search"))
    assert "gaoling-jintie" in [row.value for row in typed(hand, letters).rows]
    hand.act(Choose("gaoling-jintie"))
    page_of(hand, Guide)
    hand.act(Back())
    page_of(hand, Services)


def test_what_cannot_be_done_here_says_where_and_can_be_taken_along() -> None:
    hand = opened().act(Open("search"), Answer("种子的备案"))
    row = next(row for row in searched(hand).rows if "这里不能办" in row.label)
    hand.act(Choose(row.value))
    page = hand.page
    assert isinstance(page, NotEligible)
    assert all(fact.value for fact in page.facts)
    hand.act(actions.Print())
    paper = hand.one(PrintPaper)
    assert isinstance(paper, PrintPaper)
    assert "王" not in "".join(line.text for line in paper.paper.lines)
    hand.act(Back())
    page_of(hand, NotEligible)
    hand.session.printed("confirmed", "")
    hand.act(Back(), Back())
    page_of(hand, Services)


def test_life_events_lead_to_their_services() -> None:
    hand = opened().act(Open("search"))
    page = searched(hand)
    assert all(row.value.startswith("event:") for row in page.rows)
    hand.act(Next())
    assert searched(hand).rows != page.rows
    hand.act(Back(), Choose("event:disability"))
    services = {row.value for row in searched(hand).rows}
    assert services <= CATALOGUE.flows.keys()
    hand.act(Back())
    assert searched(hand).rows == page.rows


def test_nothing_found_says_what_to_do() -> None:
    hand = opened().act(Open("search"))
    page = typed(hand, "qqqqqqqqqqq")
    assert page.rows == []
    assert "帮忙" in page.hint
    for _ in range(11):
        hand.act(Key("delete"))
    assert searched(hand).rows


def test_help_keeps_what_was_typed_and_offers_a_call() -> None:
    hand = opened().act(Choose("gaoling-jintie"), Next(), Answer("social"), Next(), Answer("622"), Open("help"))
    page = page_of(hand, Menu)
    assert any("12345" in fact.value for fact in page.facts)
    assert [one.value for one in page.options] == ["call"], "to be called back would take away what was filled in"
    hand.act(Choose("huidian"), Back())
    assert hand.page.value == "622"
    hand = opened().act(Open("help"), Choose("huidian"))
    page_of(hand, Guide)
    hand.act(Next())
    assert page_of(hand, Question).question == "phone"


def called(network: bool) -> Hand:
    hand = Hand(catalogue=CATALOGUE, works=Works(network=network)).open()
    hand.act(Choose("gaoling-jintie"), Next(), Answer("social"), Open("help"), Choose("call"))
    return hand


def test_the_staff_are_called_and_what_was_typed_stays() -> None:
    hand = called(network=True)
    assert isinstance(hand.page, Working)
    asked = hand.one(AskPlatform)
    assert isinstance(asked, AskPlatform)
    assert asked.wanted == WantCalled("柳溪镇")
    hand.answered(FoundCalled(1_795_400_000_000))
    page = page_of(hand, Menu)
    told = {fact.label: fact.value for fact in page.facts}
    assert told["什么时候叫的"] == datetime.fromtimestamp(1_795_400_000, CHINA_TIME).strftime("%H:%M")
    assert "柳溪镇便民服务中心" in told["叫了谁"]
    hand.act(Back(), Back())
    assert page_of(hand, Question).value == "social"


def test_a_call_that_cannot_be_sent_says_so_and_shows_the_numbers() -> None:
    for hand in (called(network=False), called(network=True)):
        if hand.works.network:
            hand.not_answered("agent.silent")
        page = page_of(hand, Menu)
        assert CATALOGUE.region.phone in page.title
        assert "没有叫到人" in page.text
        assert "12345" in [fact.value for fact in page.facts]
        asked = [effect.wanted for effect in hand.performed if isinstance(effect, AskPlatform)]
        assert (WantCalled("柳溪镇") in asked) is hand.works.network
        hand.act(Back(), Back())
        page_of(hand, Question)


def test_a_part_ends_with_the_session() -> None:
    hand = opened().act(Open("search"), Key("g"))
    hand.now += IDLE_S + WARNING_S + 1
    hand.session.tick()
    assert hand.effects()[-1] == End("timeout")
    hand = opened().act(Open("help"), Leave())
    assert hand.effects()[-1] == End("left")
    assert hand.session.part is None


def test_no_tile_shows_what_is_only_for_help() -> None:
    hand = opened()
    assert "huidian" not in [flow.service.service for flow in hand.session.offered]
    assert not any("请给我打电话" in name for name in hand.session.setting.told())
