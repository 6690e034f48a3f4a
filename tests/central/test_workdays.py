"""Working days: counted, never skipped, never counted twice."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.workdays import Calendar, CalendarError, china_day, load_calendar

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@given(DAYS, st.integers(0, 120))
def test_what_was_added_is_what_is_left(day: date, count: int) -> None:
    due = Calendar().after(day, count)
    assert Calendar().between(day, due) == count


@given(DAYS, st.integers(1, 60))
def test_a_due_day_is_a_working_day_and_later(day: date, count: int) -> None:
    due = Calendar().after(day, count)
    assert due > day
    assert Calendar().is_working(due)


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_a_clock_that_stood_takes_nothing_away(day: date, before: int, pause: int) -> None:
    """20 days, some used, then a pause: the rest runs on from its end."""
    calendar = Calendar()
    due = calendar.after(day, 40)
    stopped = calendar.after(day, min(before, 40))
    left = calendar.between(stopped, due)
    assert calendar.between(day, stopped) + left == 40
    resumed = stopped + timedelta(days=pause)
    assert calendar.between(resumed, calendar.after(resumed, left)) == left


def test_the_state_councils_days() -> None:
    calendar = Calendar()
    assert not calendar.is_working(date(2025, 10, 1))
    assert calendar.is_working(date(2025, 10, 11))
    assert calendar.after(date(2025, 9, 30), 1) == date(2025, 10, 9)


def test_a_countys_own_days(tmp_path: Path) -> None:
    (tmp_path / "holidays.toml").write_text("off = [2025-10-09]\nwork = [2025-10-12]\n")
    calendar = load_calendar(tmp_path)
    assert calendar.after(date(2025, 9, 30), 2) == date(2025, 10, 11)
    assert calendar.after(date(2025, 9, 30), 3) == date(2025, 10, 12)


@pytest.mark.parametrize("text", ["off = 3", "of = [2025-10-09]", "off = ["])
def test_a_calendar_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "holidays.toml").write_text(text)
    with pytest.raises(CalendarError, match=r"holidays\.toml"):
        load_calendar(tmp_path)


def test_a_day_in_china_begins_before_utcs() -> None:
    assert china_day(16 * 3600 * 1000) == date(1970, 1, 2)
    assert china_day(16 * 3600 * 1000 - 1) == date(1970, 1, 1)
