"""Somebody to help: whom to ask here, whom to call, and being called back."""

from typing import Final

from kiosk import actions
from kiosk.actions import Action
from kiosk.pages import AnyPage, Fact, Menu, Option
from kiosk.parts.part import Host

CALL_BACK: Final = "huidian"
"""The service by which somebody asks to be called; an ordinary definition that no tile shows."""


class Helping:
    """can_call: nothing is being filled in that asking for a call would take away."""

    def __init__(self, host: Host, *, can_call: bool) -> None:
        self._host = host
        self._can_call = can_call

    def page(self) -> AnyPage:
        region, say = self._host.setting.catalogue.region, self._host.setting.say
        callable_back = self._can_call and CALL_BACK in self._host.setting.catalogue.flows
        call = Option(value=CALL_BACK, label=say("请给我打电话：留个号码，工作人员打过来"))
        return Menu(
            title=say("请人帮忙"),
            person=self._host.shown_person,
            back=True,
            text=say("填了一半的内容还在，返回就能接着办。不要把身份证交给不认识的人。"),
            facts=[
                Fact(
                    label=say("现场"),
                    value=say("{office}工作人员，{hours}", office=region.office, hours=region.hours),
                ),
                Fact(label=say("打电话"), value=say("{phone}，或 12345（全天）", phone=region.phone)),
            ],
            options=[call] if callable_back else [],
        )

    def act(self, action: Action) -> None:
        match action:
            case actions.Back():
                self._host.leave_part()
            case actions.Choose(service) if service == CALL_BACK and self._can_call:
                self._host.choose(service)
