"""The citizen's session: every way on, back and out."""

import msgspec
import pytest

from kiosk import actions
from kiosk.actions import (
    Agree,
    Answer,
    Back,
    CameOut,
    Change,
    Choose,
    Leave,
    Next,
    Print,
    Reprint,
    Resume,
    ShowCases,
    Stay,
)
from kiosk.applicant import applicant
from kiosk.effects import End, LoadCases, LoadCopy, OpenCard, PrintPaper, SaveDraft, Submit, TryPin
from kiosk.pages import (
    CaseRow,
    Cases,
    Consent,
    Guide,
    NotEligible,
    Problem,
    Question,
    Result,
    Review,
    Services,
    Working,
)
from kiosk.receipt import Copy, Submitted
from kiosk.services.catalogue import Catalogue
from kiosk.services.flow import Flow
from kiosk.session_state import IDLE_S, PRINTING_S, RESULT_IDLE_S, WARNING_S, At, DraftFound
from kiosk.states import DELIVERED
from tests.kiosk.world import ACCOUNT, ANSWERS, PHONE, Hand, built_in, card_of


def test_the_card_is_opened_before_anything_is_offered() -> None:
    hand = Hand()
    assert isinstance(hand.page, Working)
    hand.one(OpenCard)
    hand.session.opened(0, None)
    assert isinstance(hand.page, Services)
    assert hand.page.person == "王**"


def test_an_eligible_person_submits_what_was_answered() -> None:
    effect = Hand().submit()
    assert effect.service == "gaoling-jintie"
    assert effect.applicant.name == "王桂兰"
    assert effect.answers == {"account_kind": "social", "account": ACCOUNT, "phone": PHONE}
    assert effect.consent == {"gaoling-jintie-data": "2026-11"}


def test_a_name_that_fills_its_field_is_marked_and_the_newest_address_counts() -> None:
    person = applicant(msgspec.structs.replace(card_of("long-name"), newest_address="四川省远山县云岭乡"))
    assert (person.name_cut, person.address) == (True, "四川省远山县云岭乡")
    assert not applicant(card_of("elder")).name_cut


def test_somebody_too_young_hears_when_and_where_instead() -> None:
    hand = Hand("younger").open().act(Choose("gaoling-jintie"))
    assert isinstance(hand.page, NotEligible)
    assert "2042年9月5日" in hand.page.reason
    assert all(fact.value for fact in hand.page.facts)
    hand.act(Print())
    paper = hand.one(PrintPaper)
    assert isinstance(paper, PrintPaper)
    assert paper.about == b""
    text = "".join(line.text for line in paper.paper.lines)
    assert "李" not in text
    hand.session.printed("confirmed", "")
    hand.act(Next())
    assert isinstance(hand.page, Services)


@pytest.mark.parametrize(("household", "eligible"), [("yes", True), ("no", False)])
def test_an_address_outside_the_region_is_asked_about(household: str, eligible: bool) -> None:
    hand = Hand("elsewhere").open().act(Choose("gaoling-jintie"), Next())
    assert isinstance(hand.page, Question)
    assert hand.page.question == "household"
    hand.act(Answer(household), Next())
    assert isinstance(hand.page, Question if eligible else NotEligible)


def test_an_expired_card_identifies_nobody() -> None:
    hand = Hand("expired")
    assert isinstance(hand.page, Problem)
    assert hand.page.code == "card.expired"
    assert hand.effects() == []
    hand.act(Next())
    assert hand.one(End) == End("refused")


def test_a_wrong_answer_is_explained_and_kept() -> None:
    hand = Hand().open().act(Choose("gaoling-jintie"), Next(), Answer("social"), Next())
    hand.act(Answer(ACCOUNT[:-1] + "0"), Next())
    assert isinstance(hand.page, Question)
    assert hand.page.error
    assert hand.page.value == ACCOUNT[:-1] + "0"
    hand.act(Answer(ACCOUNT), Next())
    assert hand.page.question == "phone"


def test_nothing_is_accepted_without_an_answer() -> None:
    hand = Hand().open().act(Choose("gaoling-jintie"), Next(), Next())
    assert isinstance(hand.page, Question)
    assert hand.page.error == "请选一项"


def test_back_goes_one_page_and_keeps_the_answers() -> None:
    hand = Hand().open().act(Choose("gaoling-jintie")).answer_all()
    seen = []
    while not isinstance(hand.page, Services):
        seen.append(getattr(hand.page, "question", hand.page.__struct_config__.tag))
        hand.act(Back())
    assert seen == ["review", "phone", "account", "account_kind", "guide"]


def test_an_answer_is_changed_from_the_review() -> None:
    hand = Hand().open().act(Choose("gaoling-jintie")).answer_all()
    hand.act(Change("phone"), Answer("13900000018"), Next())
    assert isinstance(hand.page, Review)
    assert "1390 0000 018" in [fact.value for fact in hand.page.facts]


def test_consent_comes_before_submission_and_can_be_taken_back() -> None:
    hand = Hand().open().act(Choose("gaoling-jintie")).answer_all().act(Next())
    assert isinstance(hand.page, Consent)
    hand.effects()
    hand.act(Next(), Agree(True), Agree(False), Next())
    assert isinstance(hand.page, Consent)
    assert not hand.effects()


def test_two_taps_on_submit_submit_once() -> None:
    hand = Hand()
    hand.submit()
    hand.act(Next(), Next(), Leave())
    assert not hand.effects()
    assert hand.session.at is At.SUBMITTING


def test_a_failed_submission_is_tried_again_under_the_same_id() -> None:
    hand = Hand()
    first = hand.submit()
    hand.session.failed("storage.full")
    assert isinstance(hand.page, Problem)
    assert hand.page.code == "storage.full"
    hand.act(Next())
    second = hand.one(Submit)
    assert isinstance(second, Submit)
    assert second.entry_id == first.entry_id


def test_the_receipt_is_printed_once_and_shown() -> None:
    hand = Hand()
    paper = hand.submitted()
    text = "\n".join(line.text for line in paper.paper.lines)
    assert "提交回执" in text
    assert "不是受理通知书" in text
    assert "K0001-000002-F" in text
    assert "王桂兰" not in text
    assert ACCOUNT not in text
    assert isinstance(hand.page, Result)
    assert hand.page.next_label == ""
    hand.act(Next(), Print(), Print())
    assert not hand.effects()
    hand.session.printed("confirmed", "")
    hand.session.state_changed([DELIVERED])
    assert hand.page.state == "已送达"
    hand.act(Next())
    assert hand.one(End) == End("submitted")


def test_an_unknown_print_is_asked_about_and_its_copy_is_numbered() -> None:
    hand = Hand()
    hand.submitted()
    hand.session.printed("unknown", "printer.no-answer")
    assert hand.page.paper == "unknown"
    hand.act(Print())
    assert not hand.effects(), "nothing unknown is printed again before the question is answered"
    hand.act(CameOut(False), Print())
    again = hand.one(PrintPaper)
    assert isinstance(again, PrintPaper)
    assert again.copy == 1
    assert "补打第1次" in [line.text for line in again.paper.lines]


def test_a_paper_that_came_out_is_not_offered_again() -> None:
    hand = Hand()
    hand.submitted()
    hand.session.printed("unknown", "printer.no-answer")
    hand.act(CameOut(True), Print())
    assert not hand.effects()
    assert hand.page.paper == "confirmed"


def test_a_print_that_failed_cleanly_is_no_copy() -> None:
    hand = Hand()
    hand.submitted()
    hand.session.printed("failed-clean", "printer.paper-out")
    assert hand.page.code == "printer.paper-out"
    hand.act(Print())
    again = hand.one(PrintPaper)
    assert isinstance(again, PrintPaper)
    assert again.copy == 0


def test_every_answer_is_kept_as_a_draft() -> None:
    hand = Hand().open().act(Choose("gaoling-jintie")).answer_all()
    drafts = [effect for effect in hand.effects() if isinstance(effect, SaveDraft)]
    assert [draft.question for draft in drafts] == ["account", "phone", ""]
    assert drafts[-1].answers == {name: ANSWERS[name] for name in ("account_kind", "account", "phone")}


@pytest.mark.parametrize(
    ("answers", "question", "shown"),
    [
        ({"account_kind": "social"}, "account", "account"),
        ({"account_kind": "social", "account": ACCOUNT}, "account", "account"),
        ({"account_kind": "social", "account": "1"}, "phone", "account"),
        ({"account_kind": "gone", "account": ACCOUNT}, "phone", "account_kind"),
        ({"unknown": "x"}, "nowhere", "account_kind"),
        ({"account_kind": "social", "account": ACCOUNT, "phone": PHONE}, "", None),
    ],
)
def test_a_draft_goes_on_at_the_same_question(answers: dict[str, str], question: str, shown: str | None) -> None:
    hand = Hand()
    hand.effects()
    hand.session.opened(0, DraftFound("gaoling-jintie", 1, answers, question))
    assert isinstance(hand.page, Services)
    assert hand.page.draft == "高龄津贴"
    hand.act(Resume())
    assert getattr(hand.page, "question", None) == shown
    assert isinstance(hand.page, Question if shown else Review)


@pytest.mark.parametrize("draft", [DraftFound("gone", 1, {}, ""), DraftFound("gaoling-jintie", 99, {}, "")])
def test_a_draft_of_another_definition_is_not_offered(draft: DraftFound) -> None:
    hand = Hand()
    hand.effects()
    hand.session.opened(0, draft)
    assert hand.page.draft == ""
    hand.act(Resume())
    assert isinstance(hand.page, Services)


def test_my_cases() -> None:
    hand = Hand().open().act(ShowCases())
    hand.one(LoadCases)
    row = CaseRow(service="高龄津贴", number="n", platform_number="", submitted="", state="已受理", text="")
    hand.session.cases_loaded([row])
    assert isinstance(hand.page, Cases)
    assert hand.page.cases == [row]
    hand.act(Back())
    assert isinstance(hand.page, Services)


ROW = CaseRow(service="高龄津贴", number="n", platform_number="", submitted="", state="已受理", text="", position=7)
CASE = Submitted("K0001-000002-F", 1_795_400_000_000, b"t" * 16, b"d" * 32, b"s" * 64, "http://platform.example")


def test_a_receipt_is_printed_anew_for_its_holder_and_numbered() -> None:
    hand = Hand().open().act(ShowCases())
    hand.session.cases_loaded([ROW])
    hand.act(Reprint(8))
    assert not [effect for effect in hand.effects() if isinstance(effect, LoadCopy)]
    hand.act(Reprint(7), Reprint(7))
    assert hand.one(LoadCopy) == LoadCopy(7)
    hand.session.copy_loaded(Copy(b"e" * 16, "gaoling-jintie", "高龄津贴", CASE, DELIVERED, 2))
    printing = hand.one(PrintPaper)
    assert isinstance(printing, PrintPaper)
    assert (printing.about, printing.copy) == (b"e" * 16, 2)
    text = [line.text for line in printing.paper.lines]
    assert "补打第2次" in text
    assert "接下来：" in text
    hand.act(Back())
    assert isinstance(hand.page, Cases)
    hand.session.printed("unknown", "printer.no-answer")
    assert hand.page.paper == "unknown"
    hand.act(CameOut(False))
    assert (hand.page.paper, hand.page.code) == ("failed", "print.not-out")
    hand.act(Back())
    assert isinstance(hand.page, Services)


def test_a_copy_of_a_service_that_is_gone_still_prints() -> None:
    hand = Hand().open().act(ShowCases())
    hand.session.cases_loaded([ROW])
    hand.act(Reprint(7))
    hand.session.copy_loaded(Copy(b"e" * 16, "gone", "已下线的事项", CASE, DELIVERED, 1))
    printing = hand.one(PrintPaper)
    assert isinstance(printing, PrintPaper)
    assert "事项：已下线的事项" in [line.text for line in printing.paper.lines]


def test_there_are_enough_copies() -> None:
    hand = Hand().open().act(ShowCases())
    hand.session.cases_loaded([ROW])
    hand.act(Reprint(7))
    hand.session.copy_refused("print.copies")
    assert isinstance(hand.page, Cases)
    assert "窗口" in hand.page.paper_text


def test_staff_may_print_one_more() -> None:
    hand = Hand().open().act(ShowCases())
    hand.session.cases_loaded([ROW])
    hand.act(Reprint(7))
    hand.one(LoadCopy)
    hand.session.copy_refused("print.copies")
    hand.act(Next())
    for _ in range(2):
        for digit in "274951":
            assert isinstance(hand.page, Question)
            hand.act(Answer(hand.page.value + digit))
        assert hand.page.value == "●●●●●●"
        hand.act(Next())
        assert hand.one(TryPin) == TryPin("274951")
        hand.session.pin_tried(accepted=False, wait_s=0.0)
        assert hand.page.error == "密码不对。"
    hand.session.pin_tried(accepted=True, wait_s=0.0)
    assert isinstance(hand.page, Cases)
    assert hand.one(LoadCopy) == LoadCopy(7, attended=True)
    hand.session.copy_refused("print.copies")
    hand.act(Next(), Back())
    assert isinstance(hand.page, Cases)


def test_leaving_ends_and_forgets() -> None:
    hand = Hand().open().act(Choose("gaoling-jintie")).answer_all().act(Leave())
    assert hand.effects()[-1] == End("left")
    assert hand.session.application is None
    hand.act(Next(), Choose("gaoling-jintie"))
    assert hand.session.at is At.ENDED


def test_a_session_that_nobody_is_in_ends_after_a_warning() -> None:
    hand = Hand().open()
    hand.now += IDLE_S - 1
    hand.session.tick()
    assert hand.session.warning is None
    hand.now += 2
    warning = hand.session.warning
    assert warning is not None
    assert warning.seconds == WARNING_S - 1 + 0
    hand.act(Stay())
    assert hand.session.warning is None
    hand.now += IDLE_S + WARNING_S
    hand.session.tick()
    assert hand.one(End) == End("timeout")


def test_the_result_is_cleared_sooner_once_the_paper_is_settled() -> None:
    hand = Hand()
    hand.submitted()
    hand.now += PRINTING_S
    hand.session.tick()
    assert hand.session.at is At.RESULT, "nobody is sent away while the paper is coming"
    hand.session.printed("confirmed", "")
    hand.now += RESULT_IDLE_S + WARNING_S
    hand.session.tick()
    assert hand.one(End) == End("submitted")


def test_the_guide_says_what_it_takes_before_it_starts() -> None:
    hand = Hand().open().act(Choose("gaoling-jintie"))
    assert isinstance(hand.page, Guide)
    assert {fact.label for fact in hand.page.facts} >= {"大约要", "费用", "要准备"}


def test_actions_of_other_pages_change_nothing() -> None:
    hand = Hand().open()
    before = hand.page
    hand.act(Answer("x"), Change("phone"), Agree(True), CameOut(True), Print(), Next(), Back(), Resume())
    hand.act(Choose("no such service"), actions.Stay())
    assert hand.page == before
    assert not hand.effects()


def many(count: int) -> Catalogue:
    """So many services, named in the order of the catalogue."""
    built = built_in()
    service = built.flows["gaoling-jintie"].service
    named = [msgspec.structs.replace(service, service=f"s{at}", name=f"事项{at}") for at in range(1, count + 1)]
    return Catalogue(built.region, {one.service: Flow(one, built.region.numbers) for one in named}, [])


def tiles(hand: Hand) -> list[str]:
    page = hand.page
    assert isinstance(page, Services)
    return [tile.service for tile in page.tiles]


def test_many_services_are_turned_page_by_page_and_every_one_is_reached() -> None:
    hand = Hand(catalogue=many(10)).open()
    seen = []
    for _ in range(3):
        seen += tiles(hand)
        hand.act(actions.Next())
    assert seen == [f"s{at}" for at in range(1, 11)]
    assert tiles(hand) == ["s1", "s2", "s3", "s4"], "after the last page comes the first"
    hand.act(actions.Back())
    assert tiles(hand) == ["s1", "s2", "s3", "s4"]
    hand.act(actions.Next(), actions.Back())
    assert tiles(hand) == ["s1", "s2", "s3", "s4"]


def test_one_page_of_services_has_no_way_to_others() -> None:
    page = Hand(catalogue=many(4)).open().page
    assert (page.next_label, page.back) == ("", False)


def test_whoever_passes_by_is_told_what_there_is() -> None:
    assert Hand(catalogue=many(4)).session.setting.told() == ["事项1", "事项2", "事项3", "事项4"]
    assert Hand(catalogue=many(35)).session.setting.told() == ["事项1", "事项2", "事项3", "事项4等35件事"]
