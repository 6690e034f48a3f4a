"""A fee: paid at once, late, never, offline, in trouble; nothing of it is doubled, lost or promised."""

from dataclasses import replace

import pytest

from kiosk import actions
from kiosk.actions import Agree, Answer, Back, Choose, Leave, Next, ShowCases, Sign
from kiosk.effects import AskPlatform, End, LoadToken, PrintPaper, Submit, SubmitAll, TryPin
from kiosk.online import FoundCases, FoundCode, FoundOrder, OnlineCase, WantCode, WantOrder, WantPayment
from kiosk.pages import AnyPage, CaseRow, Cases, Consent, Guide, Menu, Question, Result, Services, Signature
from kiosk.parts.paying import POLL_S
from kiosk.receipt import Submitted
from kiosk.services.bundle import BundleFlow, Part
from kiosk.services.catalogue import BUILT_IN, Catalogue, load_catalogue
from kiosk.session_state import IDLE_S, PHONE_IDLE_S, WARNING_S
from kiosk.setting import Works
from kiosk.states import QUEUED
from tests.kiosk.test_bundles import CALL, bundle
from tests.kiosk.test_online import through
from tests.kiosk.world import ACCOUNT, NAME, Hand, built_in, worker_card

CATALOGUE = built_in()
SERVICE, PENSION = "jumin-yibao-canbao", "jubao-canbao"
CASE = Submitted("K0001-000002-F", 1_795_400_000_000, b"t" * 16, b"d" * 32, b"s" * 64, "http://platform.example")
ORDER = FoundOrder("JF23456789ABCD", 40_000, "open", "https://pay.example/JF23456789ABCD", 1_795_400_900_000, 0)
PAID = replace(ORDER, state="paid", qr="", paid_ms=1_795_400_060_000)
MINE = {"phone": "13800000018"}


def handed_in(service: str = SERVICE, *, network: bool = True, **given: str) -> tuple[Hand, Submit]:
    """The case is durable; what comes next is on the screen."""
    card = worker_card() if service == PENSION else None
    hand = through(
        Hand("younger", catalogue=CATALOGUE, works=Works(network=network), card=card).open(), service, {**MINE, **given}
    )
    hand.act(Next())
    while isinstance(hand.page, Consent):
        hand.act(Agree(True), Next())
    if isinstance(hand.page, Signature):
        hand.act(Sign(NAME), Next())
    submit = hand.one(Submit)
    assert isinstance(submit, Submit)
    hand.session.submitted(CASE, QUEUED)
    return hand, submit


def asked(hand: Hand) -> list[object]:
    return [effect.wanted for effect in hand.effects() if isinstance(effect, AskPlatform)]


def paying(**given: str) -> Hand:
    """With the code on the screen."""
    hand, submit = handed_in(**given)
    assert asked(hand) == [WantOrder(submit.entry_id, SERVICE, CASE.token)]
    hand.answered(ORDER)
    return hand


def no_phone(hand: Hand) -> None:
    """No code can be sent to this citizen: the staff looks at them."""
    assert asked(hand) == [WantCode()]
    hand.answered(FoundCode(""))
    hand.act(Choose("other"))


def menu(hand: Hand) -> Menu:
    assert isinstance(hand.page, Menu), hand.page
    return hand.page


def options(hand: Hand) -> list[str]:
    return [option.value for option in menu(hand).options]


def result(hand: Hand) -> Result:
    assert isinstance(hand.page, Result), hand.page
    return hand.page


def paper(hand: Hand) -> str:
    effect = hand.one(PrintPaper)
    assert isinstance(effect, PrintPaper)
    return "\n".join(line.text for line in effect.paper.lines)


def wait(hand: Hand, seconds: float) -> None:
    for _ in range(int(seconds)):
        hand.now += 1
        hand.session.tick()


def test_what_is_paid_at_once_is_on_the_receipt() -> None:
    hand = paying()
    page = menu(hand)
    assert (page.big, page.qr) == ("400.00元", ORDER.qr)
    assert [fact.value for fact in page.facts][:2] == ["居民医保费（一年）", ORDER.order]
    assert options(hand) == ["paid", "later"]
    assert not [effect for effect in hand.performed if isinstance(effect, PrintPaper)]
    wait(hand, POLL_S)
    assert asked(hand) == [WantPayment(ORDER.order)]
    hand.answered(PAID)
    assert result(hand).payment.startswith("已缴费：居民医保费（一年） 400.00元")
    printed = paper(hand)
    assert "已缴费：居民医保费（一年） 400.00元" in printed
    assert ORDER.order in printed
    assert "未缴费" not in printed


def test_one_question_at_a_time_however_long_the_answer_takes() -> None:
    hand = paying()
    wait(hand, 20)
    hand.act(Choose("paid"), Choose("paid"))
    assert asked(hand) == [WantPayment(ORDER.order)]
    hand.answered(ORDER)
    hand.act(Choose("paid"))
    assert asked(hand) == [WantPayment(ORDER.order)]
    assert "还没收到" in menu(hand).text
    hand.answered(PAID)
    assert isinstance(hand.page, Result)


@pytest.mark.parametrize("way", [Choose("later"), Back(), Leave()])
def test_who_does_not_pay_now_gets_the_receipt_that_says_so(way: actions.Action) -> None:
    hand = paying().act(way)
    assert "还没收到缴费结果" in result(hand).payment
    printed = paper(hand)
    assert "付过的不要再付" in printed
    assert "9月1日到12月31日" in printed
    assert "12366" in printed
    hand.answered(PAID)
    assert "已缴费" not in result(hand).payment, "an answer that comes too late changes nothing here"


def test_before_a_code_was_shown_it_is_plainly_not_paid() -> None:
    hand, _ = handed_in()
    assert options(hand) == ["later"]
    hand.act(Choose("later"))
    assert result(hand).payment.startswith("未缴费")
    assert "未缴费：居民医保费（一年）" in paper(hand)


def test_offline_nothing_is_asked_and_it_was_said_before() -> None:
    hand = Hand("younger", catalogue=CATALOGUE).open().act(Choose(SERVICE))
    assert isinstance(hand.page, Guide)
    told = {fact.label: fact.value for fact in hand.page.facts}
    assert "没联网" in told["怎么缴"]
    hand, submit = handed_in(network=False)
    assert submit.pays
    assert result(hand).payment.startswith("未缴费")
    assert not [effect for effect in hand.effects() if isinstance(effect, AskPlatform)]


def test_online_the_guide_says_that_it_can_be_paid_here() -> None:
    hand = Hand("younger", catalogue=CATALOGUE, works=Works(network=True)).open().act(Choose(SERVICE))
    assert isinstance(hand.page, Guide)
    assert "手机扫码" in {fact.label: fact.value for fact in hand.page.facts}["怎么缴"]


@pytest.mark.parametrize("code", ["agent.silent", "payment.none", "server.busy"])
def test_an_order_that_does_not_open_has_a_way_on(code: str) -> None:
    hand, submit = handed_in()
    first = asked(hand)
    hand.not_answered(code)
    assert options(hand) == ["again", "later"]
    hand.act(Choose("again"))
    assert asked(hand) == first == [WantOrder(submit.entry_id, SERVICE, CASE.token)], "it is the same order"
    hand.not_answered(code)
    hand.act(Choose("later"))
    assert result(hand).payment.startswith("未缴费")


def test_the_network_is_lost_in_the_middle_and_comes_back() -> None:
    hand = paying()
    wait(hand, POLL_S)
    hand.not_answered("agent.silent")
    assert "不知道付好没有" in menu(hand).text
    assert menu(hand).qr == ORDER.qr
    hand.effects()
    wait(hand, POLL_S)
    assert asked(hand) == [WantPayment(ORDER.order)]
    hand.answered(PAID)
    assert result(hand).payment.startswith("已缴费")


def test_a_code_that_ran_out_is_replaced_by_the_same_order() -> None:
    hand = paying()
    wait(hand, POLL_S)
    hand.answered(replace(ORDER, state="expired", qr=""))
    assert options(hand) == ["again", "later"]
    assert menu(hand).qr == ""
    hand.effects()
    wait(hand, 10)
    assert asked(hand) == [], "what has expired is not asked about"
    hand.act(Choose("again"))
    (wanted,) = asked(hand)
    assert isinstance(wanted, WantOrder)
    hand.answered(PAID)
    assert result(hand).payment.startswith("已缴费"), "it was paid meanwhile"


def test_what_was_given_back_is_not_paid_here_again() -> None:
    hand = paying()
    wait(hand, POLL_S)
    hand.answered(replace(PAID, state="refunded"))
    assert options(hand) == ["later"]
    hand.act(Choose("later"))
    assert result(hand).payment.startswith("未缴费")


def test_who_is_busy_with_the_phone_is_not_thrown_out_and_nobody_is_waited_for_for_ever() -> None:
    hand = paying()
    wait(hand, IDLE_S + WARNING_S + 10)
    assert menu(hand).qr
    wait(hand, PHONE_IDLE_S)
    assert "还没收到缴费结果" in result(hand).payment
    hand.one(PrintPaper)
    hand.session.printed("confirmed", "")
    wait(hand, IDLE_S + WARNING_S)
    assert hand.one(End) == End("submitted")


def test_after_the_end_nothing_is_left() -> None:
    hand = paying().act(Leave())
    hand.effects()
    hand.session.printed("confirmed", "")
    hand.act(Next())
    assert hand.one(End) == End("submitted")
    assert (hand.session.part, hand.session.settled, hand.session.submitted_case) == (None, None, None)


# -- a price that depends on an answer --

LEVEL = {"work": "own", "household": "yes", "level": "level_4", "pay_way": "self", **MINE}


def test_the_order_is_opened_for_the_answer_and_the_receipt_says_what_was_paid() -> None:
    hand, submit = handed_in(PENSION, **LEVEL)
    assert (submit.pays, submit.pays_by, submit.answers["level"]) == (True, "level", "level_4")
    assert asked(hand) == [WantOrder(submit.entry_id, PENSION, CASE.token, "level_4")]
    hand.answered(replace(ORDER, fen=80_000))
    assert menu(hand).big == "800.00元"
    hand.act(Choose("paid"))
    hand.answered(replace(PAID, fen=80_000))
    assert result(hand).payment.startswith("已缴费：居民养老保险费（一年） 800.00元")
    assert "已缴费：居民养老保险费（一年） 800.00元" in paper(hand)


@pytest.mark.parametrize("region", ["qinghe", "yunling"])
def test_the_levels_are_the_regions(region: str) -> None:
    catalogue = load_catalogue(BUILT_IN, region)
    shown = {"zh": [f"{catalogue.region.numbers[f'pension_level_{at}']}元" for at in range(1, 8)]}
    shown["en"] = [text.replace("元", " yuan") for text in shown["zh"]]
    for language, labels in shown.items():
        hand = Hand(catalogue=catalogue, card=worker_card(), language=language).open()
        hand.act(Choose(PENSION), Next())
        while isinstance(hand.page, Question) and hand.page.question != "level":
            hand.act(Answer(LEVEL.get(hand.page.question, hand.page.options[0].value)), Next())
        assert isinstance(hand.page, Question)
        assert [option.label for option in hand.page.options] == labels


def test_an_answer_that_has_no_price_yet_is_paid_later() -> None:
    hand, _ = handed_in(PENSION, **LEVEL)
    hand.not_answered("payment.none")
    assert "现在缴不了：这件事在这里没有要缴的钱" in menu(hand).text
    hand.act(Choose("later"))
    assert result(hand).payment.startswith("未缴费：居民养老保险费（一年）")
    assert "今年12月31日以前" in paper(hand)


@pytest.mark.parametrize("other", [{"pay_way": "auto"}, {"pay_way": "village"}, {"helped_group": "dibao"}])
def test_who_pays_otherwise_is_not_asked_for_money(other: dict[str, str]) -> None:
    _, submit = handed_in(PENSION, **{**LEVEL, "account": ACCOUNT, **other})
    assert (submit.pays, submit.pays_by) == (False, "")


def test_who_is_helped_by_the_government_is_not_asked_for_money() -> None:
    hand, submit = handed_in(medical_group="dibao")
    assert not submit.pays
    assert result(hand).payment == ""
    assert "缴费" not in "".join(line for line in paper(hand).splitlines() if line.startswith(("未", "已")))


# -- later, from 我办的事 --


def row(payment: str = "due", position: int = 7) -> CaseRow:
    return CaseRow(
        service="居民医保参保登记", number=CASE.number, platform_number="BJ1", submitted="", state="…", text="",
        position=position, entry_id=(b"a" * 16).hex(), kind="accepted", service_id=SERVICE, payment=payment, fen=40_000,
    )  # fmt: skip


def one_case(payment: str = "due", position: int = 7) -> Hand:
    hand = Hand("younger", catalogue=CATALOGUE, works=Works(network=True)).open().act(ShowCases())
    hand.session.cases_loaded([row(payment, position)])
    hand.effects()
    return hand.act(Choose(CASE.number))


def facts(page: AnyPage) -> dict[str, str]:
    assert isinstance(page, Menu)
    return {fact.label: fact.value for fact in page.facts}


def test_it_is_paid_later_with_the_receipt_that_this_kiosk_holds() -> None:
    hand = one_case()
    assert facts(hand.page)["费用"] == "未缴费"
    hand.act(Choose("pay"))
    assert hand.one(LoadToken) == LoadToken(7)
    hand.session.token_loaded(CASE.token)
    assert asked(hand) == [WantOrder(b"a" * 16, SERVICE, CASE.token)]
    hand.answered(ORDER)
    hand.act(Choose("paid"))
    hand.effects()
    hand.answered(PAID)
    assert facts(hand.page)["费用"] == "已缴费 400.00元"
    assert "pay" not in options(hand)
    printed = paper(hand)
    assert "缴费凭条" in printed
    assert ORDER.order in printed
    hand.act(Back())
    assert isinstance(hand.page, Menu), "nobody leaves while it is printed"
    hand.session.printed("confirmed", "")
    hand.act(Back(), Back())
    assert isinstance(hand.page, Services)


@pytest.mark.parametrize(("position", "token"), [(0, b""), (7, b"")])
def test_without_the_receipt_staff_looks_at_the_citizen(position: int, token: bytes) -> None:
    hand = one_case(position=position).act(Choose("pay"))
    if position:
        hand.one(LoadToken)
        hand.session.token_loaded(token)
    no_phone(hand)
    assert isinstance(hand.page, Question)
    assert hand.page.question == "pin"
    hand.act(Choose("nobody"))
    assert options(hand)[0] == "pay"
    hand.act(Choose("pay"))
    if position:
        hand.session.token_loaded(token)
    no_phone(hand)
    for digit in "274951":
        hand.act(Answer(hand.page.value + digit))  # type: ignore[union-attr]
    hand.act(Next())
    hand.one(TryPin)
    hand.session.pin_tried(accepted=True, wait_s=0.0)
    assert asked(hand) == [WantOrder(b"a" * 16, SERVICE, b"")]


@pytest.mark.parametrize(("payment", "offered"), [("due", True), ("open", True), ("expired", True), ("paid", False),
                                                  ("refunded", False), ("", False)])  # fmt: skip
def test_only_what_can_be_paid_is_offered(payment: str, offered: bool) -> None:
    hand = one_case(payment)
    assert ("pay" in options(hand)) == offered
    hand.act(Choose("pay"))
    assert isinstance(hand.page, Menu)
    assert bool([effect for effect in hand.effects() if isinstance(effect, LoadToken)]) == offered


def test_who_puts_it_off_again_is_back_at_the_case() -> None:
    hand = one_case().act(Choose("pay"))
    hand.session.token_loaded(CASE.token)
    hand.effects()
    hand.answered(ORDER)
    hand.act(Choose("later"))
    assert options(hand)[0] == "pay"
    assert not [effect for effect in hand.effects() if isinstance(effect, PrintPaper)]


def test_money_that_came_after_the_citizen_left_is_found_next_time() -> None:
    hand = one_case()
    hand.act(Back())
    assert isinstance(hand.page, Cases)
    hand.effects()
    online = OnlineCase(
        b"a" * 16, "BJ1", CASE.number, SERVICE, "accepted", "", 1, rated=False, payment="paid", fen=40_000
    )
    hand = Hand("younger", catalogue=CATALOGUE, works=Works(network=True)).open().act(ShowCases())
    hand.session.cases_loaded([row("")])
    hand.effects()
    hand.answered(FoundCases([online]))
    hand.act(Choose(CASE.number))
    assert facts(hand.page)["费用"] == "已缴费 400.00元"
    assert "pay" not in options(hand)


def test_the_parts_of_a_bundle_are_paid_afterwards_one_by_one() -> None:
    insurance = Part(id="insurance", service=SERVICE)
    services = {name: flow for name, flow in CATALOGUE.flows.items() if not isinstance(flow, BundleFlow)}
    made = BundleFlow(bundle(insurance, CALL), services, CATALOGUE.region.numbers)
    catalogue = Catalogue(CATALOGUE.region, {**services, "b": made}, [])
    hand = through(Hand("younger", catalogue=catalogue, works=Works(network=True)).open(), "b", {**MINE})
    hand.act(Next())
    while isinstance(hand.page, Consent):
        hand.act(Agree(True), Next())
    effect = hand.one(SubmitAll)
    assert isinstance(effect, SubmitAll)
    assert [(part.service, part.pays) for part in effect.parts] == [(SERVICE, True), ("huidian", False)]
    hand.session.submitted(CASE, QUEUED, [CASE, CASE])
    assert result(hand).payment.startswith("未缴费：居民医保费")
    assert "未缴费：居民医保费（一年）" in paper(hand)
