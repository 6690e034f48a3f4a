"""Papers by phone: the QR code is shown, what arrives is counted, nobody is stuck, and the case names what was sent."""

import gc
import weakref

import pytest

from kiosk.actions import Action, Agree, Answer, Back, Change, Choose, Leave, Next
from kiosk.aside import packed, unpacked
from kiosk.cli.online import upload_address
from kiosk.effects import AskPlatform, SaveDraft, Submit, SubmitAll, Tell
from kiosk.online import Done, FoundUpload, WantArrived, WantDone, Wanted, WantUpload
from kiosk.pages import AnyPage, CaseRow, Consent, Menu, NotEligible, Question, Review, Services, Working
from kiosk.parts.sending import LOOK_S, Sending
from kiosk.services.bundle import Bundle, BundleFlow, Part
from kiosk.services.catalogue import Catalogue
from kiosk.services.definition import Alternative, Alternatives, Choice, Material, Service
from kiosk.services.definition import Consent as ConsentText
from kiosk.services.definition import Question as Asked
from kiosk.services.flow import Flow
from kiosk.session_state import PHONE_IDLE_S, WARNING_S, At
from kiosk.setting import Works
from offline_cache.bodies import Supplement
from tests.kiosk.world import Hand, built_in

REGION = built_in().region
ELSEWHERE = Alternative(reason="不行", where="窗口", when="上班", bring="身份证", contact="12345")
MATERIALS = Alternative(reason="交不了", where="窗口", when="上班", bring="户口簿", contact="12345")
BOOK = Material(id="book", name="户口簿", ways=["phone", "later"], days=5)
PHOTO = Material(id="photo", name="照片", ways=["phone", "promise", "later"], days=5)
ADDRESS = "https://platform.example/u/TOKEN"
ONLINE = Works(network=True, upload=True)


def service(name: str, *materials: Material, **changes: object) -> Service:
    given = {
        "eligibility": [], "mode": "queue", "questions": [
            Asked(id="kind", kind="choice", ask="哪种？", label="哪种", help="选一个", reuse="kind",
                  options=[Choice(value="a", label="甲"), Choice(value="b", label="乙")]),
        ],
    }  # fmt: skip
    return Service(
        format=1, service=name, version=1, name=name, type="20", office="镇", counter="township", summary="s",
        about="a", minutes=5, fee="不收费", limit="20天", materials=list(materials),
        consents=[ConsentText(id="data", version="1", text="同意")],
        alternatives=Alternatives(elsewhere=ELSEWHERE, materials=MATERIALS), next_steps=["等电话"],
        **{**given, **changes},
    )  # fmt: skip


def bundle(*services: str) -> Bundle:
    return Bundle(
        format=1, bundle="both", version=1, name="一件事", office="镇", counter="township", summary="s", about="a",
        minutes=5, fee="不收费", limit="20天", eligibility=[], questions=[],
        parts=[Part(id=f"p{at}", service=name) for at, name in enumerate(services)],
        alternatives=Alternatives(elsewhere=ELSEWHERE), next_steps=["等电话"],
    )  # fmt: skip


def flows() -> dict[str, Flow]:
    single = Material(id="only", name="原件照片", ways=["phone"])
    made = {
        one.service: Flow(one, REGION.numbers)
        for one in (
            service("one", BOOK),
            service("two", BOOK, PHOTO),
            service("single", single),
            service("now", BOOK, mode="online", act="report"),
        )
    }
    return {**made, "both": BundleFlow(bundle("one", "two"), made, REGION.numbers)}


def hand_of(works: Works = ONLINE) -> Hand:
    return Hand(catalogue=Catalogue(REGION, flows(), []), works=works).open()


def begun(hand: Hand, name: str = "one") -> Hand:
    """From the services to where the questions end; papers are sent by phone."""
    hand.act(Choose(name), Next())
    return answered_all(hand)


def answered_all(hand: Hand) -> Hand:
    while isinstance(hand.page, Question):
        hand.act(Answer(hand.page.options[0].value), Next())
    return hand


def shown(hand: Hand) -> AnyPage:
    """The page; a function, so that nobody takes it for what it was."""
    return hand.page


def menu(hand: Hand) -> Menu:
    page = shown(hand)
    assert isinstance(page, Menu)
    return page


def asked(hand: Hand) -> Wanted:
    effect = hand.one(AskPlatform)
    assert isinstance(effect, AskPlatform)
    return effect.wanted


def opened(hand: Hand, files: int = 0) -> bytes:
    """The QR code is shown; the upload's id."""
    assert isinstance(shown(hand), Working)
    wanted = asked(hand)
    assert isinstance(wanted, WantUpload)
    hand.answered(FoundUpload(files, 1800, ADDRESS))
    assert menu(hand).qr == ADDRESS
    return wanted.upload


def ticked(hand: Hand, seconds: float = LOOK_S) -> Hand:
    hand.now += seconds
    hand.session.tick()
    return hand


def arrive(hand: Hand, files: int) -> Hand:
    """The next question about it is answered so."""
    ticked(hand)
    assert isinstance(asked(hand), WantArrived)
    hand.answered(FoundUpload(files, 1700))
    return hand


def sent(hand: Hand, files: int = 1) -> bytes:
    """The whole way through the part."""
    upload = opened(hand)
    arrive(hand, files).act(Next())
    assert asked(hand) == WantArrived(upload, "keep")
    hand.answered(FoundUpload(files, 1700))
    return upload


def handed_in(hand: Hand) -> Hand:
    assert isinstance(shown(hand), Review), shown(hand)
    hand.act(Next())
    while isinstance(shown(hand), Consent):
        hand.act(Agree(True), Next())
    return hand


def submit(hand: Hand) -> Submit:
    effect = handed_in(hand).one(Submit)
    assert isinstance(effect, Submit)
    return effect


def test_what_was_sent_goes_with_the_case() -> None:
    hand = begun(hand_of())
    upload = sent(hand, 2)
    effect = submit(hand)
    assert effect.materials == {"book": "phone"}
    assert effect.uploads == {"book": upload}
    assert len(upload) == 16


def test_the_page_tells_what_to_do_and_what_has_arrived() -> None:
    hand = begun(hand_of())
    opened(hand)
    page = menu(hand)
    assert page.title == "用手机传：户口簿"
    assert len(page.qr_hint.splitlines()) == 4
    assert (page.next_label, page.text) == ("", "还没有收到照片。")
    arrive(hand, 2)
    assert (menu(hand).next_label, menu(hand).text) == ("下一步", "已经收到 2 张。")
    arrive(hand, 0)
    assert menu(hand).next_label == "", "they were taken back on the phone"


def test_the_phones_page_goes_on_in_the_screens_language() -> None:
    spoken = {"en": Catalogue(REGION, flows(), [])}
    hand = begun(Hand(catalogue=Catalogue(REGION, flows(), [], spoken), works=ONLINE, language="en").open())
    assert isinstance(asked(hand), WantUpload)
    hand.answered(FoundUpload(0, 1800, ADDRESS))
    assert menu(hand).qr == f"{ADDRESS}?lang=en"


def test_one_question_at_a_time() -> None:
    hand = begun(hand_of())
    opened(hand)
    ticked(hand, 1.0)
    assert not hand.effects(), "not before its time"
    ticked(hand)
    assert isinstance(asked(hand), WantArrived)
    for _ in range(20):
        ticked(hand, 1.0)
    hand.act(Choose("arrived"))
    assert not hand.effects(), "the last one is not answered yet"
    hand.answered(FoundUpload(0, 1700))
    hand.act(Choose("arrived"))
    assert isinstance(asked(hand), WantArrived), "a tap does not wait"
    assert "按“发送”" in menu(hand).text


def test_nothing_goes_on_before_something_arrived() -> None:
    hand = begun(hand_of())
    opened(hand)
    before = shown(hand)
    hand.act(Next(), Answer("x"), Choose("nothing"), Change("kind"))
    assert shown(hand) == before
    assert not hand.effects()


def test_what_was_taken_back_at_the_last_moment_does_not_count() -> None:
    hand = begun(hand_of())
    opened(hand)
    arrive(hand, 1).act(Choose("arrived"))
    assert isinstance(shown(hand), Working)
    hand.answered(FoundUpload(0, 1700))
    assert menu(hand).next_label == ""


@pytest.mark.parametrize("action", [Back(), Leave()])
def test_who_does_not_wait_is_not_pulled_on(action: Action) -> None:
    hand = begun(hand_of())
    opened(hand)
    arrive(hand, 1).act(Next(), action)
    there = shown(hand)
    hand.answered(FoundUpload(1, 1700))
    assert shown(hand) == there


def test_another_way_is_asked_for_anew() -> None:
    hand = begun(hand_of())
    upload = opened(hand)
    hand.act(Choose("other"))
    assert asked(hand) == WantArrived(upload, "drop")
    page = shown(hand)
    assert isinstance(page, Question)
    assert (page.question, page.value) == ("material-book", "")
    hand.act(Answer("later"), Next())
    assert submit(hand).uploads == {}


def test_back_leads_to_the_question_and_again_to_the_same_upload() -> None:
    hand = begun(hand_of())
    upload = opened(hand)
    arrive(hand, 2).act(Back())
    page = shown(hand)
    assert isinstance(page, Question)
    assert (page.question, page.value) == ("material-book", "phone")
    hand.act(Next())
    assert opened(hand, files=2) == upload
    assert menu(hand).next_label == "下一步", "nothing is sent twice"


def test_from_the_review_another_way_can_be_chosen_and_taken_back() -> None:
    hand = begun(hand_of())
    upload = sent(hand)
    hand.act(Change("material-book"), Answer("later"), Next())
    assert isinstance(shown(hand), Review)
    hand.act(Change("material-book"), Answer("phone"), Next())
    assert submit(hand).uploads == {"book": upload}, "it is there already"


def test_where_there_is_no_other_way_it_is_said_what_to_do() -> None:
    hand = begun(hand_of(), "single")
    opened(hand)
    hand.act(Choose("other"))
    page = shown(hand)
    assert isinstance(page, NotEligible)
    assert page.reason == "交不了"
    hand.act(Next())
    assert isinstance(shown(hand), Services)


def test_without_the_platform_it_is_not_offered() -> None:
    hand = hand_of(Works(network=False))
    begun(hand)
    assert isinstance(shown(hand), Review)
    assert submit(hand).materials == {"book": "later"}


def test_an_upload_that_cannot_be_opened_is_tried_again() -> None:
    hand = begun(hand_of())
    first = asked(hand)
    hand.not_answered("agent.silent")
    page = menu(hand)
    assert "agent.silent" in page.text
    assert [option.value for option in page.options] == ["again", "other"]
    ticked(hand, 60)
    assert not hand.effects(), "only when it is wanted"
    hand.act(Choose("again"))
    assert asked(hand) == first
    hand.not_answered("agent.silent")
    hand.act(Choose("other"))
    assert isinstance(shown(hand), Question)


def test_the_network_goes_in_the_middle_and_comes_again() -> None:
    hand = begun(hand_of())
    opened(hand)
    arrive(hand, 1)
    ticked(hand).effects()
    hand.not_answered("agent.silent")
    assert "正在重试" in menu(hand).text
    assert menu(hand).next_label == "下一步", "what arrived, arrived"
    arrive(hand, 3)
    assert menu(hand).text == "已经收到 3 张。"


def test_what_was_sent_counts_when_the_network_is_gone_afterwards() -> None:
    hand = begun(hand_of())
    upload = opened(hand)
    arrive(hand, 1)
    hand.works = Works()
    hand.act(Next()).effects()
    hand.not_answered("agent.silent")
    assert isinstance(shown(hand), Review)
    hand.session.tick()
    effect = submit(hand)
    assert (effect.materials, effect.uploads) == ({"book": "phone"}, {"book": upload})


def test_a_code_that_is_too_old_is_made_anew() -> None:
    hand = begun(hand_of())
    upload = opened(hand)
    ticked(hand).effects()
    hand.answered(FoundUpload(1, 0))
    assert asked(hand) == WantUpload(upload, "户口簿")
    assert menu(hand).qr == ADDRESS, "meanwhile the page stays"
    hand.answered(FoundUpload(1, 1800, f"{ADDRESS}2"))
    assert (menu(hand).qr, menu(hand).text) == (f"{ADDRESS}2", "已经收到 1 张。")


def test_who_photographs_is_not_thrown_out() -> None:
    hand = begun(hand_of())
    opened(hand)
    for at in (1, 2, 3):
        ticked(hand, PHONE_IDLE_S - 20).effects()
        hand.answered(FoundUpload(at, 1700))
        assert hand.session.warning is None
    assert isinstance(hand.session.part, Sending)


def test_who_went_away_is_not_waited_for() -> None:
    hand = begun(hand_of())
    opened(hand)
    arrive(hand, 1)
    assert hand.session.warning is None
    ticked(hand, PHONE_IDLE_S)
    assert hand.session.warning is not None
    ticked(hand, WARNING_S)
    assert hand.session.at is At.ENDED


def test_after_the_end_nothing_is_left_and_the_pictures_are_given_up() -> None:
    hand = begun(hand_of())
    upload = sent(hand)
    hand.effects()
    gone = weakref.ref(hand.session.application)
    hand.act(Leave(), Choose("drop"))
    wanted = [effect.wanted for effect in hand.effects() if isinstance(effect, AskPlatform)]
    assert WantArrived(upload, "drop") in wanted
    assert hand.session.at is At.ENDED
    hand.performed.clear()
    gc.collect()
    assert gone() is None


def test_in_the_middle_of_sending_the_session_ends_and_an_answer_reaches_nobody() -> None:
    hand = begun(hand_of())
    opened(hand)
    ticked(hand).effects()
    hand.act(Leave(), Choose("drop"))
    assert hand.session.part is None
    hand.answered(FoundUpload(1, 1700))
    assert hand.session.part is None


def test_a_draft_keeps_where_it_was_sent_to() -> None:
    hand = begun(hand_of())
    upload = opened(hand)
    application = hand.session.application
    assert application is not None
    draft = [effect for effect in hand.performed if isinstance(effect, SaveDraft)][-1]
    assert draft.answers["upload-material-book"] == upload.hex()
    taken = unpacked(packed(application))
    assert taken is not None
    assert dict(taken.answers) == draft.answers
    again = hand_of()
    again.session.draft = taken
    again.session.applying.resume(taken)
    answered_all(again)
    assert opened(again, files=1) == upload
    again.act(Next()).effects()
    again.answered(FoundUpload(1, 1700))
    effect = submit(again)
    assert effect.uploads == {"book": upload}
    assert not [name for name in effect.answers if name.startswith("upload")]


def test_of_a_bundle_each_case_names_its_own() -> None:
    hand = begun(hand_of(), "both")
    book = sent(hand)
    photo = sent(hand)
    assert book != photo
    effect = handed_in(hand).one(SubmitAll)
    assert isinstance(effect, SubmitAll)
    assert [part.uploads for part in effect.parts] == [{"book": book}, {"book": book, "photo": photo}], "sent once"


def test_an_online_act_names_it_too() -> None:
    hand = begun(hand_of(), "now")
    upload = sent(hand)
    wanted = asked(handed_in(hand))
    assert isinstance(wanted, WantDone)
    assert wanted.submit.uploads == {"book": upload}
    hand.answered(Done("BJ1", "completed", "好了", 1_795_400_000_000, b"t" * 16, "http://platform.example"))
    hand.act(Next())
    hand.session.printed("confirmed", "")
    hand.act(Next())
    drops = [effect for effect in hand.effects() if isinstance(effect, AskPlatform)]
    assert not drops, "what belongs to a case is not given up"


def row(kind: str = "returned") -> CaseRow:
    return CaseRow(
        service="低保", number="K0001-000002-F", platform_number="BJ1", submitted="", state="补正", text="请补户口簿",
        position=7, entry_id=(b"a" * 16).hex(), kind=kind,
    )  # fmt: skip


def supplementing(works: Works) -> Hand:
    hand = hand_of(works)
    hand.session.cases_loaded([row()])
    hand.effects()
    return hand.act(Choose("K0001-000002-F"), Choose("supplement"))


def test_what_the_office_asks_for_is_sent_by_phone() -> None:
    hand = supplementing(ONLINE)
    hand.act(Choose("way:phone"))
    upload = opened(hand)
    assert menu(hand).title == "用手机传：补交的材料"
    hand.act(Choose("other"))
    assert menu(hand).options[0].value == "way:phone"
    hand.act(Choose("way:phone"))
    assert sent(hand) == upload
    effect = hand.one(Tell)
    assert isinstance(effect, Tell)
    assert effect.body == Supplement(b"a" * 16, {"way": "phone"}, upload=upload)
    hand.session.told()
    assert "交上" in menu(hand).text


def test_offline_what_the_office_asks_for_goes_other_ways() -> None:
    hand = supplementing(Works())
    assert "way:phone" not in [option.value for option in menu(hand).options]
    before = shown(hand)
    hand.act(Choose("way:phone"))
    assert shown(hand) == before


def test_the_address_is_the_platforms_public_one() -> None:
    assert upload_address("https://p.example/", b"\xff" * 32) == f"https://p.example/u/{'_' * 42}8"
