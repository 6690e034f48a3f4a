"""A certificate goes to the citizen's phone: never on a card alone, and never by what stands on paper."""

from kiosk import actions
from kiosk.actions import Answer, Back, Choose, Next, ShowCases
from kiosk.effects import AskPlatform, End, LoadToken, PrintPaper, TryPin
from kiosk.online import Done, FoundCases, FoundCertificate, FoundCode, OnlineCase, WantCertificate, WantCode
from kiosk.pages import Menu, Question, Result
from kiosk.setting import Works
from tests.kiosk.test_online import agreed, through
from tests.kiosk.world import NOW, Hand, built_in

CATALOGUE = built_in()
NOW_MS = int(NOW.timestamp() * 1000)
FOUND = FoundCertificate(
    "居住证明", "BJ1", "8K3M-5P7Q-9R2T", "https://p.example/v/8K3M5P7Q9R2T", "https://p.example/c/secret",
    NOW_MS + 600_000,
)  # fmt: skip


def menu(hand: Hand) -> Menu:
    assert isinstance(hand.page, Menu), hand.page
    return hand.page


def options(hand: Hand) -> list[str]:
    return [option.value for option in menu(hand).options]


def no_phone(hand: Hand) -> None:
    """No code can be sent to this citizen: the staff looks at them."""
    assert asked(hand) == [WantCode()]
    hand.answered(FoundCode(""))
    hand.act(Choose("other"))


def type_pin(hand: Hand) -> None:
    no_phone(hand)
    assert isinstance(hand.page, Question)
    for digit in "274951":
        hand.act(Answer(hand.page.value + digit))
    hand.act(Next())
    hand.one(TryPin)
    hand.session.pin_tried(accepted=True, wait_s=0.0)


def asked(hand: Hand) -> list[object]:
    return [effect.wanted for effect in hand.effects() if isinstance(effect, AskPlatform)]


def one_case(*, certificate: bool = True, rated: bool = False, language: str = "zh") -> Hand:
    hand = Hand("younger", catalogue=CATALOGUE, works=Works(network=True), language=language).open().act(ShowCases())
    hand.session.cases_loaded([])
    hand.effects()
    found = OnlineCase(b"a" * 16, "BJ1", "K1", "juzhuzheng", "completed", "", 1, rated=rated, certificate=certificate)
    hand.answered(FoundCases([found]))
    return hand.act(Choose("K1"))


def taking(*, rated: bool = False, language: str = "zh") -> Hand:
    hand = one_case(rated=rated, language=language).act(Choose("certificate"))
    type_pin(hand)
    assert asked(hand) == [WantCertificate("BJ1")]
    return hand


def test_a_card_alone_opens_nothing() -> None:
    hand = one_case().act(Choose("certificate"))
    no_phone(hand)
    assert isinstance(hand.page, Question)
    assert hand.page.question == "pin"
    assert not [effect for effect in hand.effects() if isinstance(effect, AskPlatform | LoadToken)]
    hand.act(Choose("nobody"))
    assert "certificate" in options(hand)


def test_the_link_speaks_the_screens_language() -> None:
    hand = taking(language="en")
    hand.answered(FOUND)
    assert menu(hand).qr == f"{FOUND.link}?lang=en"


def test_the_phone_gets_the_link_and_the_paper_does_not() -> None:
    hand = taking()
    hand.answered(FOUND)
    page = menu(hand)
    assert (page.title, page.qr) == (FOUND.title, FOUND.link)
    assert {fact.value for fact in page.facts} >= {FOUND.code, FOUND.address}
    effect = hand.one(PrintPaper)
    assert isinstance(effect, PrintPaper)
    assert [line.qr for line in effect.paper.lines if line.qr] == [FOUND.address]
    text = "\n".join(line.text for line in effect.paper.lines)
    for shown in (FOUND.title, FOUND.number, FOUND.code, "到窗口打印"):
        assert shown in text
    assert "secret" not in text
    hand.act(Back(), Next())
    assert isinstance(hand.page, Menu)
    assert hand.page.qr, "nobody leaves while it is printed"
    hand.session.printed("confirmed", "")
    hand.act(Next())
    assert menu(hand).title == "评一评"
    hand.act(Back())
    assert "rate" in options(hand), "and it need not be rated"


def test_who_has_rated_is_back_at_the_case() -> None:
    hand = taking(rated=True)
    hand.answered(FOUND)
    hand.session.printed("confirmed", "")
    hand.act(Next())
    assert "certificate" in options(hand)
    hand.act(Choose("certificate"))
    assert asked(hand) == [WantCertificate("BJ1")], "staff looks at a citizen once"


def test_a_slip_that_did_not_come_out_is_printed_again() -> None:
    hand = taking()
    hand.answered(FOUND)
    first = hand.one(PrintPaper)
    hand.act(Choose("print"))
    assert not hand.effects()
    hand.session.printed("failed-clean", "printer.paper-out")
    hand.act(Choose("print"))
    assert hand.one(PrintPaper) == first


def test_a_link_that_ran_out_is_replaced() -> None:
    hand = taking()
    hand.answered(FOUND)
    hand.session.printed("confirmed", "")
    hand.act(Choose("again"))
    assert asked(hand) == []
    hand.wall = NOW.replace(minute=11)
    page = menu(hand)
    assert page.qr == ""
    assert "again" in options(hand)
    hand.act(Choose("again"))
    assert asked(hand) == [WantCertificate("BJ1")]


def test_what_was_proved_and_holds_no_more_is_proved_again() -> None:
    hand = taking()
    hand.not_answered("question.assurance")
    hand.act(Choose("again"))
    assert "certificate" in options(hand)
    hand.act(Choose("certificate"))
    assert asked(hand) == [WantCode()]


def test_where_it_does_not_come_there_is_a_way_on() -> None:
    hand = taking()
    code = "agent.silent"
    hand.not_answered(code)
    assert options(hand) == ["again"]
    hand.act(Choose("again"))
    assert asked(hand) == [WantCertificate("BJ1")]
    hand.not_answered(code)
    hand.act(Back())
    assert "certificate" in options(hand)


def test_none_is_offered_where_none_was_issued() -> None:
    hand = one_case(certificate=False)
    assert "certificate" not in options(hand)
    hand.act(Choose("certificate"))
    assert not hand.effects()


def test_one_that_is_issued_at_once_is_taken_at_once() -> None:
    hand = through(
        Hand("younger", catalogue=CATALOGUE, works=Works(network=True)).open(), "canbao-zhengming",
        {"phone": "13800000018", "recipient": "本人用"},
    )  # fmt: skip
    agreed(hand)
    type_pin(hand)
    hand.effects()
    hand.answered(Done("BJ1", "completed", "已经开好。", 1, b"t" * 16, "https://p.example", FOUND.code))
    assert asked(hand) == [WantCertificate("BJ1")]
    hand.answered(FOUND)
    assert menu(hand).qr == FOUND.link
    hand.session.printed("confirmed", "")
    hand.act(Next())
    assert isinstance(hand.page, Result)
    hand.act(Next())
    assert hand.one(End) == End("submitted")
    assert hand.session.part is None


def test_the_session_may_end_with_the_link_on_the_screen() -> None:
    hand = taking()
    hand.answered(FOUND)
    hand.session.printed("confirmed", "")
    hand.act(actions.Leave())
    assert hand.one(End) == End("left")
    assert hand.session.part is None
