"""A directory entry: what cannot be done here, with where and when it can. It can be taken along on paper."""

from kiosk import actions
from kiosk.actions import Action
from kiosk.advice_page import advice_page
from kiosk.pages import AnyPage
from kiosk.parts.part import Host, Part
from kiosk.services.definition import Alternative
from kiosk.services.directory import Item
from kiosk.services.region import Office
from kiosk.session_paper import sheet
from kiosk.session_state import Print


class Elsewhere(Part):
    def __init__(self, host: Host, back_to: Part, item: Item, office: Office) -> None:
        self._host = host
        self._back_to = back_to
        self._item = item
        say = host.setting.say
        self._advice = Alternative(
            reason=say("这里不能办“{item}”。要到{office}办。", item=item.name, office=item.office),
            where=say("{name}（{address}）", name=item.office, address=office.address)
            if office.address
            else say("先打 {phone} 问清楚到哪里办", phone=office.phone),
            when=office.hours,
            bring=say("身份证；要带的材料先打电话问清楚"),
            contact=office.phone,
        )
        host.print = Print.NONE

    def page(self) -> AnyPage:
        say = self._host.setting.say
        return advice_page(say("这里不能办"), self._host.shown_person, self._advice, self._host.print, say)

    def act(self, action: Action) -> None:
        match action:
            case actions.Back() if self._host.print is not Print.PRINTING:
                self._host.print = Print.NONE
                self._host.enter(self._back_to)
            case actions.Print() if self._host.print in (Print.NONE, Print.FAILED):
                self._host.print_paper(sheet(self._host.setting, self._item.name, self._advice), b"")
