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
        region = self._host.setting.catalogue.region
        callable_back = self._can_call and CALL_BACK in self._host.setting.catalogue.flows
        return Menu(
            title="请人帮忙",
            person=self._host.shown_person,
            back=True,
            text="填了一半的内容还在，返回就能接着办。不要把身份证交给不认识的人。",
            facts=[
                Fact(label="现场", value=f"{region.office}工作人员，{region.hours}"),
                Fact(label="打电话", value=f"{region.phone}，或 12345（全天）"),
            ],
            options=[Option(value=CALL_BACK, label="请给我打电话：留个号码，工作人员打过来")] if callable_back else [],
        )

    def act(self, action: Action) -> None:
        match action:
            case actions.Back():
                self._host.leave_part()
            case actions.Choose(service) if service == CALL_BACK and self._can_call:
                self._host.choose(service)
