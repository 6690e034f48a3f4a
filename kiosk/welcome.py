"""The page and the bar while nobody is identified. Pure."""

from typing import Final

from kiosk.codes import describe
from kiosk.pages import Bar, Welcome

MISREAD: Final = 2
"""After so many failures of one way to identify, the next is offered (facts page on services)."""
_QUIET: Final = ("card.take-away", "kiosk.starting")
"""Codes that are told in words only: nothing is broken."""


def welcome(services: list[str], code: str, misread: int) -> Welcome:
    """code: what is in the way, or empty. misread: cards that could not be read since the last that could."""
    code = code or ("" if services else "service.none")
    found = describe(code) if code else None
    return Welcome(
        title="把身份证放在读卡区",
        hint="不用打字，不用记密码" if misread < MISREAD else "卡读不出来？按下面的“没带卡”接着办",
        services=services,
        notice=f"{found.title}。{found.todo}" if found else "",
        code="" if code in _QUIET else code,
    )


def bar(place: str, printer: str, *, online: bool) -> Bar:
    """printer: the code of what is wrong with it, or empty."""
    return Bar(
        place=place,
        link="已联网" if online else "未联网，照常办理",
        printer=describe(printer).title if printer else "",
    )
