"""The loop is closed: what is asked for is handed in, at any kiosk; what is done may be rated; what was begun may be
taken back."""

from dataclasses import replace

import msgspec
import pytest

from kiosk.actions import Answer, Back, Choose, Key, Next, Open, Reprint, ShowCases
from kiosk.effects import AskPlatform, PrintPaper, Tell
from kiosk.online import FoundCases, OnlineCase, WantCases
from kiosk.pages import CaseRow, Cases, Menu, Question, Services
from kiosk.receipt import Copy, Submitted
from kiosk.setting import Works
from kiosk.states import QUEUED
from offline_cache.bodies import Rating, Supplement, Withdrawal
from tests.kiosk.world import Hand, card_of

ABOUT = b"a" * 16


def row(kind: str = "", number: str = "K0001-000002-F", position: int = 7) -> CaseRow:
    return CaseRow(
        service="高龄津贴", number=number, platform_number="BJ1", submitted="", state="…", text="请补户口簿",
        position=position, entry_id=ABOUT.hex(), kind=kind,
    )  # fmt: skip


def shown(*rows: CaseRow, network: bool = False) -> Hand:
    hand = Hand(works=Works(network=network)).open().act(ShowCases())
    hand.effects()
    hand.session.cases_loaded(list(rows))
    return hand


def menu(hand: Hand) -> Menu:
    assert isinstance(hand.page, Menu)
    return hand.page


def options(hand: Hand) -> list[str]:
    return [option.value for option in menu(hand).options]


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        ("", ["withdraw"]),
        ("received", ["withdraw"]),
        ("returned", ["supplement", "withdraw"]),
        ("completed", ["rate", "consent"]),
        ("rejected", ["consent"]),
    ],
)
def test_each_state_offers_what_makes_sense(kind: str, offered: list[str]) -> None:
    hand = shown(row(kind)).act(Choose("K0001-000002-F"))
    assert options(hand) == offered
    hand.act(Back())
    assert isinstance(hand.page, Cases)


def test_what_was_handed_in_together_says_so_wherever_it_came_from() -> None:
    """Two of them here, one at another kiosk, and one that has nothing to do with them."""
    bundle = b"b" * 16
    birth, money = (
        msgspec.structs.replace(row(number=name, position=at), service=name, bundle=bundle.hex())
        for at, name in enumerate(("出生证", "生育津贴"), start=1)
    )
    hand = shown(birth, money, network=True)
    there = OnlineCase(b"c" * 16, "BJ3", "K0002-000001-A", "yuer-butie", "received", "", 1, False, bundle)
    other = OnlineCase(b"d" * 16, "BJ4", "K0002-000002-A", "dibao", "received", "", 1, False)
    hand.answered(FoundCases([there, other]))
    assert isinstance(hand.page, Cases)
    assert [one.together for one in hand.page.cases] == ["生育津贴、育儿补贴", "出生证、育儿补贴"]
    hand.act(Next())
    assert isinstance(hand.page, Cases)
    assert [one.together for one in hand.page.cases] == ["出生证、生育津贴", ""]


def told(hand: Hand) -> Supplement | Withdrawal | Rating:
    effect = hand.one(Tell)
    assert isinstance(effect, Tell)
    return effect.body


def test_what_is_missing_is_handed_in_with_words() -> None:
    hand = shown(row("returned")).act(Choose("K0001-000002-F"), Choose("supplement"))
    assert menu(hand).text == "请补户口簿"
    hand.act(Choose("way:text"), Next())
    assert isinstance(hand.page, Question), "nothing is handed in without words"
    hand.act(Answer("已"), Key("2"), Next())
    assert told(hand) == Supplement(ABOUT, {"text": "已2"})
    assert not menu(hand).back, "nobody leaves before it is safe"
    hand.session.told()
    assert "交上" in menu(hand).text
    hand.session.printed("confirmed", "")
    hand.act(Back(), Back(), Back())
    assert isinstance(hand.page, Services)


def test_taking_back_is_asked_about_once_more() -> None:
    hand = shown(row("accepted")).act(Choose("K0001-000002-F"), Choose("withdraw"))
    assert not hand.effects()
    hand.act(Back())
    assert options(hand) == ["withdraw"]
    hand.act(Choose("withdraw"), Choose("withdraw:yes"))
    assert told(hand) == Withdrawal(ABOUT, "applicant")
    hand.session.told("storage.full")
    assert "storage.full" in menu(hand).text


def test_a_rating_is_one_tap_and_never_forced() -> None:
    hand = shown(row("completed")).act(Choose("K0001-000002-F"), Choose("rate"), Choose("score:6"), Choose("score:4"))
    assert told(hand) == Rating(ABOUT, 4)


def test_a_consent_is_taken_back() -> None:
    hand = shown(row("completed")).act(Choose("K0001-000002-F"), Choose("consent"))
    assert not hand.effects(), "it is asked about once more"
    hand.act(Choose("consent:yes"))
    body = told(hand)
    assert isinstance(body, Withdrawal)
    assert (body.about, body.consent) == (ABOUT, "*")


def test_what_is_not_offered_cannot_be_done() -> None:
    hand = shown(row("accepted")).act(Choose("K0001-000002-F"), Choose("rate"), Choose("supplement"), Choose("consent"))
    assert options(hand) == ["withdraw"]
    assert not hand.effects()


def test_cases_of_other_kiosks_are_found_by_the_card() -> None:
    hand = shown(row("received"), network=True)
    hand.effects()
    asked = hand.performed[-1]
    assert isinstance(asked, AskPlatform)
    assert asked.wanted == WantCases()
    online = [
        OnlineCase(ABOUT, "BJ1", "K0001-000002-F", "gaoling-jintie", "returned", "请补户口簿", 1, rated=False),
        OnlineCase(b"b" * 16, "BJ2", "K0009-000003-F", "dibao", "completed", "", 1, rated=True),
    ]
    hand.answered(FoundCases(online))
    page = hand.page
    assert isinstance(page, Cases)
    assert [(one.number, one.kind, one.position) for one in page.cases] == [
        ("K0001-000002-F", "returned", 7),
        ("K0009-000003-F", "completed", 0),
    ]
    hand.act(Choose("K0009-000003-F"))
    assert options(hand) == ["consent"], "who has rated is not asked again"


def test_many_cases_are_turned_page_by_page() -> None:
    hand = shown(*(row(number=f"n{at}", position=at) for at in range(1, 6)))
    seen: list[str] = []
    for _ in range(3):
        page = hand.page
        assert isinstance(page, Cases)
        seen += [one.number for one in page.cases]
        hand.act(Next())
    assert seen == [f"n{at}" for at in range(1, 6)]
    hand.act(Back(), Back(), Back())
    assert isinstance(hand.page, Services)


def test_taking_back_twice_is_once() -> None:
    hand = shown(row("accepted")).act(Choose("K0001-000002-F"), Choose("withdraw"), Choose("withdraw:yes"))
    first = hand.one(Tell)
    hand.session.told("storage.full")
    hand.act(Back(), Choose("withdraw"), Choose("withdraw:yes"))
    assert hand.one(Tell) == first
    hand.session.told()
    hand.act(Back())
    assert options(hand) == ["consent"]


# -- a copy names who acted --


def copied(hand: Hand, copy: Copy) -> list[str]:
    hand.act(ShowCases())
    hand.effects()
    hand.session.cases_loaded([row()])
    hand.act(Reprint(7))
    hand.effects()
    hand.session.copy_loaded(copy)
    paper = hand.one(PrintPaper)
    assert isinstance(paper, PrintPaper)
    return [line.text for line in paper.paper.lines]


CASE = Submitted("K0001-000002-F", 1_795_400_000_000, b"t" * 16, b"d" * 32, b"s" * 64, "http://platform.example")
COPY = Copy(ABOUT, "gaoling-jintie", "高龄津贴", CASE, QUEUED, 1)


def test_a_copy_names_the_agent_of_the_case_and_who_takes_the_copy() -> None:
    lines = copied(Hand().open(), COPY)
    assert not [text for text in lines if "代办人" in text or "单位" in text]
    lines = copied(Hand().open(), replace(COPY, agent="李**"))
    assert "代办人：李**" in lines
    hand = Hand("younger").open().act(Open("agent"))
    assert hand.session.owner_laid(card_of("elder"))
    hand.effects()
    hand.session.opened(1, None)
    lines = copied(hand, COPY)
    assert "申请人：王**" in lines
    assert "补打的代办人：李**" in lines
    assert "李建国" not in str(lines)


def test_a_copy_names_the_company_masked() -> None:
    lines = copied(Hand("younger").open(), replace(COPY, company="青禾县****有限公司"))
    assert "申请单位：青禾县****有限公司" in lines
    assert "经办人：李**" in lines
