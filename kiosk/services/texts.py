"""Fills a definition's texts with the region's values and the citizen's dates. Pure.

`{region.office}` is a value of the region; `{turns[80]}` the day on which the card's holder turns 80.
"""

import re
from datetime import date

import msgspec

from kiosk.services.definition import Region

_PLACE = re.compile(r"\{(?:region\.(?P<region>\w+)|turns\[(?P<turns>\d{1,3})\])\}|[{}]")


class TextError(ValueError):
    """A text names something that does not exist."""

    code = "service.text"


def birthday(birth: date, years: int) -> date:
    """The day of turning `years`; born on 29 February, 1 March in years without one."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def render(text: str, region: Region, birth: str) -> str:
    """birth: ISO date. Raises TextError."""
    values = msgspec.structs.asdict(region)

    def fill(place: re.Match[str]) -> str:
        if place["region"] in values:
            return str(values[place["region"]])
        if place["turns"]:
            day = birthday(date.fromisoformat(birth), int(place["turns"]))
            return f"{day.year}年{day.month}月{day.day}日"
        raise TextError(f"{place.group()!r} in {text!r} names nothing: write {{region.…}} or {{turns[years]}}")

    return _PLACE.sub(fill, text)
