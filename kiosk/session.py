"""A citizen's session, from the card on the reader to the wiped end. A state machine without Qt, I/O or clock:
actions and reports go in, `effects` says what has to be done, kiosk.session_pages what is on the screen.
"""

from collections.abc import Callable

from devices.contract import Card, Paper
from kiosk import actions
from kiosk.actions import Action
from kiosk.applicant import applicant, card_problem, identity_values, masked_name
from kiosk.application import Application
from kiosk.effects import Effect, End, LoadCases, LoadCopy, OpenCard, PrintPaper, SaveDraft, Submit, TryPin
from kiosk.pages import CaseRow, IdleWarning
from kiosk.parts.help import Helping
from kiosk.parts.part import Part
from kiosk.parts.search import Finding
from kiosk.pin_entry import PinEntry
from kiosk.receipt import Copy, Submitted, receipt_paper, sheet_paper
from kiosk.services.definition import Service
from kiosk.services.flow import Ask, Ineligible, Ready, Situation
from kiosk.services.texts import advised, render
from kiosk.session_state import IDLE_S, RESULT_IDLE_S, WARNING_S, At, DraftFound, Print
from kiosk.setting import TILES, Setting
from kiosk.states import QUEUED, Words


class Session:
    """One citizen's. Everything personal that the kiosk holds in memory hangs on this object and goes with it."""

    def __init__(self, setting: Setting, card: Card, blocked: Callable[[], str] = lambda: "") -> None:
        """blocked: why no new case can be taken now, as a code; empty: it can."""
        self.setting = setting
        self._blocked = blocked
        self.person = applicant(card)
        self.effects: list[Effect] = []
        self.at = At.OPENING
        self.application: Application | None = None
        self.rows: list[CaseRow] = []
        self.case_count = 0
        self.draft: DraftFound | None = None
        self.part: Part | None = None
        """What covers the page."""
        self.tile_page = 0
        self.submitted_case: Submitted | None = None
        self.case_state: Words = QUEUED
        self.print = Print.NONE
        self.copy = 0
        self.pin = PinEntry()
        self.agreed = False
        """The consent on the page is ticked."""
        self._wanted = 0
        self._reviewing = False
        self._known = {"name": self.person.name, "address": self.person.address, "id_number": self.person.id_number}
        """What is offered as an answer: the card's data, and what was answered before in this session."""
        self._last_touch = setting.now()
        self.code = card_problem(card, setting.wall().date())
        if self.code:
            self.at = At.PROBLEM
        else:
            identity = identity_values(self.person, setting.catalogue.region, setting.wall().date())
            self._identity = {**identity, "role": "self"}
            self.offered = setting.offered(self._identity)
            self.effects.append(OpenCard())

    def situation(self) -> Situation:
        """As it is now."""
        return self.setting.situation(self._identity)

    # -- what the screen shows -------------------------------------------------------------------------------------

    @property
    def warning(self) -> IdleWarning | None:
        left = self._seconds_left()
        if left is None or left > WARNING_S:
            return None
        return IdleWarning(text="您还在吗？不再操作，就要收起您的信息了。", seconds=max(0, int(left + 0.999)))

    @property
    def shown_person(self) -> str:
        """Masked, for the bar."""
        return masked_name(self.person.name)

    @property
    def tile_pages(self) -> int:
        return max(1, -(-len(self.offered) // TILES))

    # -- what the citizen does -------------------------------------------------------------------------------------

    def act(self, action: Action) -> None:
        """An action that the present page does not take changes nothing, except that somebody is there."""
        if self.at is At.ENDED:
            return
        self._last_touch = self.setting.now()
        match action:
            case actions.Leave() if self.at is not At.SUBMITTING:
                self._end("submitted" if self.submitted_case else "left")
            case _ if self.part is not None:
                self.part.act(action)
            case actions.Open("help") if self.at not in (At.OPENING, At.SUBMITTING):
                self.part = Helping(self)
            case actions.Open("search") if self.at is At.SERVICES:
                self.part = Finding(self)
            case actions.Next():
                self._next()
            case actions.Back():
                self._back()
            case actions.Choose(service) if self.at is At.SERVICES:
                self._choose(service)
            case actions.Resume() if self.at is At.SERVICES and self.draft:
                self._resume(self.draft)
            case actions.ShowCases() if self.at is At.SERVICES:
                self.effects.append(LoadCases())
            case actions.Answer(value) if self.at is At.STAFF:
                self.pin.type(value)
            case actions.Answer(value) if self.at is At.QUESTION and self.application:
                self._type(self.application, value)
            case actions.Change(question) if self.at is At.REVIEW and self.application:
                self._change(self.application, question)
            case actions.Agree(yes) if self.at is At.CONSENT:
                self.agreed = yes
            case actions.CameOut(yes) if self.at in (At.RESULT, At.CASES) and self.print is Print.UNKNOWN:
                self._came_out(yes)
            case actions.Reprint(position) if self.at is At.CASES:
                self._reprint(position)
            case actions.Print():
                self._print()

    def tick(self) -> None:
        """Call about once a second: ends a session that nobody is in."""
        left = self._seconds_left()
        if left is not None and left <= 0:
            self._end("submitted" if self.submitted_case else "timeout")

    # -- what a part asks for --------------------------------------------------------------------------------------

    def enter(self, part: Part) -> None:
        self.part = part

    def leave_part(self) -> None:
        self.part = None

    def choose(self, service: str) -> None:
        self.part = None
        self.print = Print.NONE
        self.at = At.SERVICES
        self._choose(service)

    def print_sheet(self, paper: Paper) -> None:
        self._ask_for_paper(paper, b"")

    # -- what the terminal reports ---------------------------------------------------------------------------------

    def opened(self, case_count: int, draft: DraftFound | None) -> None:
        """The card's drafts and receipts were looked up."""
        if self.at is At.OPENING:
            self.case_count = case_count
            flow = self.setting.catalogue.flows.get(draft.service) if draft else None
            self.draft = draft if flow and draft and flow.service.version == draft.version else None
            self.at = At.SERVICES

    def cases_loaded(self, rows: list[CaseRow]) -> None:
        self.rows = rows
        if self.at is At.SERVICES:
            self.at = At.CASES

    def copy_loaded(self, copy: Copy) -> None:
        """A 补打 that was asked for can be printed."""
        if self.at is not At.CASES:
            return
        flow = self.setting.catalogue.flows.get(copy.service)
        then = self._next_steps(flow.service) if flow else []
        paper = receipt_paper(
            copy.submitted, copy.service_name, then, self.person, self.setting.place, copy.state, copy.number
        )
        self.copy = copy.number
        self._ask_for_paper(paper, copy.entry_id)

    def pin_tried(self, accepted: bool, wait_s: float) -> None:
        if self.at is not At.STAFF:
            return
        if accepted:
            self.at = At.CASES
            self.print, self.code = Print.PRINTING, ""
            self.effects.append(LoadCopy(self._wanted, attended=True))
        else:
            self.pin.refused(wait_s)

    def copy_refused(self, code: str) -> None:
        self.print, self.code = Print.FAILED, code

    def submitted(self, case: Submitted, state: Words) -> None:
        """The case is durable: from here on nothing that happens can lose it. state: 待发送 or 已送达, as it is now."""
        if self.at is At.SUBMITTING and self.application:
            self.submitted_case = case
            self.case_state = state
            self.at = At.RESULT
            self._print()

    def state_changed(self, state: Words) -> None:
        self.case_state = state

    def failed(self, code: str) -> None:
        """Storage cannot do what was asked. Nothing was submitted; the answers are still here."""
        if self.at in (At.SUBMITTING, At.OPENING, At.SERVICES):
            self.code = code
            self.at = At.PROBLEM

    def printed(self, outcome: str, code: str) -> None:
        """outcome: confirmed, failed-clean or unknown."""
        self.print = {"confirmed": Print.CONFIRMED, "failed-clean": Print.FAILED}.get(outcome, Print.UNKNOWN)
        self.code = code
        self._last_touch = self.setting.now()

    # -- the way on and back ---------------------------------------------------------------------------------------

    def _next(self) -> None:
        application = self.application
        match self.at:
            case At.SERVICES:
                self.tile_page = (self.tile_page + 1) % self.tile_pages
            case At.GUIDE if application:
                application.go_to_next_open()
                self._show_step(application)
            case At.QUESTION if application and application.accept():
                self._remember(application)
                if self._reviewing:
                    application.go_to_next_open()
                else:
                    application.advance()
                self._save_draft(application)
                self._show_step(application)
            case At.INELIGIBLE:
                self.application = None
                self.print = Print.NONE
                self.at = At.SERVICES
            case At.REVIEW if application:
                application.agreed.clear()
                self.agreed = False
                self.at = At.CONSENT
            case At.CONSENT if application and self.agreed:
                self._agree(application)
            case At.RESULT if self.print is not Print.PRINTING:
                self._end("submitted")
            case At.CASES if self.code == "print.copies":
                self.at = At.STAFF
            case At.CASES if self.print is not Print.PRINTING:
                self._leave_cases()
            case At.STAFF if self.pin.full:
                self.effects.append(TryPin(self.pin.take()))
            case At.PROBLEM if application:
                self._submit(application)
            case At.PROBLEM:
                self._end("refused")

    def _back(self) -> None:
        application = self.application
        match self.at:
            case At.SERVICES if self.tile_page:
                self.tile_page -= 1
            case At.GUIDE | At.INELIGIBLE:
                self.application = None
                self.at = At.SERVICES
            case At.CASES if self.print is not Print.PRINTING:
                self._leave_cases()
            case At.STAFF:
                self.pin = PinEntry()
                self.at = At.CASES
            case At.QUESTION if application and self._reviewing:
                application.go_to_next_open()
                self._show_step(application)
            case At.QUESTION if application and not application.retreat():
                self.at = At.GUIDE
            case At.REVIEW if application:
                application.go_to(application.walk.asked[-1] if application.walk.asked else None)
                self._reviewing = False
                self.at = At.QUESTION if application.question else At.GUIDE
            case At.CONSENT:
                self.agreed = False
                self.at = At.REVIEW

    def _agree(self, application: Application) -> None:
        """To the next consent; each has a page of its own. What changed meanwhile is asked first."""
        consent = application.open_consent
        if consent is not None:
            application.agreed.add(consent.id)
        self.agreed = False
        if application.open_consent is None:
            self._submit(application)

    def _choose(self, service: str) -> None:
        flow = self.setting.catalogue.flows.get(service)
        blocked = self._blocked()
        if flow and blocked:
            self.failed(blocked)
        elif flow:
            self.application = Application(flow, self.person, self.situation, self.setting.new_id(), self._known)
            self.agreed = False
            self._reviewing = False
            self.at = At.INELIGIBLE if isinstance(self.application.walk.then, Ineligible) else At.GUIDE

    def _resume(self, draft: DraftFound) -> None:
        self._choose(draft.service)
        if self.application and self.at is At.GUIDE:
            self.application.restore(draft.answers, draft.question)
            self._show_step(self.application)

    def _type(self, application: Application, value: str) -> None:
        question = application.question
        if question and len(value) <= (question.max_length or len(value)):
            application.typed = value
            application.error = ""

    def _remember(self, application: Application) -> None:
        """Asked once in a session: the same question of another service is offered this answer."""
        question = application.question
        if question and question.reuse:
            self._known[question.reuse] = application.answers[question.id]

    def _change(self, application: Application, question: str) -> None:
        found = [asked for asked in application.walk.asked if asked.id == question]
        if found:
            application.go_to(found[0])
            self._reviewing = True
            self.at = At.QUESTION

    def _show_step(self, application: Application) -> None:
        then = application.walk.then
        if isinstance(then, Ineligible):
            self.at = At.INELIGIBLE
        elif application.question or isinstance(then, Ask):
            self.at = At.QUESTION
        else:
            self._reviewing = True
            self.at = At.REVIEW

    def _save_draft(self, application: Application) -> None:
        at = application.question.id if application.question else ""
        service = application.service
        self.effects.append(SaveDraft(service.service, service.version, dict(application.answers), at))

    def _submit(self, application: Application) -> None:
        service, walk = application.service, application.walk
        if not isinstance(walk.then, Ready):
            application.go_to_next_open()
            self._show_step(application)
            return
        self.at = At.SUBMITTING
        self.effects.append(
            Submit(
                entry_id=application.entry_id,
                service=service.service,
                version=service.version,
                service_name=service.name,
                applicant=self.person,
                answers=application.counted_answers(),
                consent={one.id: one.version for one in walk.consents},
                materials=dict(walk.given),
            )
        )

    # -- paper -----------------------------------------------------------------------------------------------------

    def _print(self) -> None:
        if self.print not in (Print.NONE, Print.FAILED) or not self.application:
            return
        if self.at is At.RESULT and self.submitted_case:
            self._ask_for_paper(self._receipt(self.application, self.submitted_case), self.application.entry_id)
        elif self.at is At.INELIGIBLE:
            self._ask_for_paper(self._sheet(self.application), b"")

    def _reprint(self, position: int) -> None:
        if self.print is not Print.PRINTING and position in {row.position for row in self.rows}:
            self.print, self.code = Print.PRINTING, ""
            self._wanted = position
            self.effects.append(LoadCopy(position))

    def _leave_cases(self) -> None:
        self.print, self.copy, self.code = Print.NONE, 0, ""
        self.at = At.SERVICES

    def _ask_for_paper(self, paper: Paper, about: bytes) -> None:
        self.print = Print.PRINTING
        self.code = ""
        self.effects.append(PrintPaper(paper, about, self.copy))

    def _came_out(self, yes: bool) -> None:
        if yes:
            self.print = Print.CONFIRMED
        else:
            self.print = Print.FAILED
            self.code = "print.not-out"
            self.copy += 1

    def _receipt(self, application: Application, case: Submitted) -> Paper:
        service = application.service
        then = self._next_steps(service)
        return receipt_paper(case, service.name, then, self.person, self.setting.place, self.case_state, self.copy)

    def _next_steps(self, service: Service) -> list[str]:
        region = self.setting.catalogue.region
        return [render(text, region, self.person.birth) for text in service.next_steps]

    def _sheet(self, application: Application) -> Paper:
        then = application.walk.then
        assert isinstance(then, Ineligible)
        advice = advised(then.rule.otherwise, self.setting.catalogue.region, self.person.birth)
        return sheet_paper(application.service.name, advice, self.setting.place)

    # -- the end ---------------------------------------------------------------------------------------------------

    def _seconds_left(self) -> float | None:
        busy = self.at in (At.OPENING, At.SUBMITTING, At.ENDED) or self.print is Print.PRINTING
        if busy:
            return None
        settled = self.at is At.RESULT and self.print in (Print.CONFIRMED, Print.FAILED)
        idle = RESULT_IDLE_S if settled else IDLE_S
        return self._last_touch + idle + WARNING_S - self.setting.now()

    def _end(self, outcome: str) -> None:
        self.at = At.ENDED
        self.application = None
        self.part = None
        self._known = {}
        self.draft = None
        self.submitted_case = None
        self.rows = []
        self.effects.append(End(outcome))
