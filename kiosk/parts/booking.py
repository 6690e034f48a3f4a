"""A time to come: what is free is asked of the platform, one is chosen."""

from collections.abc import Callable

from kiosk import actions
from kiosk.actions import Action
from kiosk.advice_page import advice_page
from kiosk.online import Found, FoundSlots, WantSlots
from kiosk.pages import AnyPage, NotEligible, Option, Question, Working
from kiosk.parts.part import Host
from kiosk.services.definition import Alternative, Choice, Service
from kiosk.services.texts import advised
from kiosk.session_paper import sheet
from kiosk.session_state import Print

SHOWN = 5


class Booking:
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
        self._at = 0
        self._picked = ""
        self._error = ""
        host.ask(WantSlots(service.service), self._found, self._not_found)

    def page(self) -> AnyPage:
        person = self._host.shown_person
        if self._slots is None:
            return Working(title="正在查可约的时间", person=person, back=True, text="请稍等……")
        if not self._slots:
            return self._elsewhere()
        shown = self._slots[self._at : self._at + SHOWN]
        more = [Option(value="more", label="看别的时间")] if len(self._slots) > SHOWN else []
        return Question(
            title=self._service.name,
            person=person,
            back=True,
            next_label="下一步",
            question="slot",
            text="约什么时间？",
            help="选一个您能到的时间。",
            kind="choice",
            value=self._picked,
            error=self._error,
            options=[*(Option(value=one.value, label=one.label) for one in shown), *more],
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
                    self._error = "请选一项"
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
        self._slots = found.slots

    def _not_found(self, _: str) -> None:
        self._slots = []

    def _advice(self) -> Alternative:
        other = self._service.alternatives
        return advised(other.offline or other.elsewhere, self._host.setting.catalogue.region, self._host.person.birth)

    def _elsewhere(self) -> NotEligible:
        host, has_answers = self._host, bool(self._answers)
        return advice_page("现在没有能约的时间", host.shown_person, self._advice(), host.print, has_answers=has_answers)
