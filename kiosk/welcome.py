"""The page and the bar while nobody is identified. Pure."""

from typing import Final

from kiosk.codes import described
from kiosk.pages import Bar, Option, Welcome
from kiosk.saying import Saying
from kiosk.services.region import Region

MISREAD: Final = 2
"""After so many failures of one way to identify, the next is offered (facts page on services)."""
_QUIET: Final = ("card.take-away", "kiosk.starting")
"""Codes that are told in words only: nothing is broken."""


def whom_to_ask(region: Region, say: Saying) -> str:
    return say("{office}工作人员，{hours}，电话 {phone}", office=region.office, hours=region.hours, phone=region.phone)


def welcome(
    services: list[str], code: str, misread: int, say: Saying, languages: list[Option], whom: str = ""
) -> Welcome:
    """code: what is in the way, or empty. misread: cards that could not be read since the last that could. languages:
    that can be changed to. whom: to ask."""
    code = code or ("" if services else "service.none")
    found = described(code, say) if code else None
    return Welcome(
        title=say("把身份证放在读卡区"),
        hint=say("不用打字，不用记密码") if misread < MISREAD else say("卡读不出来？按下面的“没带卡”接着办"),
        services=services,
        notice=say("{title}。{todo}", title=found.title, todo=found.todo) if found else "",
        code="" if code in _QUIET else code,
        help=whom,
        languages=languages,
    )


def bar(place: str, printer: str, say: Saying, *, online: bool) -> Bar:
    """printer: the code of what is wrong with it, or empty."""
    return Bar(
        place=place,
        link=say("已联网") if online else say("未联网，照常办理"),
        printer=described(printer, say).title if printer else "",
    )
