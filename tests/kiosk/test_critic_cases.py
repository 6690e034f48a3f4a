"""What a critic found about cases and help: a right that was lost, a page that stayed, what was said and is not so."""

from pathlib import Path

import msgspec
import pytest

from kiosk.actions import Agree, Back, Choose, Leave, Next, Open, Reprint, Resume, ShowCases, Sign
from kiosk.effects import AskPlatform, LoadCases, LoadCopy, OpenCard, PrintPaper, Submit, Tell
from kiosk.online import FoundAside, FoundCalled, FoundCases, FoundOrder, OnlineCase, WantAside, WantCalled, WantPayment
from kiosk.pages import CaseRow, Cases, Menu, Question, Services, Signature, Working
from kiosk.parts.paying import POLL_S, Fee, Paying
from kiosk.receipt import Submitted
from kiosk.session_state import IDLE_S, PHONE_IDLE_S, PRINTING_S, WARNING_S, At, Print
from kiosk.setting import Works
from kiosk.states import QUEUED
from kiosk.store import Store
from offline_cache.bodies import Rating, Supplement, Withdrawal
from offline_cache.clock import SystemClock
from offline_cache.identity import save
from offline_cache.sealing import suite
from tests.kiosk.test_my_cases import ABOUT, COPY, menu, options, row, told
from tests.kiosk.test_store import Notes
from tests.kiosk.world import NAME, Hand, card_of
from tests.offline_cache.conftest import new_identity

NUMBER = "K0001-000002-F"


def of(service: str, kind: str) -> CaseRow:
    return msgspec.structs.replace(row(kind), service_id=service)


def cases(*rows: CaseRow, network: bool = False, helper: bool = False) -> Hand:
    hand = Hand("younger" if helper else "elder", works=Works(network=network)).open()
    if helper:
        hand.act(Open("agent"))
        assert hand.session.owner_laid(card_of("elder"))
        hand.one(OpenCard)
        hand.session.opened(1, None)
    return laid_out(hand, *rows)


def laid_out(hand: Hand, *rows: CaseRow) -> Hand:
    hand.act(ShowCases())
    hand.one(LoadCases)
    hand.session.cases_loaded(list(rows))
    return hand


def one(wanted: CaseRow, *, helper: bool = False) -> Hand:
    return cases(wanted, helper=helper).act(Choose(NUMBER))


# -- consents --


def test_a_consent_that_is_taken_back_after_its_case_is_written_too(tmp_path: Path) -> None:
    algorithms = suite("intl-1")
    save(tmp_path, new_identity(algorithms.opening_key(algorithms.new_opening_key())))
    store = Store(tmp_path, SystemClock(), Notes)
    store.open()
    hand = one(of("dibao", "accepted"))
    *others, last = consents(hand)
    wanted = [("withdraw", "withdraw:yes"), *(("consent", other, "consent:yes") for other in others)]
    wanted.append(("consent", "consent:yes"))
    told_of = []
    for taps in wanted:
        hand.act(*(Choose(tap) for tap in taps))
        effect = hand.one(Tell)
        assert isinstance(effect, Tell)
        store.tell(effect)
        store.tell(effect)
        hand.session.told()
        hand.act(Back())
        told_of.append(effect)
    assert f"consent:{told_of[-1].body.consent}" == last
    assert len({effect.entry_id for effect in told_of}) == len(wanted)
    assert all(store._journal.find(effect.entry_id) for effect in told_of)
    store.close()
    assert options(hand) == [], "nothing is left to be taken back"


def consents(hand: Hand) -> list[str]:
    """Those that are offered; and back to the case."""
    hand.act(Choose("consent"))
    found = options(hand)
    hand.act(Back())
    return found


def test_each_consent_is_taken_back_by_itself_and_only_what_the_law_lets() -> None:
    hand = one(of("xinyong-fangchan-chaxun", "completed")).act(Choose("consent"))
    assert options(hand) == ["consent:yes"], "the only one of three that can be taken back is asked about at once"
    hand.act(Choose("consent:yes"))
    assert told(hand) == Withdrawal(ABOUT, "", "data")
    hand.session.told()
    hand.act(Back())
    assert options(hand) == ["rate"]


def test_a_consent_is_taken_back_while_the_case_goes_on_and_it_is_said_what_that_means() -> None:
    hand = one(of("dibao", "accepted"))
    assert options(hand) == ["withdraw", "consent"]
    hand.act(Choose("consent"))
    labels = [option.label for option in menu(hand).options]
    assert len(set(labels)) == len(labels) > 2, "they can be told from each other"
    hand.act(Choose("consent:health"))
    assert "病情" in menu(hand).text
    assert "可能办不下去" in menu(hand).text
    hand.act(Back(), Choose("consent:money"), Choose("consent:yes"))
    assert told(hand) == Withdrawal(ABOUT, "", "money")


# -- what is reported under help --


def test_a_copy_that_comes_while_help_is_open_is_printed() -> None:
    hand = cases(of("gaoling-jintie", "accepted")).act(Reprint(7), Open("help"))
    assert hand.one(LoadCopy) == LoadCopy(7)
    hand.session.copy_loaded(COPY)
    hand.one(PrintPaper)
    hand.session.printed("confirmed", "")
    hand.act(Back())
    assert isinstance(hand.page, Cases)
    assert (hand.page.paper, hand.page.back) == ("confirmed", True)


def test_what_is_told_while_help_is_open_is_known_afterwards() -> None:
    hand = one(of("gaoling-jintie", "accepted")).act(Choose("withdraw"), Choose("withdraw:yes"), Open("help"))
    hand.session.told()
    hand.act(Back())
    assert menu(hand).back
    hand.act(Back())
    assert menu(hand).facts[0].value.startswith("撤销")


def test_a_print_of_which_nobody_hears_keeps_no_page_for_ever() -> None:
    hand = cases(of("gaoling-jintie", "accepted")).act(Reprint(7))
    hand.now += IDLE_S + WARNING_S
    hand.session.tick()
    assert (hand.session.at, hand.session.print) == (At.SERVICES, Print.PRINTING)
    hand.now += PRINTING_S
    assert hand.session.warning
    hand.session.tick()
    assert hand.session.at is At.ENDED


# -- a helper --


def test_a_helper_takes_nothing_back_and_rates_nothing() -> None:
    for kind in ("", "accepted", "returned", "completed", "withdrawn"):
        hand = one(of("gaoling-jintie", kind), helper=True)
        assert options(hand) == (["supplement"] if kind == "returned" else [])
        assert "本人" in menu(hand).text
        hand.act(*(Choose(tap) for tap in ("withdraw", "withdraw:yes", "consent", "consent:yes", "rate", "score:1")))
        assert not [effect for effect in hand.effects() if isinstance(effect, Tell)]


def test_a_supplement_names_who_handed_it_in() -> None:
    hand = one(of("gaoling-jintie", "returned"), helper=True).act(Choose("supplement"), Choose("way:later"))
    body = told(hand)
    assert isinstance(body, Supplement)
    assert body.agent
    assert body.agent.name == "李建国"
    hand.session.told()
    assert "代办人：李**" in slip(hand)


# -- a supplement --


def slip(hand: Hand) -> list[str]:
    effect = hand.one(PrintPaper)
    assert isinstance(effect, PrintPaper)
    return [line.text for line in effect.paper.lines]


def test_what_was_asked_for_is_handed_in_once_and_there_is_a_slip() -> None:
    asked = of("gaoling-jintie", "returned")
    hand = one(asked).act(Choose("supplement"), Choose("way:later"))
    assert told(hand) == Supplement(ABOUT, {"way": "later"})
    hand.session.told()
    lines = slip(hand)
    assert {"要补的：请补户口簿", "提交时间：2026-11-23 10:00", "已补，等平台收到"} <= set(lines)
    assert "王桂兰" not in str(lines)
    hand.session.printed("confirmed", "")
    assert "已打印" in menu(hand).text
    hand.act(Back())
    assert menu(hand).facts[0].value.startswith("已补，等平台收到")
    assert "supplement" not in options(hand)
    hand.act(Back())
    assert isinstance(hand.page, Cases)
    assert hand.page.cases[0].state == "已补，等平台收到"
    laid_out(hand.act(Back()), asked).act(Choose(NUMBER))
    assert "supplement" not in options(hand), "nor when the cases are looked up again"
    laid_out(hand.act(Back(), Back()), msgspec.structs.replace(asked, text="请补照片")).act(Choose(NUMBER))
    assert "supplement" in options(hand), "another request is answered"


def test_a_supplement_that_was_not_stored_can_be_handed_in_again() -> None:
    hand = one(of("gaoling-jintie", "returned")).act(Choose("supplement"), Choose("way:later"))
    hand.one(Tell)
    hand.session.told("storage.full")
    hand.act(Back())
    assert "supplement" in options(hand)
    assert not hand.effects()


def test_a_written_promise_is_signed_with_what_was_asked_for() -> None:
    hand = one(of("gaoling-jintie", "returned")).act(Choose("supplement"), Choose("way:promise"))
    page = hand.page
    assert isinstance(page, Signature)
    assert "请补户口簿" in page.text
    hand.act(Next())
    assert not hand.effects()
    hand.act(Back())
    assert isinstance(hand.page, Menu)
    hand.act(Choose("way:promise"), Sign(NAME), Next())
    body = told(hand)
    assert isinstance(body, Supplement)
    assert body.answers == {"way": "promise", "promised": "请补户口簿"}
    assert body.signature
    assert (list(body.signature.texts), body.signature.strokes) == (["promise-supplement"], NAME)
    hand.session.told()
    assert "怎么补的：我书面承诺情况属实" in slip(hand)


def test_who_cannot_write_promises_before_the_staff_or_not_at_all() -> None:
    hand = one(of("gaoling-jintie", "returned")).act(Choose("supplement"), Choose("way:promise"), Choose("cannot"))
    hand.act(Choose("nobody"))
    assert "签名才算数" in menu(hand).text
    hand.act(Back(), Choose("supplement"), Choose("way:promise"), Choose("cannot"), Choose("staff"))
    assert isinstance(hand.page, Question)
    hand.session.pin_tried(accepted=True, wait_s=0.0)
    body = told(hand)
    assert isinstance(body, Supplement)
    assert body.signature
    assert body.signature.attested


def test_the_platforms_newer_word_counts_more_than_what_was_handed_in() -> None:
    asked = of("gaoling-jintie", "returned")
    hand = cases(asked, network=True).act(Choose(NUMBER), Choose("supplement"), Choose("way:later"))
    hand.session.told()
    hand.session.printed("confirmed", "")
    hand.act(Back(), Back())
    there = OnlineCase(ABOUT, "BJ1", NUMBER, "gaoling-jintie", "accepted", "", 1, rated=False)
    hand.answered(FoundCases([there]))
    assert isinstance(hand.page, Cases)
    assert hand.page.cases[0].state == "已受理"


def test_a_case_is_rated_once_in_a_session() -> None:
    done = of("gaoling-jintie", "completed")
    hand = one(done).act(Choose("rate"), Choose("score:4"))
    assert told(hand) == Rating(ABOUT, 4)
    hand.session.told()
    laid_out(hand.act(Back(), Back(), Back()), done).act(Choose(NUMBER))
    assert "rate" not in options(hand)


# -- what was put aside --


def put_aside() -> bytes:
    hand = Hand(works=Works(network=True)).open().act(Choose("gaoling-jintie")).answer_all()
    hand.effects()
    hand.act(Leave(), Choose("keep"))
    effect = hand.one(AskPlatform)
    assert isinstance(effect, AskPlatform)
    assert isinstance(effect.wanted, WantAside)
    return effect.wanted.draft


@pytest.mark.parametrize("taken_up_before", [True, False])
def test_a_draft_is_forgotten_when_its_service_is_handed_in_from_the_tile(taken_up_before: bool) -> None:
    draft = put_aside()
    hand = Hand(works=Works(network=True))
    hand.one(OpenCard)
    hand.session.opened(0, None)
    hand.answered(FoundAside(draft))
    if taken_up_before:
        hand.act(Resume())
        while not isinstance(hand.page, Services):
            hand.act(Back())
    hand.act(Choose("gaoling-jintie")).answer_all().act(Next())
    hand.performed.clear()
    hand.effects()
    hand.act(Agree(True), Next())
    hand.one(Submit)
    hand.session.submitted(Submitted("n", 1, b"t" * 16, b"d", b"s", "http://p.example"), QUEUED)
    asked = [effect.wanted for effect in hand.effects() if isinstance(effect, AskPlatform)]
    assert WantAside(b"") in asked


# -- help --


def test_help_promises_nothing_where_nothing_is_filled_in() -> None:
    promised = "填了一半的内容还在"
    hand = Hand().open().act(Open("help"))
    assert promised not in menu(hand).text
    hand.act(Back(), Choose("gaoling-jintie"), Next(), Open("help"))
    assert promised in menu(hand).text
    hand = Hand()
    hand.submitted()
    hand.act(Open("help"))
    assert promised not in menu(hand).text


def test_a_payment_is_waited_for_behind_help_and_the_staff_are_called_all_the_same() -> None:
    hand = Hand(works=Works(network=True)).open()
    hand.session.enter(Paying(hand.session, Fee(b"1" * 16, "jumin-yibao-canbao", "x", b""), lambda _: None))
    order = FoundOrder("JF1", 40000, "open", "weixin://x", 1_795_400_900_000, 0)
    hand.answered(order)
    hand.act(Open("help"), Choose("call"))
    called = hand.one(AskPlatform)
    assert isinstance(called, AskPlatform)
    assert isinstance(called.wanted, WantCalled)
    hand.now += POLL_S
    hand.session.tick()
    polled = hand.one(AskPlatform)
    assert isinstance(polled, AskPlatform)
    assert polled.wanted == WantPayment("JF1")
    assert isinstance(hand.page, Working)
    hand.session.answered(FoundCalled(1), called.ticket)
    assert "已经叫了" in hand.page.title
    hand.session.answered(order, polled.ticket)
    hand.now += PHONE_IDLE_S - 10
    assert hand.session.warning is None, "the time of what help covers"
    hand.now += WARNING_S + 10
    hand.session.tick()
    assert hand.session.at is At.ENDED
