"""What has to be signed is signed, by whom it says, and nothing of it stays behind."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.actions import Agree, Answer, Back, Choose, Leave, Next, Open, Sign
from kiosk.aside import packed
from kiosk.effects import OpenCard, SaveDraft, Submit, SubmitAll, TryPin
from kiosk.pages import Consent, Menu, NotEligible, Question, Result, Review, Signature, Working
from kiosk.receipt import Submitted
from kiosk.services.bundle import Part
from kiosk.services.catalogue import Catalogue
from kiosk.services.signed import PROMISE, PROMISE_VERSION
from kiosk.states import QUEUED
from kiosk.strokes import is_signature, taken
from offline_cache import bodies
from offline_cache.bodies import MAX_POINTS, MAX_STROKES, SCALE
from tests.kiosk.test_bundles import flow
from tests.kiosk.test_matrix import answer
from tests.kiosk.world import NAME, NOW, Hand, built_in, card_of

CATALOGUE = built_in()
CASE = Submitted("K0001-000002-F", 1_795_400_000_000, b"t" * 16, b"d" * 32, b"s" * 64, "http://platform.example")
NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-5000, 5000)
ANSWERS = {"material-income_proof": "promise", "income": "300"}


def to_the_field(hand: Hand, service: str = "dibao", wanted: dict[str, str] = ANSWERS) -> Hand:
    """From the services to the signature, or to what is there instead."""
    hand.act(Choose(service), Next())
    while isinstance(hand.page, Question):
        application = hand.session.application
        assert application is not None
        assert application.question is not None
        given_value = wanted.get(application.question.id, "")
        hand.act(Answer(answer(application.question, given_value, NOW.date())), Next())
    assert isinstance(hand.page, Review), hand.page
    hand.act(Next())
    while isinstance(hand.page, Consent):
        hand.act(Agree(True), Next())
    return hand


def opened(person: str = "younger", catalogue: Catalogue = CATALOGUE) -> Hand:
    return Hand(person, catalogue=catalogue).open()


def field(hand: Hand) -> Signature:
    page = hand.page
    assert isinstance(page, Signature), page
    return page


def submit(hand: Hand) -> Submit:
    effect = hand.one(Submit)
    assert isinstance(effect, Submit)
    return effect


def test_what_is_signed_goes_with_the_case_and_with_nothing_else() -> None:
    hand = to_the_field(opened())
    page = field(hand)
    assert "收入和财产" in page.text
    assert "收入证明" in page.text
    assert page.next_label == ""
    hand.act(Next(), Sign([[10, 10, 20, 10]]))
    assert field(hand).next_label == "", "a touch is no name"
    hand.act(Sign(NAME))
    assert field(hand).strokes == NAME
    assert field(hand).next_label
    application = hand.session.application
    assert application is not None
    hand.act(Sign([]))
    assert field(hand).strokes == []
    hand.act(Sign(NAME), Next())
    assert isinstance(hand.page, Working)
    assert b"\xcd\x03\x0c" not in packed(application), "780 is nowhere in what is put aside"
    handed = submit(hand)
    version = str(CATALOGUE.flows["dibao"].service.version)
    assert handed.signature == bodies.Signature({"dibao": version, PROMISE: PROMISE_VERSION}, NAME)
    for draft in (effect for effect in hand.performed if isinstance(effect, SaveDraft)):
        assert "signature" not in str(msgspec.to_builtins(draft.answers))
    hand.session.submitted(CASE, QUEUED)
    assert isinstance(hand.page, Result)


def test_without_own_text_or_promise_nothing_is_signed() -> None:
    hand = opened("elder").act(Choose("gaoling-jintie")).answer_all().act(Next(), Agree(True), Next())
    assert submit(hand).signature is None


def test_a_promise_alone_is_signed() -> None:
    hand = to_the_field(opened(), "yidi-jiuyi-beian", {f"material-{name}": "promise" for name in promised()})
    assert "我承诺" in field(hand).text
    hand.act(Sign(NAME), Next())
    signature = submit(hand).signature
    assert signature is not None
    assert signature.texts == {PROMISE: PROMISE_VERSION}


def promised() -> list[str]:
    return [one.id for one in CATALOGUE.flows["yidi-jiuyi-beian"].service.materials if "promise" in one.ways]


def test_after_a_changed_answer_it_is_signed_anew() -> None:
    hand = to_the_field(opened()).act(Sign(NAME), Back())
    assert isinstance(hand.page, Review)
    hand.act(Next())
    while isinstance(hand.page, Consent):
        hand.act(Agree(True), Next())
    assert field(hand).strokes == []


def test_tried_again_after_a_failure_it_is_the_same() -> None:
    hand = to_the_field(opened()).act(Sign(NAME), Next())
    first = submit(hand)
    hand.session.failed("storage.disk")
    hand.act(Next())
    assert submit(hand) == first


def test_who_cannot_write_is_attested_by_staff() -> None:
    hand = to_the_field(opened()).act(Choose("cannot"))
    assert isinstance(hand.page, Menu)
    hand.act(Back())
    assert field(hand).strokes == []
    hand.act(Choose("cannot"), Choose("staff"))
    assert isinstance(hand.page, Question)
    assert hand.page.question == "pin"
    hand.act(Back())
    field(hand)
    hand.act(Choose("cannot"), Choose("staff"))
    for digit in "274951":
        hand.act(Answer(hand.page.value + digit))
    hand.act(Next())
    assert hand.one(TryPin) == TryPin("274951")
    hand.session.pin_tried(accepted=True, wait_s=0.0)
    signature = submit(hand).signature
    assert signature is not None
    assert signature.attested
    assert signature.strokes == []


def test_where_no_staff_are_there_is_a_way_on() -> None:
    hand = to_the_field(opened()).act(Choose("cannot"), Choose("nobody"))
    page = hand.page
    assert isinstance(page, NotEligible)
    assert all(fact.value for fact in page.facts)


def test_what_is_urgent_waits_for_nobody() -> None:
    hand = to_the_field(opened(), "linshi-jiuzhu", {"event": "illness", "urgency": "today"})
    hand.act(Choose("cannot"))
    assert isinstance(hand.page, Menu)
    assert "以后补" in hand.page.options[1].label
    hand.act(Choose("nobody"))
    signature = submit(hand).signature
    assert signature is not None
    assert (signature.strokes, signature.attested) == ([], False)


def test_a_helper_signs_their_own_name() -> None:
    hand = opened("younger").act(Open("agent"))
    hand.effects()
    assert hand.session.owner_laid(card_of("elder"))
    hand.one(OpenCard)
    hand.session.opened(0, None)
    to_the_field(hand)
    assert "代办人自己的名字" in field(hand).hint
    assert "李建国" not in str(msgspec.to_builtins(hand.page))
    hand.act(Sign(NAME), Next())
    assert submit(hand).agent


def test_in_a_bundle_one_signature_stands_for_all_that_want_it() -> None:
    made = flow(Part(id="allowance", service="dibao"), Part(id="call", service="huidian"))
    catalogue = Catalogue(CATALOGUE.region, {**CATALOGUE.flows, "b": made}, [])
    hand = to_the_field(opened(catalogue=catalogue), "b", {**ANSWERS, "allowance__income": "300"})
    hand.act(Sign(NAME), Next())
    effect = hand.one(SubmitAll)
    assert isinstance(effect, SubmitAll)
    first, call = effect.parts
    assert first.signature is not None
    assert first.signature.strokes == NAME
    assert "dibao" in first.signature.texts
    assert call.signature is None


def test_nothing_of_it_is_left_at_the_end() -> None:
    hand = to_the_field(opened()).act(Sign(NAME), Leave())
    assert hand.session.application is None
    assert hand.session.part is None


# -- what the screen sends --


@given(st.lists(st.lists(NUMBERS, max_size=60).map(lambda one: one[: len(one) // 2 * 2]), max_size=90))
def test_strokes_are_bounded_and_the_journal_takes_them(raw: list[list[float]]) -> None:
    found = taken(raw)
    assert found is not None
    assert len(found) <= MAX_STROKES
    assert all(0 <= number <= SCALE and isinstance(number, int) for stroke in found for number in stroke)
    assert taken(found) == found, "what comes back from the page is not changed again"
    kept = bodies.Signature({"a": "1"}, found)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(kept), type=bodies.Signature) == kept
    is_signature(found)


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=70), st.integers(0, SCALE))
def test_many_points_are_thinned_out(lengths: list[int], number: int) -> None:
    raw = [[number, SCALE] * (length - 1) + [0, 0] for length in lengths]
    found = taken(raw)
    assert found is not None
    assert sum(map(len, found)) <= 2 * MAX_POINTS
    assert len(msgspec.msgpack.encode(bodies.Signature({"a": "1"}, found))) < 20_000
    for before, after in zip(raw, found, strict=False):
        assert (after[:2], after[-2:]) == (before[:2], before[-2:])


@pytest.mark.parametrize(
    "raw",
    [None, 5, "1,2", [[1]], [[1, 2, 3]], [["1", "2"]], [[None, 1]], [[True, 1]], [1, 2], [[[1, 2]]],
     [[float("nan"), 1]], [[float("inf"), 1]]],
)  # fmt: skip
def test_what_is_no_stroke_changes_nothing(raw: object) -> None:
    assert taken(raw) is None
    hand = to_the_field(opened()).act(Sign(NAME), Sign(raw))
    assert field(hand).strokes == NAME


@pytest.mark.parametrize(
    "strokes", [[], [[500, 500]], [[0, 500, 1000, 500]], [[0, 0, 100, 100]], [[500, 0, 500, 1000]]]
)
def test_a_touch_or_a_swipe_is_no_signature(strokes: list[list[int]]) -> None:
    assert not is_signature(strokes)
