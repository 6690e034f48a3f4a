"""What the citizen brings to a counter later (容缺): what, until when, and where to. Pure."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import chinese_calendar

from kiosk.receipt import CHINA_TIME, Bring
from kiosk.saying import Saying
from kiosk.services.definition import Alternative
from kiosk.services.texts import advised

if TYPE_CHECKING:
    from kiosk.session import Session


def last_day(since: date, days: int) -> date | None:
    """The days-th working day after `since`, which itself is not counted (行政许可法, 82). None: the State Council has
    not announced that year's holidays yet."""
    day = since
    try:
        while days > 0:
            day += timedelta(days=1)
            days -= chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None
    return day


def until(since: date, days: int, say: Saying) -> str:
    last = last_day(since, days)
    shown = last or since
    day = say("{year}年{month}月{day}日", year=shown.year, month=shown.month, day=shown.day)
    if last is None:
        return say("{day}以后{days}个工作日内", day=day, days=days)
    return say("在{days}个工作日内（最晚{day}）", days=days, day=day)


def brought_later(session: "Session") -> list[Bring]:
    """Of what was handed in; what several parts of a bundle want at one counter, once, with the shortest time."""
    application, case, setting = session.application, session.submitted_case, session.setting
    if application is None or application.handed_in is None or case is None:
        return []
    since = datetime.fromtimestamp(case.created_ms / 1000, CHINA_TIME).date()
    found: dict[tuple[str, str], int] = {}
    for sent in session.sent_parts or [application.handed_in]:
        service = setting.catalogue.flows[sent.service].service
        for material in service.materials:
            if sent.materials.get(material.id) == "later":
                counter = Alternative(reason="", bring="", counter=service.counter)
                where = advised(counter, setting.catalogue.region, session.person.birth, setting.say).where
                key = (material.name, where)
                found[key] = min(material.days, found.get(key, material.days))
    return [Bring(name, until(since, days, setting.say), where) for (name, where), days in found.items()]


def lines(session: "Session") -> list[str]:
    """For the screen."""
    say = session.setting.say
    return [
        say("{material}：{until}带到{where}", material=one.material, until=one.until, where=one.where)
        for one in brought_later(session)
    ]
