"""Somebody to help: whom to ask here, being called back, and the alarm by which the staff are called to this kiosk."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from kiosk import actions
from kiosk.actions import Action
from kiosk.online import Found, FoundCalled, WantCalled
from kiosk.pages import AnyPage, Fact, Menu, Option, Working
from kiosk.parts.part import Host, Part
from kiosk.receipt import CHINA_TIME
from kiosk.session_state import At

if TYPE_CHECKING:
    from kiosk.session import Session

CALL_BACK: Final = "huidian"
"""The service by which somebody asks to be called; an ordinary definition that no tile shows."""


class Helping(Part):
    """can_call: nothing is being filled in that asking for a call would take away. begun: something is, and it is still
    there afterwards. over: the part that it covers."""

    def __init__(self, host: Host, *, can_call: bool, begun: bool, over: Part | None = None) -> None:
        self._host = host
        self._can_call = can_call
        self._begun = begun
        self.over = over

    def page(self) -> AnyPage:
        region, say = self._host.setting.catalogue.region, self._host.setting.say
        catalogue = self._host.setting.catalogue
        callable_back = self._can_call and CALL_BACK in catalogue.flows and not catalogue.is_hidden(CALL_BACK)
        options = [Option(value="call", label=say("叫工作人员过来"))]
        if callable_back:
            options.append(Option(value=CALL_BACK, label=say("请给我打电话：留个号码，工作人员打过来")))
        return Menu(
            title=say("请人帮忙"),
            person=self._host.shown_person,
            back=True,
            text=say("填了一半的内容还在，返回就能接着办。不要把身份证交给不认识的人。")
            if self._begun
            else say("不要把身份证交给不认识的人。"),
            facts=[
                Fact(
                    label=say("现场"),
                    value=say("{office}工作人员，{hours}", office=region.office, hours=region.hours),
                ),
                Fact(label=say("打电话"), value=say("{phone}，或 12345（全天）", phone=region.phone)),
            ],
            options=options,
        )

    def act(self, action: Action) -> None:
        match action:
            case actions.Back() if self.over is not None:
                self._host.enter(self.over)
            case actions.Back():
                self._host.leave_part()
            case actions.Choose("call"):
                self._host.enter(CallAttendant(self._host, self))
            case actions.Choose(service) if service == CALL_BACK and self._can_call:
                self._host.choose(service)

    def may_leave(self) -> bool:
        return self.over is None or self.over.may_leave()


def help_over(session: "Session") -> Helping:
    """Over what the session shows now."""
    at, application, over = session.at, session.application, session.part
    begun = application is not None and (
        at in (At.QUESTION, At.REVIEW, At.CONSENT) or (at is At.GUIDE and bool(application.answers))
    )
    return Helping(session, can_call=at is At.SERVICES and over is None, begun=begun, over=over)


class CallAttendant(Part):
    """The staff are called through the platform; where it is not in reach the numbers to call are shown."""

    def __init__(self, host: Host, over: Helping) -> None:
        self._host = host
        self.over = over
        self._waits = host.setting.works().network
        self._since: datetime | None = None
        if self._waits:
            host.ask_beside(WantCalled(host.setting.place), self._called, self._not_called)

    def page(self) -> AnyPage:
        say, person = self._host.setting.say, self._host.shown_person
        if self._waits:
            return Working(title=say("正在叫工作人员"), person=person, back=True, text=say("请稍等……"))
        region = self._host.setting.catalogue.region
        if self._since is None:
            return Menu(
                title=say("请打电话 {phone}", phone=region.phone),
                person=person,
                back=True,
                text=say("机器现在连不上，没有叫到人。请打这个电话，或请旁边的人帮忙。"),
                facts=[
                    Fact(label=say("工作人员"), value=say("{phone}，{hours}", phone=region.phone, hours=region.hours)),
                    Fact(label=say("全天有人接"), value="12345"),
                ],
            )
        return Menu(
            title=say("已经叫了工作人员"),
            person=person,
            back=True,
            text=say("请在机器旁边等。屏幕问您还在吗，就按“我还在”。等久了没人来，就打下面的电话。"),
            facts=[
                Fact(label=say("叫了谁"), value=say("{office}的工作人员", office=region.office)),
                Fact(label=say("上班时间"), value=region.hours),
                Fact(label=say("什么时候叫的"), value=f"{self._since:%H:%M}"),
                Fact(label=say("打电话"), value=say("{phone}，或 12345（全天）", phone=region.phone)),
            ],
        )

    def act(self, action: Action) -> None:
        if isinstance(action, actions.Back):
            self._host.enter(self.over)

    def may_leave(self) -> bool:
        return self.over.may_leave()

    def _called(self, found: Found) -> None:
        assert isinstance(found, FoundCalled)
        self._waits = False
        self._since = datetime.fromtimestamp(found.at_ms / 1000, CHINA_TIME)

    def _not_called(self, _: str) -> None:
        self._waits = False
