"""A finger and a mouse draw on the signature's field; what they drew is what is kept and seen."""

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk import actions
from kiosk.pages import Signature
from kiosk.strokes import is_signature, taken
from tests.ui.conftest import Show, Shown
from ui.robot import visible_items
from ui.samples import PAGES

EMPTY, SIGNED = PAGES["signature"], PAGES["signature-signed"]
ORIENTATIONS = ["portrait", "landscape"]
LINE = [(100, 200), (300, 210), (500, 420), (700, 800)]


def field_of(shown: Shown) -> QQuickItem:
    (item,) = [item for item in visible_items(shown.window.contentItem()) if item.objectName() == "field"]
    return item


def at(shown: Shown, x: float, y: float) -> QPoint:
    """Where that place of the field is on the screen."""
    item = field_of(shown)
    return item.mapToScene(QPointF(item.width() * x / 1000, item.height() * y / 1000)).toPoint()


def draw_with_finger(shown: Shown, points: list[tuple[int, int]]) -> None:
    device = QTest.createTouchDevice()
    first, *rest = [at(shown, *point) for point in points]
    QTest.touchEvent(shown.window, device).press(0, first, shown.window).commit()
    for point in rest:
        QTest.touchEvent(shown.window, device).move(0, point, shown.window).commit()
        shown.settle()
    QTest.touchEvent(shown.window, device).release(0, rest[-1], shown.window).commit()


def draw_with_mouse(shown: Shown, points: list[tuple[int, int]]) -> None:
    first, *rest = [at(shown, *point) for point in points]
    QTest.mousePress(shown.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, first)
    for point in rest:
        QTest.mouseMove(shown.window, point)
        shown.settle()
    QTest.mouseRelease(shown.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rest[-1])


def signed(shown: Shown) -> list[list[int]]:
    """What the application heard, as it takes it."""
    (action,) = shown.source.actions
    assert isinstance(action, actions.Sign)
    found = taken(action.strokes)
    assert found is not None
    return found


@pytest.mark.parametrize("draw", [draw_with_finger, draw_with_mouse])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_line_is_what_was_drawn(show: Show, draw: object, orientation: str) -> None:
    assert callable(draw)
    shown = show(EMPTY, orientation)
    draw(shown, LINE)
    (stroke,) = signed(shown)
    assert is_signature([stroke])
    points = list(zip(stroke[::2], stroke[1::2], strict=True))
    for wanted, (x, y) in zip(LINE, [points[0], *points[-3:]], strict=True):
        assert (x, y) == pytest.approx(wanted, abs=6)


def test_a_second_line_comes_to_the_first(show: Show) -> None:
    shown = show(SIGNED)
    assert isinstance(SIGNED, Signature)
    draw_with_finger(shown, LINE)
    assert signed(shown)[:-1] == SIGNED.strokes


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_it_is_seen_and_wiped(show: Show, orientation: str) -> None:
    shown = show(EMPTY, orientation)
    assert isinstance(EMPTY, Signature)
    middle = at(shown, 500, 500)

    def is_dark() -> bool:
        return bool(QColor(shown.window.grabWindow().pixel(middle)).lightness() < 128)

    assert not is_dark()
    shown.show(msgspec.structs.replace(EMPTY, strokes=[[100, 500, 900, 500]]))
    assert is_dark()
    shown.show(EMPTY)
    assert not is_dark()


def test_a_line_is_seen_while_it_is_drawn(show: Show) -> None:
    shown = show(EMPTY)
    device = QTest.createTouchDevice()
    QTest.touchEvent(shown.window, device).press(0, at(shown, 100, 500), shown.window).commit()
    for x in range(200, 1000, 100):
        QTest.touchEvent(shown.window, device).move(0, at(shown, x, 500), shown.window).commit()
        shown.settle()
    assert QColor(shown.window.grabWindow().pixel(at(shown, 500, 500))).lightness() < 128
    assert shown.source.actions == []
    QTest.touchEvent(shown.window, device).release(0, at(shown, 900, 500), shown.window).commit()
    assert len(signed(shown)) == 1


def test_a_finger_that_writes_beside_the_field_stays_in_it(show: Show) -> None:
    shown = show(EMPTY)
    draw_with_finger(shown, [(500, 500), (500, 900), (500, 1300)])
    (stroke,) = signed(shown)
    assert stroke[-2:] == [500, 1000]
