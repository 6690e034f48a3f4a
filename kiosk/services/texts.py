"""Fills a definition's texts with the region's values and the citizen's dates. Pure.

`{region.office}` is a value of the region, `{civil.phone}` a part of one of its counters; `{turns[80]}` and
`{turns[region.elder_age]}` the day on which the card's holder turns so old.
"""

import re
from datetime import date
from typing import Final

import msgspec

from kiosk.saying import Saying
from kiosk.services.definition import Alternative
from kiosk.services.region import Region

_PLACE = re.compile(
    r"\{(?:region\.(?P<region>\w+)|(?P<counter>[a-z]+)\.(?P<part>name|address|hours|phone)"
    r"|turns\[(?:(?P<turns>\d{1,3})|region\.(?P<age>\w+))\])\}|[{}]"
)

_OLDEST = 150
_CHINESE: Final = Saying()


class TextError(ValueError):
    """A text names something that does not exist."""

    code = "service.text"


def birthday(birth: date, years: int) -> date:
    """The day of turning `years`; born on 29 February, 1 March in years without one."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def render(text: str, region: Region, birth: str, say: Saying = _CHINESE) -> str:
    """birth: ISO date. Raises TextError."""

    def fill(place: re.Match[str]) -> str:
        if place["region"] and (value := region.value(place["region"])) is not None:
            return value
        if place["counter"] in region.counters:
            return str(getattr(region.counters[place["counter"]], place["part"]))
        years = int(place["turns"]) if place["turns"] else region.numbers.get(place["age"] or "")
        if years is not None and 0 <= years <= _OLDEST:
            day = birthday(date.fromisoformat(birth), years)
            return say("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)
        raise TextError(
            f"{place.group()!r} in {text!r} names nothing: write {{region.NAME}}, {{COUNTER.phone}} or {{turns[years]}}"
        )

    return _PLACE.sub(fill, text)


def advised(advice: Alternative, region: Region, birth: str, say: Saying = _CHINESE) -> Alternative:
    """With everything that its counter says, and all texts filled. Raises TextError."""
    counter = region.counters.get(advice.counter)
    if advice.counter and counter is None:
        known = ", ".join(sorted(region.counters)) or "none"
        raise TextError(f"there is no counter {advice.counter!r} in region {region.region!r}; known: {known}")
    if counter is not None:
        advice = msgspec.structs.replace(
            advice,
            where=advice.where or say("{name}（{address}）", name=counter.name, address=counter.address),
            when=advice.when or counter.hours,
            contact=advice.contact or counter.phone,
        )
    texts = {name: render(getattr(advice, name), region, birth, say) for name in ADVICE}
    return msgspec.structs.replace(advice, **texts)


ADVICE = ("reason", "where", "when", "bring", "contact")
"""The texts of an Alternative, in the order in which they are read."""
