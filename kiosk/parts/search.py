"""Finding: by what people type, by a life event, by the office. What cannot be done here says where it can."""

from typing import Final

from kiosk import actions
from kiosk.actions import Action
from kiosk.pages import AnyPage, Option, Search
from kiosk.parts.elsewhere import Elsewhere
from kiosk.parts.part import Host, Part
from kiosk.saying import to_say
from kiosk.services.directory import office_of
from kiosk.services.findable import Findable

MAX_TYPED: Final = 20
ROWS: Final = 4
EVENTS: Final = {
    "birth": to_say("生孩子"),
    "school": to_say("上学"),
    "work": to_say("找工作、开店"),
    "illness": to_say("看病"),
    "disability": to_say("残疾"),
    "aging": to_say("年纪大了"),
    "retirement": to_say("退休"),
    "hardship": to_say("生活困难"),
    "marriage": to_say("结婚离婚"),
    "housing": to_say("房子"),
    "moving": to_say("搬家、外出"),
    "business": to_say("做生意"),
    "army": to_say("当过兵"),
    "death": to_say("家人去世"),
    "travel": to_say("出门"),
}
"""Life events in plain words, in the order in which they are offered."""


class Finding(Part):
    """typed: on the keys. event: the life event that was chosen, or empty."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._typed = ""
        self._event = ""
        self._at = 0

    def page(self) -> AnyPage:
        rows, say = self._rows(), self._host.setting.say
        shown = rows[self._at * ROWS : (self._at + 1) * ROWS]
        more = len(rows) > (self._at + 1) * ROWS
        return Search(
            title=say("找要办的事"),
            person=self._host.shown_person,
            back=True,
            next_label=say("看更多") if more else "",
            typed=self._typed,
            hint=self._hint(rows),
            rows=shown,
        )

    def act(self, action: Action) -> None:
        match action:
            case actions.Back() if self._at:
                self._at -= 1
            case actions.Back() if self._event:
                self._event = ""
            case actions.Back():
                self._host.leave_part()
            case actions.Next() if len(self._rows()) > (self._at + 1) * ROWS:
                self._at += 1
            case actions.Key("delete"):
                self._type(self._typed[:-1])
            case actions.Key(key):
                self._type(self._typed + key.lower())
            case actions.Answer(value):
                self._type(value)
            case actions.Choose(key):
                self._choose(key)

    def _type(self, typed: str) -> None:
        self._typed, self._event, self._at = typed[:MAX_TYPED], "", 0

    def _hint(self, rows: list[Option]) -> str:
        say = self._host.setting.say
        if self._typed:
            return say("找到这些") if rows else say("没有找到。换个说法再试，或按“帮助”请人帮忙。")
        if self._event:
            return say("和“{event}”有关的事", event=say(EVENTS[self._event]))
        return say("按拼音或每个字的头一个字母，例如 glj；也可以选：")

    def _rows(self) -> list[Option]:
        if self._typed:
            return [Option(value=one.key, label=self._label(one.key, one.name)) for one in self._found()]
        flows = self._host.setting.catalogue.flows.values()
        if self._event:
            related = [flow.service for flow in flows if self._event in flow.service.events]
            return [Option(value=one.service, label=self._label(one.service, one.name)) for one in related]
        wanted = {event for flow in flows for event in flow.service.events}
        say = self._host.setting.say
        return [Option(value=f"event:{name}", label=say(words)) for name, words in EVENTS.items() if name in wanted]

    def _found(self) -> list[Findable]:
        return self._host.setting.find(self._typed, self._host.setting.say.language)

    def _label(self, key: str, name: str) -> str:
        say, catalogue = self._host.setting.say, self._host.setting.catalogue
        if (item := catalogue.directory.get(key)) is not None:
            office = item.office
        elif catalogue.is_hidden(key):
            office = catalogue.region.counters[catalogue.flows[key].service.counter].name
        else:
            return name
        return say("{item}　〔这里不能办：{office}〕", item=name, office=office)

    def _choose(self, key: str) -> None:
        catalogue = self._host.setting.catalogue
        event = key.removeprefix("event:")
        if key != event and event in EVENTS:
            self._event, self._at = event, 0
        elif key in catalogue.flows:
            self._host.choose(key)
        elif (item := catalogue.directory.get(key)) is not None:
            self._host.enter(Elsewhere(self._host, self, item, office_of(catalogue.region, item.office)))
