"""The whole kiosk in English: what a page shows is without Chinese, but for what people typed, names and places."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from kiosk.actions import Agree, Answer, Back, Choose, Key, Leave, Next, Open, Print, Reprint, ShowCases, Speak
from kiosk.company import masked_company
from kiosk.effects import AskPlatform, Submit, Tell
from kiosk.online import Done, FoundCases, FoundSlots, OnlineCase, WantDone
from kiosk.pages import AnyPage, CaseRow, Cases, Menu, NotEligible, Problem, Question, Result, Search, Services, Welcome
from kiosk.saying import Saying
from kiosk.services.definition import Choice
from kiosk.services.finding import Finder
from kiosk.services.flow import Flow
from kiosk.session_state import At
from kiosk.setting import Works
from kiosk.states import DELIVERED, PLATFORM, QUEUED
from kiosk.typed_number import TypedNumber
from kiosk.welcome import bar, welcome
from offline_cache.bodies import Company
from tests.kiosk.test_matrix import CASE, CATALOGUE, play, ways
from tests.kiosk.words import is_chinese
from tests.kiosk.world import ANSWERS, COMPANY, CREDIT_CODE, Hand, card_of

SAY = Saying("en")
ENGLISH = Finder(CATALOGUE.findable("en")).find
SLOT = Choice(value="s1", label="2026-12-01 09:00　派出所")
_QUOTED = re.compile(r'"[^"]*"')
"""Names that people look for on papers, in phone apps and on signs stay Chinese, in quotation marks."""
NOT_TEXT = {"page", "place", "languages", "qr", "candidates"}
"""Names of pages and fields that are no words of the screen; languages stand by their own names."""


def texts(part: Any, name: str = "") -> Iterator[str]:
    if isinstance(part, str) and name not in NOT_TEXT:
        yield part
    elif isinstance(part, dict):
        for key, value in part.items():
            if key not in NOT_TEXT:
                yield from texts(value, key)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value, name)


def chinese(page: AnyPage, *data: str) -> list[str]:
    """What a page says in Chinese. data: what people, cards and the platform brought along."""
    found = []
    for text in texts(msgspec.to_builtins(page)):
        for known in data:
            text = text.replace(known, "")
        text = _QUOTED.sub("", text)
        if is_chinese(text):
            found.append(text)
    return found


def brought(hand: Hand) -> list[str]:
    person = hand.session.person
    typed = ["测试", "明天上午", SLOT.label, "派出所", "，"]
    return [person.name, person.name[:1], person.address, *typed]


def in_english(hand: Hand, *data: str) -> None:
    assert chinese(hand.page, *brought(hand), *data) == [], hand.page
    assert not is_chinese(hand.session.shown_person.replace(hand.session.person.name[:1], ""))


@pytest.mark.parametrize("flow", CATALOGUE.flows.values(), ids=CATALOGUE.flows)
def test_every_page_of_every_service_is_in_english(flow: Flow) -> None:
    """Those of `test_matrix`, one way to each end."""
    person = card_of("elder")
    data = ["测试", "明天上午", "约好了", "，", person.name, person.name[:1], "四川省青禾县柳溪镇", "四川省远山县"]
    data += [COMPANY, masked_company(Company(CREDIT_CODE, COMPANY))]
    for way in ways(flow):
        seen: list[AnyPage] = []
        hand = play(flow, way, "present", "en", seen.append)
        found = {type(page).__name__: texts for page in [*seen, hand.page] if (texts := chinese(page, *data))}
        assert found == {}, way.end
        handed_in = [effect for effect in hand.performed if isinstance(effect, Submit)]
        assert all(effect.language == "en" for effect in handed_in)


def test_a_session_in_english_from_card_to_end() -> None:
    hand = Hand(language="en").open()
    in_english(hand)
    page = hand.page
    assert isinstance(page, Services)
    assert [option.label for option in page.languages] == ["中文"]
    hand.act(Choose("gaoling-jintie"))
    in_english(hand)
    hand.act(Next(), Next())
    assert isinstance(hand.page, Question)
    assert hand.page.error == "Please choose one"
    while isinstance(hand.page, Question):
        hand.act(Next())
        in_english(hand)
        hand.act(Answer("1" if hand.page.kind == "digits" else "none"), Next())
        in_english(hand)
        assert hand.page.error
        hand.act(Answer(ANSWERS[hand.page.question]), Next())
    in_english(hand)
    hand.act(Next(), Agree(True))
    in_english(hand)
    hand.act(Next())
    submit = hand.one(Submit)
    assert isinstance(submit, Submit)
    assert submit.language == "en"
    in_english(hand)
    hand.session.submitted(CASE, QUEUED)
    for outcome in ("confirmed", "failed-clean", "unknown"):
        in_english(hand)
        hand.session.printed(outcome, "printer.paper-out" if outcome == "failed-clean" else "")
        in_english(hand)
        hand.session.state_changed([DELIVERED])
    assert isinstance(hand.page, Result)
    assert hand.page.state == "Delivered"


def test_the_idle_warning_is_in_english() -> None:
    hand = Hand(language="en").open()
    hand.now += 70
    assert hand.session.warning is not None
    assert not is_chinese(hand.session.warning.text)


def test_refusals_and_where_to_go_are_in_english() -> None:
    hand = Hand("younger", language="en").open().act(Choose("gaoling-jintie"))
    page = hand.page
    assert isinstance(page, NotEligible)
    assert "You turn 80 on 2042-" in page.reason
    in_english(hand)
    for outcome in ("unknown", "failed-clean"):
        hand.act(Print())
        in_english(hand)
        hand.session.printed(outcome, "printer.paper-out")
        in_english(hand)


def online(person: str = "younger") -> Hand:
    return Hand(person, catalogue=CATALOGUE, works=Works(network=True), language="en", find=ENGLISH).open()


def answered(hand: Hand) -> Hand:
    while isinstance(hand.page, Question) and hand.page.question not in ("slot", "pin"):
        page = hand.page
        texts = {"phone": "13800000018", "contact_name": "测试"}
        hand.act(Answer(page.options[0].value if page.options else texts.get(page.question, "1")), Next())
        assert hand.page != page, page
    return hand


def test_a_booking_is_in_english_and_told_in_english() -> None:
    hand = online().act(Choose("shenfenzheng-huanbu"), Next())
    answered(hand)
    in_english(hand)
    hand.answered(FoundSlots([SLOT], {"s1": 3}))
    page = hand.page
    assert isinstance(page, Question)
    assert page.options[0].label == f"{SLOT.label} (3 left)"
    in_english(hand)
    hand.act(Answer("s1"), Next())
    in_english(hand)
    hand.act(Next())
    while hand.session.at is At.CONSENT:
        in_english(hand)
        hand.act(Agree(True), Next())
    in_english(hand)
    asked = hand.one(AskPlatform)
    assert isinstance(asked, AskPlatform)
    assert isinstance(asked.wanted, WantDone)
    assert asked.wanted.submit.language == "en"
    hand.not_answered("slot.taken")
    in_english(hand)
    assert isinstance(hand.page, Problem)
    assert hand.page.title == "This time was taken a moment ago"
    hand.act(Next())
    hand.answered(FoundSlots([SLOT], {"s1": 2}))
    hand.act(Answer("s1"), Next(), Next())
    while hand.session.at is At.CONSENT:
        hand.act(Agree(True), Next())
    booked = "约好了：2026-12-01 09:00，派出所"
    hand.answered(Done("BJ1", "accepted", booked, 1_795_400_000_000, b"t" * 16, "http://platform.example"))
    result = hand.page
    assert isinstance(result, Result)
    assert result.state_text.startswith("Booked: 2026-12-01 09:00")
    in_english(hand)


def test_no_free_time_and_no_answer_are_told_in_english() -> None:
    hand = answered(online().act(Choose("shenfenzheng-huanbu"), Next()))
    hand.answered(FoundSlots([]))
    in_english(hand)
    hand.act(Back())
    in_english(hand)


@pytest.mark.parametrize("typed", ["pension", "disab", "allowance"])
def test_services_are_found_by_english_words(typed: str) -> None:
    hand = online().act(Open("search"))
    in_english(hand)
    for letter in typed:
        hand.act(Key(letter))
    page = hand.page
    assert isinstance(page, Search)
    assert any(typed in row.label.lower() for row in page.rows)
    in_english(hand)
    hand.act(*[Key("delete")] * len(typed))
    for event in hand.page.rows if isinstance(hand.page, Search) else []:
        hand.act(Choose(event.value))
        in_english(hand)
        hand.act(Back())


def test_whoever_reads_english_finds_by_pinyin_too() -> None:
    found = [one.key for one in ENGLISH("gaoling")]
    assert "gaoling-jintie" in found
    assert [one.name for one in ENGLISH("gljt")][:1] == ["Old-age allowance"]


def test_english_words_find_nothing_in_chinese() -> None:
    chinese_finder = Finder(CATALOGUE.findable()).find
    assert "gaoling-jintie" not in [one.key for one in chinese_finder("allowance")]


def row(kind: str, text: str = "") -> CaseRow:
    """As the store gives it."""
    words = PLATFORM[kind] if kind else QUEUED
    return CaseRow(
        service="高龄津贴", service_id="gaoling-jintie", number="K0001-000002-F", platform_number="", position=7,
        submitted="2026-11-23 10:00", state=words.word, text=text or words.text, entry_id="aa" * 16, kind=kind,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["", *PLATFORM])
def test_cases_are_in_english_in_every_state(kind: str) -> None:
    hand = Hand(language="en").open().act(ShowCases())
    hand.session.cases_loaded([row(kind)])
    page = hand.page
    assert isinstance(page, Cases)
    assert page.cases[0].service == "Old-age allowance"
    in_english(hand)
    hand.act(Choose("K0001-000002-F"))
    menu = hand.page
    assert isinstance(menu, Menu)
    in_english(hand)
    for option in menu.options:
        hand.act(Choose(option.value))
        in_english(hand)
        hand.act(Back())
    for chosen, said in (("withdraw", "withdraw:yes"), ("consent", "consent:yes"), ("rate", "score:5")):
        if chosen in [option.value for option in menu.options]:
            hand.act(Choose(chosen), Choose(said))
            in_english(hand)
            assert isinstance(hand.one(Tell), Tell)
            hand.session.told()
            in_english(hand)
            hand.act(Back())
            in_english(hand)


def test_what_the_staff_wrote_is_shown_as_it_is_with_its_meaning() -> None:
    hand = Hand(language="en").open().act(ShowCases())
    hand.session.cases_loaded([row("returned", "户口簿没有拍清楚")])
    page = hand.page
    assert isinstance(page, Cases)
    assert page.cases[0].text == "Something is missing; please add it as the note says. 户口簿没有拍清楚"


def test_a_letter_that_cannot_be_read_is_told_in_english_with_its_code() -> None:
    hand = Hand(language="en").open().act(ShowCases())
    hand.session.cases_loaded([msgspec.structs.replace(row(""), trouble="letter.unreadable")])
    page = hand.page
    assert isinstance(page, Cases)
    assert page.cases[0].text.endswith("(letter.unreadable)")
    in_english(hand)


def test_cases_of_other_kiosks_have_their_names_in_english() -> None:
    hand = online("elder").act(ShowCases())
    hand.session.cases_loaded([])
    case = OnlineCase(b"a" * 16, "BJ1", "K0002-1", "dibao", "completed", "", 1_795_400_000_000, rated=False)
    hand.answered(FoundCases([case]))
    in_english(hand)


def test_copies_that_are_used_up_are_told_in_english() -> None:
    hand = Hand(language="en").open().act(ShowCases())
    hand.session.cases_loaded([row("completed")])
    hand.act(Reprint(7))
    in_english(hand)
    hand.session.copy_refused("print.copies")
    in_english(hand)
    hand.act(Next())
    in_english(hand)
    hand.session.pin_tried(accepted=False, wait_s=12.0)
    page = hand.page
    assert isinstance(page, Question)
    assert page.error == "Too many tries. Please wait 13 seconds."


def test_help_leaving_and_acting_are_in_english() -> None:
    hand = online("elder").act(Open("help"))
    in_english(hand)
    hand.act(Back(), Open("agent"))
    in_english(hand)
    hand.session.reader_trouble("card.wrong-type")
    in_english(hand)
    hand.act(Back(), Choose("gaoling-jintie"), Next(), Answer("social"), Next(), Leave())
    in_english(hand)
    hand.act(Choose("keep"))
    in_english(hand)
    hand.not_answered("agent.silent")
    in_english(hand)


def test_before_a_card_everything_is_in_english() -> None:
    setting = Hand(catalogue=CATALOGUE, language="en").session.setting
    for code, misread in (("", 0), ("", 2), ("reader.absent", 0), ("card.unreadable", 1), ("kiosk.starting", 0)):
        page = welcome(setting.told(), code, misread, SAY, [])
        assert chinese(page) == []
    assert chinese(welcome([], "", 0, SAY, [])) == []
    typing = TypedNumber(0.0)
    assert chinese(typing.page(SAY, "")) == []
    typing.act(Next(), 0.0)
    assert chinese(typing.page(SAY, "")) == []
    for is_online in (True, False):
        shown = bar("", "printer.cover-open", SAY, online=is_online)
        assert not is_chinese(shown.link + shown.printer)


def test_the_language_changes_on_the_services_page_and_keeps_the_session() -> None:
    hand = Hand(catalogue=CATALOGUE).open()
    page = hand.page
    assert isinstance(page, Services)
    assert [(option.value, option.label) for option in page.languages] == [("en", "English")]
    person = hand.session.person
    hand.act(Next(), Speak("en"))
    in_english(hand)
    assert hand.session.person is person
    assert hand.session.tile_page == 1
    hand.act(Choose("gaoling-jintie"), Speak("zh"))
    in_english(hand)
    hand.act(Back(), Speak("zh"))
    assert isinstance(hand.page, Services)
    assert hand.page.title.startswith("您要办什么事？")


def test_an_unknown_language_is_chinese() -> None:
    hand = Hand(catalogue=CATALOGUE).open().act(Speak("xx"))
    assert isinstance(hand.page, Services)
    assert is_chinese(hand.page.title)


def test_a_catalogue_without_translations_offers_no_language() -> None:
    hand = Hand(catalogue=replace(CATALOGUE, spoken={}), language="en").open()
    assert isinstance(hand.page, Services)
    assert hand.page.languages == []
    assert is_chinese(hand.page.title)


def test_the_welcome_page_names_each_other_language_by_itself() -> None:
    setting = Hand(catalogue=CATALOGUE).session.setting
    page = welcome([], "", 0, setting.say, setting.others("zh"))
    assert isinstance(page, Welcome)
    assert [(option.value, option.label) for option in page.languages] == [("en", "English")]
    assert [(option.value, option.label) for option in setting.others("en")] == [("zh", "中文")]
