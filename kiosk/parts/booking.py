"""A time to come: what is free is asked of the platform, one is chosen."""

from collections.abc import Callable

from msgspec.structs import replace

from kiosk import actions
from kiosk.actions import Action
from kiosk.advice_page import advice_page
from kiosk.online import Found, FoundSlots, WantSlots
from kiosk.pages import AnyPage, NotEligible, Option, Question, Working
from kiosk.parts.part import Host, Part
from kiosk.services.definition import Alternative, Choice, Service
from kiosk.services.texts import advised
from kiosk.session_paper import sheet
from kiosk.session_state import Print

SHOWN = 5


class Booking(Part):
    """answers: what may stand on paper of what was filled in. chosen: gets the slot. back: the citizen wants none."""

    def __init__(
        self,
        host: Host,
        service: Service,
        answers: list[tuple[str, str]],
        chosen: Callable[[Choice], None],
        back: Callable[[], None],
    ) -> None:
        self._host = host
        self._service = service
        self._answers = answers
        self._chosen = chosen
        self._back = back
        self._slots: list[Choice] | None = None
        self._unknown = False
        """Nobody could tell which times are free."""
        self._left: dict[str, int] = {}
        self._at = 0
        self._picked = ""
        self._error = ""
        host.ask(WantSlots(service.service), self._found, self._not_found)

    def page(self) -> AnyPage:
        person, say = self._host.shown_person, self._host.setting.say
        if self._slots is None:
            return Working(title=say("正在查可约的时间"), person=person, back=True, text=say("请稍等……"))
        if not self._slots:
            return self._elsewhere()
        shown = self._slots[self._at : self._at + SHOWN]
        more = [Option(value="more", label=say("看别的时间"))] if len(self._slots) > SHOWN else []
        return Question(
            title=self._service.name,
            person=person,
            back=True,
            next_label=say("下一步"),
            question="slot",
            text=say("约什么时间？"),
            help=say("选一个您能到的时间。"),
            kind="choice",
            value=self._picked,
            error=self._error,
            options=[*(Option(value=one.value, label=self._label(one)) for one in shown), *more],
        )

    def act(self, action: Action) -> None:
        slots = self._slots or []
        match action:
            case actions.Answer("more") if len(slots) > SHOWN:
                self._at = self._at + SHOWN if self._at + SHOWN < len(slots) else 0
            case actions.Answer(value) if slots:
                self._picked, self._error = value, ""
            case actions.Next() if slots:
                found = next((one for one in slots if one.value == self._picked), None)
                if found is None:
                    self._error = self._host.setting.say("请选一项")
                else:
                    self._chosen(found)
            case actions.Print(with_answers) if not slots and self._host.print in (Print.NONE, Print.FAILED):
                answers = self._answers if with_answers else []
                self._host.print_paper(sheet(self._host.setting, self._service.name, self._advice(), answers), b"")
            case actions.Back() if self._host.print is not Print.PRINTING:
                self._host.print = Print.NONE
                self._back()

    def _found(self, found: Found) -> None:
        assert isinstance(found, FoundSlots)
        self._slots, self._left = found.slots, found.left

    def _not_found(self, _: str) -> None:
        self._slots, self._unknown = [], True

    def _label(self, slot: Choice) -> str:
        left = self._left.get(slot.value)
        return slot.label if left is None else self._host.setting.say("{time}（余{left}）", time=slot.label, left=left)

    def _advice(self) -> Alternative:
        other, setting = self._service.alternatives, self._host.setting
        full = replace(other.elsewhere, reason=setting.say("能约的时间都约满了。过几天再来看看，急的到窗口去问。"))
        found = (other.offline or other.elsewhere) if self._unknown else full
        return advised(found, setting.catalogue.region, self._host.person.birth, setting.say)

    def _elsewhere(self) -> NotEligible:
        host, say, has_answers = self._host, self._host.setting.say, bool(self._answers)
        title = say("现在查不到能约的时间") if self._unknown else say("现在没有能约的时间")
        return advice_page(title, host.shown_person, self._advice(), host.print, say, has_answers=has_answers)
