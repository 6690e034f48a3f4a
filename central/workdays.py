"""Working days, in which the law counts an office's time.

The State Council's holidays and make-up days come from the package chinesecalendar; a county adds its own. For years
that the State Council has not announced yet, Monday to Friday are taken: a due date there is corrected when the package
is updated and the case moves on.
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import chinese_calendar
import msgspec

FILE: Final = "holidays.toml"
CHINA_TIME: Final = timezone(timedelta(hours=8))


class CalendarError(Exception):
    """The county's own calendar cannot be used; the message names file, place and what to do."""

    code = "calendar.invalid"


class _OwnDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """off: holidays of the region. work: days that are worked although they would be free."""

    off: list[date] = []
    work: list[date] = []


@dataclass(frozen=True)
class Calendar:
    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        if day in self.off or day in self.work:
            return day in self.work
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5

    def after(self, day: date, count: int) -> date:
        """The count-th working day after `day`, which itself is not counted (行政许可法, 82)."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

    def between(self, day: date, due: date) -> int:
        """How many working days are left after `day`, `due` included; 0 when it has passed."""
        count = 0
        while day < due:
            day += timedelta(days=1)
            count += self.is_working(day)
        return count


def load_calendar(data: Path) -> Calendar:
    """With the county's own days from holidays.toml in the data folder, when there is one. Raises CalendarError."""
    path = data / FILE
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _OwnDays)
    except FileNotFoundError:
        return Calendar()
    except (OSError, ValueError) as error:
        raise CalendarError(f"{path}: {error}; it holds off = [2027-04-05, …] and work = […]") from error
    return Calendar(frozenset(found.off), frozenset(found.work))


def china_day(ms: int) -> date:
    """The day in China of a moment in Unix milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(CHINA_TIME).date()
