"""What proves that it is really this citizen: a code, or the staff's eyes; certificates held already; typed numbers."""

from collections.abc import Iterable

import msgspec
import pytest

from kiosk.actions import Agree, Answer, Back, Choose, Leave, Next, Open
from kiosk.codes import describe
from kiosk.effects import AskPlatform, Submit, TryPin
from kiosk.online import (
    FoundChecked,
    FoundCode,
    FoundHeld,
    FoundSlots,
    WantCode,
    WantCodeChecked,
    WantDone,
    WantHeld,
)
from kiosk.pages import Guide, Menu, NotEligible, Page, Problem, Question, Result, Review, Services, Working
from kiosk.parts.code import RESEND_S
from kiosk.proof import CARD, STAFF, TYPED, Proof
from kiosk.proving import prove
from kiosk.saying import Saying
from kiosk.services.check import check
from kiosk.services.definition import Choice
from kiosk.session_state import At
from kiosk.setting import Works
from kiosk.typed_number import SESSIONS, WITHIN_S, TypedLimit, TypedNumber, card_of_number
from tests.kiosk.test_online import CATALOGUE, DONE, ID_CARD, agreed, asked, online, through
from tests.kiosk.world import Hand, card_of

SERVICE = "canbao-zhengming"
ANSWERS = {"phone": "13800000018", "recipient": "县农机站"}
TOKEN = b"t" * 32


def labels(page: Page) -> list[str]:
    assert isinstance(page, Menu | Question)
    return [option.value for option in page.options]


def waiting_for_code() -> Hand:
    """A code is on its way."""
    hand = agreed(through(online(), SERVICE, ANSWERS))
    assert isinstance(hand.page, Working)
    assert hand.page.back, "there is a way back while it is sent"
    assert asked(hand) == WantCode()
    return hand


def typing() -> Hand:
    hand = waiting_for_code()
    hand.answered(FoundCode("0018"))
    assert isinstance(hand.page, Question)
    assert "尾号0018" in hand.page.text
    return hand


def give(hand: Hand, code: str = "274951") -> Hand:
    for at in range(1, 7):
        hand.act(Answer(code[:at]))
    hand.act(Next())
    assert asked(hand) == WantCodeChecked(code)
    assert code not in str(msgspec.to_builtins(hand.page))
    return hand


def by_staff(hand: Hand) -> Hand:
    """From the staff's page to what comes after it."""
    assert isinstance(hand.page, Question)
    assert hand.page.question == "pin"
    for digit in "274951":
        hand.act(Answer(hand.page.value + digit))
    hand.act(Next())
    assert hand.one(TryPin) == TryPin("274951")
    hand.session.pin_tried(accepted=True, wait_s=0.0)
    return hand


def test_a_code_that_is_right_hands_it_in_and_the_case_says_so() -> None:
    hand = give(typing())
    hand.answered(FoundChecked(TOKEN))
    effect = hand.one(AskPlatform)
    assert isinstance(effect, AskPlatform)
    assert effect.proof == Proof("card+code", TOKEN)
    wanted = effect.wanted
    assert isinstance(wanted, WantDone)
    assert (wanted.demands, wanted.submit.assurance) == ("card+code", "card+code")
    hand.answered(DONE)
    assert isinstance(hand.page, Result)
    hand.session.printed("confirmed", "")
    hand.act(Next())
    assert hand.session.at is At.ENDED
    assert hand.session.proof == TYPED, "what was proved goes with the citizen"


def test_next_is_live_with_six_digits_only() -> None:
    hand = typing()
    assert hand.page.next_label == ""
    hand.act(Answer("12345"), Next(), Answer("1234567"), Answer("12a456"))
    assert hand.page.value == "12345"
    assert not hand.effects()


def test_another_is_sent_only_after_a_while() -> None:
    hand = typing()
    assert labels(hand.page) == ["other"]
    hand.act(Choose("again"))
    assert not hand.effects()
    hand.now += RESEND_S
    assert labels(hand.page) == ["again", "other"]
    hand.act(Choose("again"))
    assert asked(hand) == WantCode()


def test_who_waits_for_a_message_is_given_time() -> None:
    hand = typing()
    hand.now += 110
    hand.session.tick()
    assert hand.session.warning is None
    hand.now += 40
    hand.session.tick()
    assert hand.session.at is At.ENDED


def test_two_wrong_codes_offer_the_next_way() -> None:
    hand = give(typing(), "111111")
    hand.answered(FoundChecked(b""))
    assert isinstance(hand.page, Question)
    assert "不对" in hand.page.error
    give(hand, "222222").answered(FoundChecked(b""))
    assert isinstance(hand.page, Menu)
    assert labels(hand.page) == ["try", "other"]
    hand.act(Choose("try"))
    give(hand, "333333").answered(FoundChecked(b""))
    hand.act(Choose("other"))
    wanted = asked(by_staff(hand))
    assert isinstance(wanted, WantDone)
    assert wanted.submit.assurance == "card+person"


def test_a_code_that_holds_no_more_is_said_and_sent_anew() -> None:
    hand = give(typing())
    hand.answered(FoundChecked(b"", void=True))
    assert labels(hand.page) == ["again", "other"]
    hand.act(Choose("again"))
    hand.answered(FoundCode("0018"))
    give(hand).answered(FoundChecked(TOKEN))
    assert isinstance(asked(hand), WantDone)


@pytest.mark.parametrize(
    ("code", "ways"),
    [("sms.failed", ["again", "other"]), ("sms.often", ["other"]), ("agent.silent", ["again", "other"])],
)
def test_what_is_not_sent_is_said_with_a_way_on(code: str, ways: list[str]) -> None:
    hand = waiting_for_code()
    hand.not_answered(code)
    assert isinstance(hand.page, Menu)
    assert describe(code).title in hand.page.text
    assert labels(hand.page) == ways
    hand.act(Back())
    agreed(hand)
    assert asked(hand) == WantCode(), "on the way back it is sent again"


def test_an_answer_that_is_lost_while_it_is_checked_can_be_typed_again() -> None:
    hand = give(typing())
    hand.not_answered("agent.silent")
    assert labels(hand.page) == ["try", "other"]


def test_nobody_without_a_phone_on_record_is_left_standing() -> None:
    hand = waiting_for_code()
    hand.answered(FoundCode(""))
    assert labels(hand.page) == ["other"]
    hand.act(Choose("other"), Choose("nobody"))
    assert isinstance(hand.page, NotEligible)
    assert all(fact.value for fact in hand.page.facts)
    hand.act(Back())
    assert isinstance(hand.page, Review), "and nothing that was typed is lost"


def test_back_from_the_staff_is_back_at_the_code() -> None:
    hand = typing().act(Choose("other"))
    assert labels(hand.page) == ["nobody"]
    hand.act(Back())
    assert hand.page.question == "code"
    give(hand).answered(FoundChecked(TOKEN))
    assert isinstance(asked(hand), WantDone)


def test_where_only_the_staff_will_do_back_is_the_review() -> None:
    hand = agreed(through(online(), "daiyu-zige-renzheng", {"phone": "13800000018"}))
    assert hand.page.question == "pin"
    hand.act(Back())
    assert isinstance(hand.page, Review)


def test_back_from_the_code_keeps_the_application_and_a_late_answer_changes_nothing() -> None:
    hand = waiting_for_code()
    hand.act(Back())
    page = hand.page
    assert isinstance(page, Review)
    hand.answered(FoundCode("0018"))
    assert hand.page == page


def test_what_was_proved_is_not_asked_for_twice() -> None:
    hand = give(typing())
    hand.answered(FoundChecked(TOKEN))
    hand.effects()
    hand.answered(DONE)
    assert not hand.session.handing_in._assure(hand.session.application)  # type: ignore[arg-type]
    hand.session.proof = CARD
    assert hand.session.handing_in._assure(hand.session.application)  # type: ignore[arg-type]


def test_a_code_does_not_stand_for_the_eyes_of_staff() -> None:
    hand = online()
    hand.session.proof = Proof("card+code", TOKEN)
    agreed(through(hand, "daiyu-zige-renzheng", {"phone": "13800000018"}))
    wanted = asked(by_staff(hand))
    assert isinstance(wanted, WantDone)
    assert (wanted.demands, wanted.submit.assurance) == ("card+person", "card+person")
    assert hand.session.proof == STAFF


def test_proof_that_is_too_old_is_asked_for_again() -> None:
    hand = give(typing())
    hand.answered(FoundChecked(TOKEN))
    first = asked(hand)
    hand.not_answered("question.assurance")
    assert isinstance(hand.page, Problem)
    hand.act(Next())
    assert asked(hand) == WantCode()
    hand.answered(FoundCode("0018"))
    give(hand).answered(FoundChecked(TOKEN))
    again = asked(hand)
    assert isinstance(first, WantDone)
    assert isinstance(again, WantDone)
    assert again.submit.entry_id == first.submit.entry_id


def test_leaving_in_the_middle_leaves_nothing() -> None:
    hand = typing()
    hand.act(Leave(), Choose("drop"))
    assert (hand.session.at, hand.session.part, hand.session.proof) == (At.ENDED, None, TYPED)


@pytest.mark.parametrize("service", [SERVICE, "daiyu-zige-renzheng"])
def test_who_wants_to_leave_and_thinks_better_of_it_stands_somewhere(service: str) -> None:
    hand = agreed(through(online(), service, ANSWERS)).act(Leave(), Back())
    assert isinstance(hand.page, Review)
    agreed(hand)
    assert isinstance(hand.page, Working | Question)


# -- certificates that are held --

CARE = "canji-huli-butie"


def begun(person: str = "younger", works: Works | None = None) -> Hand:
    hand = Hand(person, catalogue=CATALOGUE, works=works or Works(network=True)).open()
    return hand.act(Choose(CARE), Next())


def found(hand: Hand, kinds: Iterable[str], *, more: bool = False) -> Hand:
    hand.act(Choose("yes"))
    assert asked(hand) == WantHeld(("disability-card",))
    hand.answered(FoundHeld(frozenset(kinds), more))
    return hand


def handed_in(hand: Hand) -> Submit:
    while isinstance(hand.page, Question):
        page = hand.page
        options = [option.value for option in page.options]
        hand.act(Answer(CARE_ANSWERS.get(page.question, options[0] if options else "")), Next())
        assert hand.page != page, f"{page.question}: {page.error}"
    effect = agreed(hand).one(Submit)
    assert isinstance(effect, Submit)
    return effect


CARE_ANSWERS = {"account": "6222020200112233446", "phone": "13800000018", "card_state": "valid"}


def test_what_is_held_need_not_be_handed_in_and_the_consent_is_in_the_case() -> None:
    hand = begun()
    assert isinstance(hand.page, Menu)
    assert "残疾证" in hand.page.facts[0].value
    found(hand, ["disability-card"])
    assert "平台上有您的残疾证" in hand.page.text
    hand.act(Next())
    effect = handed_in(hand)
    assert effect.materials["disability_card"] == "held"
    assert effect.consent["held-certificates"] == "1"
    assert "material-disability_card" not in effect.answers


@pytest.mark.parametrize("answer", ["no", "nothing", "lost", "offline", "helper"])
def test_otherwise_it_is_handed_in_as_always(answer: str) -> None:
    hand = begun(works=Works(network=answer != "offline"))
    if answer == "helper":
        hand = Hand("elder", catalogue=CATALOGUE, works=Works(network=True)).open().act(Open("agent"))
        assert hand.session.owner_laid(card_of("younger"))
        hand.effects()
        hand.session.opened(0, None)
        hand.act(Choose(CARE), Next())
    elif answer == "no":
        hand.act(Choose("no"))
    elif answer == "nothing":
        found(hand, []).act(Next())
    elif answer == "lost":
        hand.act(Choose("yes"))
        hand.not_answered("agent.silent")
        assert "照常交" in hand.page.text
        hand.act(Next())
    assert isinstance(hand.page, Question)
    effect = handed_in(hand)
    assert effect.materials["disability_card"] != "held"
    assert "held-certificates" not in effect.consent


def test_it_is_asked_once_in_a_session_and_going_back_is_free() -> None:
    hand = begun().act(Back())
    assert isinstance(hand.page, Guide)
    hand.act(Next(), Choose("no"), Back())
    assert isinstance(hand.page, Guide)
    hand.act(Next())
    assert isinstance(hand.page, Question)
    hand.act(Back(), Back(), Choose("canji-shenghuo-butie"), Next())
    assert isinstance(hand.page, Question)


def test_who_agreed_is_not_asked_again_for_other_kinds() -> None:
    hand = found(begun(), []).act(Next(), Back(), Back())
    hand.act(Choose("canji-shenghuo-butie"), Next())
    assert isinstance(hand.page, Question), "these kinds were looked for"
    hand.act(Back(), Back(), Choose("linshi-jiuzhu"), Next())
    wanted = asked(hand)
    assert isinstance(wanted, WantHeld)
    assert "household-book" in wanted.kinds


def test_what_is_nobodys_business_wants_more_than_a_card() -> None:
    hand = found(begun(), [], more=True)
    assert labels(hand.page) == ["prove", "no"]
    hand.act(Choose("prove"))
    assert asked(hand) == WantCode()
    hand.act(Back())
    assert labels(hand.page) == ["prove", "no"]
    hand.act(Choose("prove"))
    hand.effects()
    hand.answered(FoundCode("0018"))
    give(hand).answered(FoundChecked(TOKEN))
    effect = hand.one(AskPlatform)
    assert isinstance(effect, AskPlatform)
    assert (effect.wanted, effect.proof.level) == (WantHeld(("disability-card",)), "card+code")
    hand.answered(FoundHeld(frozenset(["disability-card"]), more=False))
    assert "不用再交" in hand.page.text
    hand.act(Next())
    assert handed_in(hand).assurance == "card+code"


def test_who_does_not_prove_more_goes_on_without() -> None:
    hand = found(begun(), [], more=True).act(Choose("no"))
    assert "没有查到" in hand.page.text
    hand.act(Next())
    assert isinstance(hand.page, Question)
    hand = found(begun(), [], more=True).act(Choose("prove"))
    hand.answered(FoundCode(""))
    hand.act(Choose("other"), Choose("nobody"))
    assert isinstance(hand.page, Menu), "nobody of the staff is there"
    hand.act(Next())
    assert isinstance(hand.page, Question)


# -- numbers that were typed --


def test_a_number_may_be_typed_five_times_in_a_quarter_of_an_hour() -> None:
    limit = TypedLimit()
    for at in range(SESSIONS):
        assert limit.code(float(at)) == ""
        limit.begin(float(at))
    assert limit.code(100.0) == "typed.often"
    assert limit.code(WITHIN_S) == ""
    page = TypedNumber(0.0, "typed.often").page(Saying(), "028-0000-0018")
    assert isinstance(page, Problem)
    assert page.back
    assert page.todo


def test_a_closed_door_takes_no_number() -> None:
    closed = TypedNumber(0.0, "typed.often")
    closed.value = card_of("younger").id_number
    assert closed.act(Next(), 1.0) is None


def typed_and_done() -> Hand:
    hand = Hand(catalogue=CATALOGUE, card=card_of_number(card_of("younger").id_number), works=Works(network=True))
    hand.act(Choose("shenfenzheng-huanbu"), Next())
    while isinstance(hand.page, Question):
        page = hand.page
        options = page.options[0].value if page.options else ""
        hand.act(Answer({**ID_CARD, "typed_name": "李建国"}.get(page.question, options)), Next())
        assert hand.page != page, page
    hand.answered(FoundSlots([Choice(value="s1", label="1日")]))
    agreed(hand.act(Answer("s1"), Next()))
    assert isinstance(asked(hand), WantDone)
    return hand


def test_a_name_that_does_not_fit_can_be_put_right() -> None:
    hand = typed_and_done()
    hand.not_answered("question.name")
    page = hand.page
    assert isinstance(page, Problem)
    assert page.back
    hand.act(Back())
    assert isinstance(hand.page, Review)


def test_a_number_that_acted_too_often_is_told_what_to_do() -> None:
    hand = typed_and_done()
    hand.not_answered("question.often")
    page = hand.page
    assert isinstance(page, Problem)
    assert (page.code, page.next_label) == ("question.often", "看看别的事")
    hand.act(Next())
    assert isinstance(hand.page, Services)
    assert not [effect for effect in hand.effects() if isinstance(effect, AskPlatform)]


def test_a_typed_session_proves_nothing() -> None:
    hand = typed_and_done()
    (effect,) = [one for one in hand.performed if isinstance(one, AskPlatform) and isinstance(one.wanted, WantDone)]
    assert effect.proof == TYPED
    assert effect.wanted.submit.assurance == "typed"


def test_without_a_network_the_staff_look_at_once() -> None:
    hand = online()
    hand.session.proof = CARD
    through(hand, "daiyu-zige-renzheng", {"phone": "13800000018"})
    agreed(hand)
    assert hand.page.question == "pin"
    hand.act(Agree(True))
    assert hand.page.question == "pin"


def test_a_level_that_no_kiosk_reaches_is_not_published() -> None:
    service = msgspec.structs.replace(CATALOGUE.flows[SERVICE].service, assurance={"certificate": "province"})
    assert ("assurance",) in [finding.where for finding in check(service, CATALOGUE.region, prove=False)]


def test_where_it_is_wanted_all_the_same_the_way_on_is_told() -> None:
    hand = agreed(through(online(), SERVICE, ANSWERS)).act(Back())
    settled: list[str] = []
    prove(hand.session, "province", lambda: settled.append("yes"), lambda: settled.append("no"), lambda: None)
    assert settled == ["no"]
