"""Every page, upright and across: nothing cut, nothing too small, every tap does what it says."""

import itertools

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk import actions
from kiosk.actions import Action
from kiosk.pages import Question, Review
from kiosk.saying import CHINESE, tables
from tests.kiosk.words import is_chinese
from tests.ui.conftest import PX_PER_MM, Show, Shown
from ui.gallery import spoken
from ui.robot import is_text, visible_items
from ui.samples import PAGES, TECHNICIANS, WARNING

ORIENTATIONS = ["portrait", "landscape"]
EVERY_PAGE = [
    (name, orientation, language)
    for name, orientation, language in itertools.product(PAGES, ORIENTATIONS, [CHINESE, *tables()])
    if language == CHINESE or name not in TECHNICIANS
]


def buttons(shown: Shown) -> list[QQuickItem]:
    found = visible_items(shown.window.contentItem())
    return [item for item in found if item.property("primary") is not None]


def texts(shown: Shown) -> list[QQuickItem]:
    found = visible_items(shown.window.contentItem())
    return [item for item in found if is_text(item)]


def place(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def tap(shown: Shown, name: str) -> list[Action]:
    """A real touch; what the application heard."""
    (item,) = [item for item in visible_items(shown.window.contentItem()) if item.objectName() == name]
    centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
    device = QTest.createTouchDevice()
    QTest.touchEvent(shown.window, device).press(0, centre, shown.window).commit()
    QTest.touchEvent(shown.window, device).release(0, centre, shown.window).commit()
    heard, shown.source.actions = shown.source.actions, []
    return heard


@pytest.mark.parametrize(("name", "orientation", "language"), EVERY_PAGE)
def test_each_page_is_whole(show: Show, name: str, orientation: str, language: str) -> None:
    """Nothing is cut off, nothing needs scrolling, buttons are for fingers."""
    shown = show(spoken(PAGES[name], language), orientation, language=language)
    nothing_is_cut_off(shown)
    nothing_scrolls(shown)
    buttons_are_for_fingers(shown)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_what_does_not_fit_is_reached_by_a_button(show: Show, orientation: str) -> None:
    long = PAGES["review"]
    assert isinstance(long, Review)
    shown = show(replace(long, facts=[replace(fact, question="") for fact in long.facts] * 6 + long.facts), orientation)
    last = f"change-{long.facts[-1].question}"
    for _ in range(20):
        (button,) = [one for one in buttons(shown) if one.objectName() == "onward"]
        if button.property("text").startswith("▲"):
            break
        assert not tap(shown, "onward"), "only the page moves"
    assert tap(shown, last) == [actions.Change(long.facts[-1].question)]
    tap(shown, "onward")
    (button,) = [one for one in buttons(shown) if one.objectName() == "onward"]
    assert button.property("text").startswith("▼")


def nothing_is_cut_off(shown: Shown) -> None:
    window = QRectF(0, 0, shown.window.width(), shown.window.height())
    for item in texts(shown):
        assert item.property("contentWidth") <= item.width() + 1, item.property("text")
        assert item.property("contentHeight") <= item.height() + 1, item.property("text")
        assert not item.property("truncated"), item.property("text")
        assert window.contains(place(item)), item.property("text")


def nothing_scrolls(shown: Shown) -> None:
    for item in visible_items(shown.window.contentItem()):
        if item.inherits("QQuickFlickable"):
            assert item.property("contentHeight") <= item.height() + 1


def buttons_are_for_fingers(shown: Shown) -> None:
    window = QRectF(0, 0, shown.window.width(), shown.window.height())
    found = buttons(shown)
    assert found
    for button in found:
        assert min(button.width(), button.height()) >= 20 * PX_PER_MM - 1, button.objectName()
        assert window.contains(place(button)), button.objectName()
    for one, other in itertools.combinations(found, 2):
        apart = 3 * PX_PER_MM / 2 - 1
        grown = place(one).adjusted(-apart, -apart, apart, apart)
        assert not grown.intersects(place(other).adjusted(-apart, -apart, apart, apart)), (
            one.objectName(),
            other.objectName(),
        )


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_the_fixed_places_stay_where_they_are(show: Show, orientation: str) -> None:
    seen = set()
    shown = show(PAGES["welcome"], orientation)
    for page in PAGES.values():
        shown.show(page)
        seen.add(
            tuple(
                (button.objectName(), place(button).getRect())
                for button in buttons(shown)
                if button.objectName() in ("back", "help", "leave", "next")
            )
        )
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("page", "name", "heard"),
    [
        ("services-all", "tile-gaoling-jintie", actions.Choose("gaoling-jintie")),
        ("services-all", "resume", actions.Resume()),
        ("services-all", "cases", actions.ShowCases()),
        ("services", "search", actions.Open("search")),
        ("services", "agent", actions.Open("agent")),
        ("welcome", "typed", actions.Open("typed")),
        ("typed", "digit-X", actions.Answer("519901196209050X")),
        ("leaving", "choose-keep", actions.Choose("keep")),
        ("search", "key-g", actions.Key("g")),
        ("search", "key-delete", actions.Key("delete")),
        ("search", "row-event:1", actions.Choose("event:1")),
        ("help", "choose-call", actions.Choose("call")),
        ("help", "choose-huidian", actions.Choose("huidian")),
        ("welcome", "language-en", actions.Speak("en")),
        ("services-many", "language-en", actions.Speak("en")),
        ("services", "leave", actions.Leave()),
        ("guide", "next", actions.Next()),
        ("guide", "back", actions.Back()),
        ("question-choice", "option-bank", actions.Answer("bank")),
        ("question-digits", "digit-7", actions.Answer("7")),
        ("question-error", "digit-delete", actions.Answer("622202020011223344")),
        ("review", "change-phone", actions.Change("phone")),
        ("consent", "agree", actions.Agree(True)),
        ("signature-signed", "clear", actions.Sign([])),
        ("signature", "choose-cannot", actions.Choose("cannot")),
        ("not-eligible", "print", actions.Print()),
        ("not-eligible", "print-with-answers", actions.Print(with_answers=True)),
        ("result-failed", "print", actions.Print()),
        ("result-unknown", "came-out-yes", actions.CameOut(True)),
        ("result-unknown", "came-out-no", actions.CameOut(False)),
        ("problem", "next", actions.Next()),
        ("question-text", "candidate-号", actions.Pick("号")),
        ("question-text", "candidate-more", actions.Pick("")),
        ("question-text", "key-a", actions.Key("a")),
        ("cases", "open-0", actions.Choose("K0001-000010-B")),
        ("case", "choose-supplement", actions.Choose("supplement")),
        ("cases-copy", "reprint-0", actions.Reprint(12)),
        ("cases-copy", "came-out-no", actions.CameOut(False)),
        ("welcome", "place", actions.Knock()),
        ("pin", "digit-4", actions.Answer("●●●4")),
        ("pin", "digit-delete", actions.Answer("●●")),
        ("overview", "row-printer-1", actions.Choose("printer")),
        ("device", "restart", actions.Restart()),
        ("device", "next", actions.Next()),
    ],
)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_each_tap_does_what_it_says(show: Show, page: str, name: str, heard: Action, orientation: str) -> None:
    assert tap(show(PAGES[page], orientation), name) == [heard]


@pytest.mark.parametrize("name", ["result-failed", "result-no-paper"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_number_without_paper_is_read_from_afar(show: Show, name: str, orientation: str) -> None:
    """Capitals of 12 mm."""
    shown = show(PAGES[name], orientation)
    (number,) = [item for item in texts(shown) if item.objectName() == "number"]
    font = QFontMetricsF(number.property("font"))
    assert number.property("contentHeight") * font.capHeight() / font.height() >= 12 * PX_PER_MM
    assert number.property("lineCount") == 1


@pytest.mark.parametrize(
    ("page", "name"),
    [("welcome", "next"), ("welcome", "leave"), ("welcome", "back"), ("consent", "next"), ("working", "leave")],
)
def test_dead_places_are_dead(show: Show, page: str, name: str) -> None:
    assert tap(show(PAGES[page]), name) == []


def test_help_is_over_the_page_and_goes_away(show: Show) -> None:
    shown = show(PAGES["question-digits"])
    assert tap(shown, "help") == []
    shown.settle()
    assert any("12345" in item.property("text") for item in texts(shown))
    assert tap(shown, "help-close") == []
    shown.settle()
    assert not any("12345" in item.property("text") for item in texts(shown))


def test_the_warning_is_answered_by_one_tap(show: Show) -> None:
    shown = show(PAGES["services"], warning=WARNING)
    assert tap(shown, "stay") == [actions.Stay()]


def test_a_warning_covers_the_page(show: Show) -> None:
    shown = show(PAGES["services"], warning=WARNING)
    assert actions.Choose("gaoling-jintie") not in tap(shown, "tile-gaoling-jintie")


def test_a_question_keeps_its_page_while_its_answer_changes(show: Show) -> None:
    shown = show(PAGES["question-digits"])
    changes: list[str] = []
    shown.model.pageChanged.connect(lambda: changes.append("page"))
    shown.model.dataChanged.connect(lambda: changes.append("data"))
    page = PAGES["question-error"]
    assert isinstance(page, Question)
    shown.show(page)
    assert changes == ["data"]
    assert any("6222 0202" in item.property("text") for item in texts(shown))


def test_every_button_has_a_name_for_those_who_cannot_see(show: Show) -> None:
    from PySide6.QtQml import QQmlProperty, qmlContext

    shown = show(PAGES["services-all"])
    for button in buttons(shown):
        assert QQmlProperty.read(button, "Accessible.name", qmlContext(button)), button.objectName()


def test_the_language_changes_on_the_screen_without_a_restart(show: Show) -> None:
    shown = show(PAGES["guide"])
    assert {"返回", "王** 正在办理"} <= {item.property("text") for item in texts(shown)}
    shown.show(spoken(PAGES["guide"], "en"), "en")
    said = [item.property("text") for item in texts(shown)]
    assert {"Back", "Help", "Leave", "Start", "In use by 王**"} <= set(said)
    assert [text for text in said if is_chinese(text.replace("王", ""))] == []
    shown.show(PAGES["guide"])
    assert {"返回", "王** 正在办理"} <= {item.property("text") for item in texts(shown)}


def test_a_page_of_another_language_is_in_it_from_the_first_frame(show: Show) -> None:
    shown = show(spoken(PAGES["question-digits"], "en"), language="en")
    assert {"Delete", "Next", "Old-age allowance　Step 2 of 5"} <= {item.property("text") for item in texts(shown)}
