"""Legal persons at the kiosk: which company, who may act for it, and that nothing of it mixes with a person's own."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.actions import Agree, Answer, Back, Choose, Leave, Next, Open, Print, Resume, Sign
from kiosk.aside import unpacked
from kiosk.company import masked_company
from kiosk.effects import AskPlatform, PrintPaper, SaveDraft, Submit
from kiosk.online import FoundAside, FoundAuthorisation, WantAside, WantAuthorisation
from kiosk.pages import Guide, Menu, NotEligible, Problem, Question, Result, Review, Services, Signature, Working
from kiosk.receipt import Submitted
from kiosk.session_state import DraftFound
from kiosk.setting import Works
from kiosk.states import QUEUED
from kiosk.typed_number import card_of_number
from offline_cache.bodies import Company
from offline_cache.credit_code import ALPHABET, is_credit_code
from tests.kiosk.test_matrix import answer
from tests.kiosk.world import COMPANY, CREDIT_CODE, NAME, PHONE, Hand, built_in, card_of, child_card

CATALOGUE = built_in()
CASE = Submitted("K0001-000002-F", 1_795_400_000_000, b"t" * 16, b"d" * 32, b"s" * 64, "http://platform.example")
AUTHORISED = FoundAuthorisation(True, COMPANY, "active", "agent", "2027-12-31")
OTHER_CODE = "91519901MA0000002Y"


def begun(network: bool = True, service: str = "danwei-canbao", code: str = CREDIT_CODE) -> Hand:
    """At the code, typed and handed on."""
    hand = Hand("younger", catalogue=CATALOGUE, works=Works(network=network)).open().act(Choose(service))
    if service == "linmu-caifa":
        hand.act(Choose("company"))
    return hand.act(Answer(code), Next())


def checked(network: bool = True, service: str = "danwei-canbao") -> Hand:
    """At the guide."""
    hand = begun(network, service)
    if network:
        hand.answered(AUTHORISED)
        hand.act(Next())
    else:
        hand.act(Choose("later"))
    assert isinstance(hand.page, Guide)
    return hand


def filled(hand: Hand) -> Hand:
    """From the guide to the review."""
    hand.act(Next())
    while isinstance(hand.page, Question):
        application = hand.session.application
        assert application is not None
        assert application.question is not None
        hand.act(Answer(answer(application.question, "", hand.wall.date())), Next())
    assert isinstance(hand.page, Review)
    return hand


def handed_in(hand: Hand) -> Submit:
    hand.act(Next())
    while hand.page.__struct_config__.tag == "consent":
        hand.act(Agree(True), Next())
    if isinstance(hand.page, Signature):
        hand.act(Sign(NAME), Next())
    effect = hand.one(Submit)
    assert isinstance(effect, Submit)
    return effect


def shown(hand: Hand) -> str:
    return str(msgspec.to_builtins(hand.page))


# -- the code --


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_of_all_endings_one_is_right(first: str) -> None:
    assert sum(is_credit_code(first + last) for last in ALPHABET) == 1


@given(
    st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.sampled_from([*ALPHABET, *"IOZSV", "a", "１"])
)
def test_one_mistyped_character_is_found(first: str, place: int, typed: str) -> None:
    code = first + next(last for last in ALPHABET if is_credit_code(first + last))
    mistyped = code[:place] + typed + code[place + 1 :]
    assert is_credit_code(mistyped) == (mistyped == code)


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_page_and_only_a_code_is_asked_about(typed: str) -> None:
    hand = begun(code=typed)
    if not isinstance(hand.page, Working):
        assert isinstance(hand.page, Question)
        assert hand.page.error
        assert not [effect for effect in hand.effects() if getattr(effect, "wanted", None)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("91519901MA000000", "还差2位"),
        ("9151990lMA0000001U", "“L”|有一位不对"),
        ("915199O1MA0000001U", "“O”，看看是不是“0”"),
        ("91519901MA0000001*", "“*”，只有数字和大写字母"),
        ("91519901MA0000001T", "有一位不对"),
        ("", "还差18位"),
    ],
)
def test_what_is_wrong_with_a_code_is_said(typed: str, said: str) -> None:
    page = begun(code=typed).page
    assert isinstance(page, Question)
    assert any(words in page.error for words in said.split("|"))


def test_a_code_may_be_typed_in_small_letters_and_with_spaces() -> None:
    hand = begun(code="9151 9901 ma00 0000 1u")
    asked = hand.one(AskPlatform)
    assert isinstance(asked, AskPlatform)
    assert asked.wanted == WantAuthorisation(CREDIT_CODE, "danwei-canbao")


# -- who may act --


def test_who_is_authorised_confirms_hands_in_and_the_company_is_masked_but_on_the_review() -> None:
    hand = begun()
    assert isinstance(hand.page, Working)
    hand.answered(AUTHORISED)
    page = hand.page
    assert isinstance(page, Menu)
    assert [fact.value for fact in page.facts] == ["青禾县****有限公司", "经办人 李**", "2027-12-31"]
    assert COMPANY not in shown(hand)
    hand.act(Next())
    assert isinstance(hand.page, Guide)
    assert hand.page.person == "李** 为 青禾县****有限公司"
    assert "核对" not in hand.page.text
    hand.act(Next())
    assert COMPANY not in shown(hand)
    hand.act(Back())
    filled(hand)
    assert COMPANY in shown(hand)
    assert CREDIT_CODE in shown(hand)
    effect = handed_in(hand)
    assert effect.company == Company(CREDIT_CODE, COMPANY)
    assert effect.applicant.name == "李建国"
    assert set(effect.consent) == {"danwei-canbao-data", "company"}
    hand.session.submitted(CASE, QUEUED)
    assert isinstance(hand.page, Result)
    assert COMPANY not in shown(hand)
    paper = hand.one(PrintPaper)
    assert isinstance(paper, PrintPaper)
    lines = [line.text for line in paper.paper.lines]
    assert "申请单位：青禾县****有限公司" in lines
    assert "经办人：李**" in lines
    assert COMPANY not in str(lines)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (FoundAuthorisation(authorised=False), "没有这家单位给您的授权"),
        (FoundAuthorisation(True, COMPANY, "closed", "agent"), "已注销"),
        (FoundAuthorisation(True, COMPANY, "suspended", "legal"), "已吊销"),
    ],
)
def test_who_may_not_act_learns_what_to_do_and_takes_the_sheet_along(found: FoundAuthorisation, said: str) -> None:
    hand = begun()
    hand.answered(found)
    page = hand.page
    assert isinstance(page, NotEligible)
    assert said in page.reason
    assert COMPANY not in shown(hand)
    assert all(fact.value for fact in page.facts)
    hand.act(Print())
    paper = hand.one(PrintPaper)
    assert isinstance(paper, PrintPaper)
    assert hand.act(Back()).page == hand.act(Next()).page, "nobody goes while it prints"
    hand.session.printed("confirmed", "")
    hand.act(Back())
    assert isinstance(hand.page, Question), "the code may have been the wrong one"
    hand.act(Next())
    hand.answered(found)
    hand.act(Next())
    assert isinstance(hand.page, Services)


def test_offline_it_is_taken_marked_and_said_so() -> None:
    hand = begun(network=False)
    assert isinstance(hand.page, Menu)
    hand.works = Works(network=True)
    hand.act(Choose("again"))
    hand.not_answered("agent.silent")
    assert isinstance(hand.page, Menu)
    hand.act(Choose("later"))
    assert isinstance(hand.page, Guide)
    assert "还没有核对" in hand.page.text
    filled(hand)
    assert "授权还没有核对" in shown(hand)
    assert handed_in(hand).company == Company(CREDIT_CODE)


def test_back_from_each_page_and_a_late_answer_changes_nothing() -> None:
    hand = begun().act(Back())
    assert isinstance(hand.page, Question)
    assert hand.page.value == CREDIT_CODE
    hand.answered(AUTHORISED)
    assert isinstance(hand.page, Question)
    hand.act(Back())
    assert isinstance(hand.page, Services)
    hand = begun(service="linmu-caifa")
    hand.answered(AUTHORISED)
    hand.act(Back(), Back())
    assert [option.value for option in hand.page.options] == ["person", "company"]
    hand.act(Choose("person"))
    assert isinstance(hand.page, Guide)
    assert hand.page.person == "李**"
    application = hand.session.application
    assert application is not None
    assert application.company is None


@pytest.mark.parametrize("who", ["typed", "child", "helper"])
def test_not_everybody_can_act_for_a_company(who: str) -> None:
    if who == "helper":
        hand = Hand("younger", catalogue=CATALOGUE).open().act(Open("agent"))
        hand.session.owner_laid(card_of("elder"))
        hand.effects()
        hand.session.opened(0, None)
    elif who == "child":
        hand = Hand(catalogue=CATALOGUE, card=child_card()).open()
    else:
        hand = Hand(catalogue=CATALOGUE, card=card_of_number(card_of("younger").id_number))
    hand.act(Choose("linmu-caifa"), Choose("company"))
    assert isinstance(hand.page, NotEligible)
    assert all(fact.value for fact in hand.page.facts)
    hand.act(Back(), Choose("company"), Next())
    assert isinstance(hand.page, Services)
    hand.act(Choose("danwei-canbao"))
    assert isinstance(hand.page, NotEligible)
    hand.act(Back())
    assert isinstance(hand.page, Services)


def test_a_case_that_the_platform_refuses_says_so_and_may_be_left() -> None:
    hand = checked()
    filled(hand)
    handed_in(hand)
    hand.session.failed("company.not-authorised")
    page = hand.page
    assert isinstance(page, Problem)
    assert "授权" in page.todo


# -- a company's answers are its secret --


def test_what_was_told_of_a_company_is_offered_to_nobody_else() -> None:
    hand = checked(service="linmu-caifa")
    filled(hand)
    handed_in(hand)
    assert hand.session.known.keys() == {"name", "address", "id_number"}


def test_a_person_s_answers_are_not_offered_for_a_company_but_the_phone() -> None:
    hand = Hand("younger", catalogue=CATALOGUE, works=Works(network=True)).open()
    hand.session.known |= {"phone": PHONE, "account": "6222020200112233446", "address": "柳溪镇"}
    hand.act(Choose("danwei-canbao"), Answer(CREDIT_CODE), Next())
    hand.answered(AUTHORISED)
    hand.act(Next(), Next())
    offered = {}
    while isinstance(hand.page, Question):
        offered[hand.page.question] = hand.page.value
        application = hand.session.application
        assert application is not None
        assert application.question is not None
        hand.act(Answer(answer(application.question, hand.page.value, hand.wall.date())), Next())
    assert {name: value for name, value in offered.items() if value} == {"phone": PHONE}


def test_a_draft_is_gone_on_with_for_the_same_company_only() -> None:
    hand = checked(service="linmu-caifa")
    hand.act(Next(), Answer("hill"), Next())
    saved = [effect for effect in hand.effects() if isinstance(effect, SaveDraft)][-1]
    assert saved.company == CREDIT_CODE
    draft = DraftFound(saved.service, saved.version, saved.answers, saved.question, saved.company)

    def resumed(code: str) -> Hand:
        hand = Hand("younger", catalogue=CATALOGUE, works=Works(network=True))
        hand.effects()
        hand.session.opened(0, draft)
        hand.act(Resume())
        assert isinstance(hand.page, Question)
        assert hand.page.value == CREDIT_CODE
        hand.act(Answer(code), Next())
        hand.answered(AUTHORISED)
        return hand.act(Next())

    assert resumed(CREDIT_CODE).page.question == "owner"
    other = resumed(OTHER_CODE)
    assert isinstance(other.page, Guide)
    assert other.session.application is not None
    assert not other.session.application.answers


def test_a_person_s_own_draft_asks_about_no_company() -> None:
    hand = Hand("younger", catalogue=CATALOGUE)
    hand.effects()
    hand.session.opened(0, DraftFound("linmu-caifa", 2, {"place": "hill"}, "owner"))
    hand.act(Resume())
    assert isinstance(hand.page, Question)
    assert hand.page.question == "owner"


def test_what_is_put_aside_names_its_company() -> None:
    hand = checked(service="linmu-caifa").act(Next(), Answer("hill"), Next(), Leave(), Choose("keep"))
    (put,) = [effect.wanted for effect in hand.effects() if isinstance(getattr(effect, "wanted", None), WantAside)]
    hand.answered(FoundAside(b""))
    found = unpacked(put.draft)
    assert found is not None
    assert found.company == CREDIT_CODE


# -- masking --


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        (COMPANY, "青禾县****有限公司"),
        ("四川省青禾县绿源农业专业合作社", "四川省青禾县****专业合作社"),
        ("柳溪竹木有限责任公司", "****有限责任公司"),
        ("永辉超市连锁有限公司", "****有限公司"),
        ("青禾县有限公司", "****有限公司"),
        ("青禾县甲公司", "****公司"),
        ("甲店", "****"),
        ("腾达", "****"),
        ("", "9151************1U"),
    ],
)
def test_a_company_is_masked(name: str, masked: str) -> None:
    assert masked_company(Company(CREDIT_CODE, name)) == masked


@given(st.text("青禾县市省柳溪竹木有限公司厂店甲乙", max_size=20))
def test_at_least_two_characters_are_hidden(name: str) -> None:
    shown = masked_company(Company(CREDIT_CODE, name))
    assert not name or len(re.sub(r"\*", "", shown)) <= max(0, len(name) - 2)
