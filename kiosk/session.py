"""A citizen's session, from the card on the reader to the wiped end. A state machine without Qt, I/O or clock:
actions and reports go in, `effects` says what has to be done, kiosk.session_pages what is on the screen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from devices.contract import Card, Paper
from kiosk import actions
from kiosk.actions import Action
from kiosk.applicant import applicant, card_problem, identity_values, masked_name, number_instead
from kiosk.application import Application
from kiosk.applying import Applying
from kiosk.aside import packed, unpacked
from kiosk.case_acts import CaseActs
from kiosk.company import masked_company
from kiosk.effects import AskPlatform, Effect, End, LoadCases, OpenCard, PrintPaper, Submit
from kiosk.fees import Settled
from kiosk.handing_in import HandingIn
from kiosk.online import Found, FoundAside, WantArrived, WantAside, Wanted, WantTakenUp
from kiosk.pages import CaseRow, IdleWarning, Option
from kiosk.parts.acting import Acting
from kiosk.parts.booking import Booking
from kiosk.parts.guardian import Guardian
from kiosk.parts.held import Holding
from kiosk.parts.help import CallAttendant, Helping, help_over
from kiosk.parts.leaving import Leaving
from kiosk.parts.my_cases import MyCases
from kiosk.parts.one_case import OneCase
from kiosk.parts.part import Part
from kiosk.parts.proving import Proving
from kiosk.parts.search import Finding
from kiosk.parts.staff import Staff
from kiosk.proof import CARD, TYPED, Proof
from kiosk.receipt import Copy, PartCase, Submitted
from kiosk.saying import CHINESE
from kiosk.services.expression import Value
from kiosk.services.flow import Flow, Situation
from kiosk.session_paper import receipt_of, sheet_of
from kiosk.session_state import IDLE_S, PRINTING_S, WARNING_S, At, DraftFound, Print, result_idle_s
from kiosk.setting import TILES, Setting
from kiosk.states import QUEUED, Words
from kiosk.submitting import part_cases
from offline_cache.bodies import Applicant


class Session:
    """One citizen's. Everything personal that the kiosk holds in memory hangs on this object and goes with it."""

    def __init__(
        self, setting: Setting, card: Card, blocked: Callable[[], str] = lambda: "", language: str = CHINESE
    ) -> None:
        """setting: in Chinese. card: as read, or what a typed number tells. blocked: why no new case can be taken now,
        as a code; empty: it can."""
        self._chinese = setting
        self.setting = setting.speaking(language)
        self.blocked = blocked
        self.person = applicant(card)
        self.effects: list[Effect] = []
        self.at = At.OPENING
        self.application: Application | None = None
        self.case_count = 0
        self.draft: DraftFound | None = None
        self.part: Part | None = None
        self.tile_page = 0
        self.submitted_case: Submitted | None = None
        self.followed = b""
        """The entry whose delivery the result tells, and which its paper is for."""
        self.sent_parts: list[Submit] = []
        """Of a bundle, as they were handed in."""
        self.part_cases: list[PartCase] = []
        self.case_state: Words = QUEUED
        self.settled: Settled | None = None
        """What became of the fee of what was handed in; None: nothing is to be paid."""
        self.print = Print.NONE
        self.copy = 0
        self.agreed = False
        self.proof: Proof = TYPED
        """What was proved so far; it is not asked for twice."""
        self.holding, self.acts = Holding(), CaseActs()
        self._ticket = self._asked = 0
        self._is_aside, self._aside = False, ""
        """Whether what is filled in was put aside elsewhere, and of which service something lies at the platform."""
        self._waiting: dict[int, tuple[Callable[[Found], None], Callable[[str], None]]] = {}
        """Who gets the platform's answer, by its ticket."""
        self.applying = Applying(self)
        self.known: dict[str, str] = {}
        """What is offered as an answer: the card's data, and what was answered before in this session."""
        self._last_touch = setting.now()
        self.helper: Applicant | None = None
        """Who acts for the person (代办)."""
        self.guardian: Applicant | None = None
        """Of a child, as read from their card."""
        self.handing_in = HandingIn(self)
        self._identity: Mapping[str, Value] = {}
        self.offered: list[Flow] = []
        self.also_likely: list[str] = []
        self.done: set[str] = set()
        """Names of what the answers of this session, and not the card alone, make likely; told with the result."""
        self.code = card_problem(card, setting.wall().date())
        if self.code:
            self.at = At.PROBLEM
        else:
            self._identified()

    def _identified(self) -> None:
        identity = identity_values(self.person, self.setting.catalogue.region, self.setting.wall().date())
        self._identity = {**identity, "role": "agent" if self.helper else "self"}
        self.known = {"name": self.person.name, "address": self.person.address, "id_number": self.person.id_number}
        self.offered = self.setting.offered(self._identity)
        self.proof, self.holding, self.acts = CARD if self.has_card else TYPED, Holding(), CaseActs()
        if self.has_card:
            self.at = At.OPENING
            self.effects.append(OpenCard())
        else:
            self.at = At.SERVICES

    def situation(self) -> Situation:
        """As it is now."""
        return replace(self.setting.situation(self._identity), held=self.holding.kinds)

    # -- what the screen shows -------------------------------------------------------------------------------------

    @property
    def warning(self) -> IdleWarning | None:
        left = self._seconds_left()
        if left is None or left > WARNING_S:
            return None
        return IdleWarning(
            text=self.setting.say("您还在吗？不再操作，就要收起您的信息了。"), seconds=max(0, int(left + 0.999))
        )

    @property
    def shown_person(self) -> str:
        """Masked, for the bar."""
        say = self.setting.say
        shown = masked_name(self.person.name) or say("手输号码")
        if self.application and (company := self.application.company):
            return say("{name} 为 {company}", name=shown, company=masked_company(company))
        return say("{helper} 替 {person}", helper=masked_name(self.helper.name), person=shown) if self.helper else shown

    @property
    def languages(self) -> list[Option]:
        """To change to."""
        return self._chinese.others(self.setting.say.language)

    @property
    def has_card(self) -> bool:
        """Not only a number that was typed."""
        return bool(self._identity.get("identified") == "card")

    @property
    def may_correct(self) -> bool:
        """What was refused can be put right."""
        return self.at is At.PROBLEM and self.application is not None and self.code == "question.name"

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
                self._leave()
            case actions.Open("help") if self.at not in (At.OPENING, At.SUBMITTING):
                if not isinstance(self.part, Helping | CallAttendant):
                    self.part = help_over(self)
            case _ if self.part is not None:
                self.part.act(action)
            case actions.Open("agent") if self.at is At.SERVICES and self.has_card and not self.helper:
                self.part = Acting(self)
            case actions.Open("search") if self.at is At.SERVICES:
                self.part = Finding(self)
            case actions.Next():
                self._next()
            case actions.Back():
                self._back()
            case actions.Choose(service) if self.at is At.SERVICES:
                self.applying.choose(service)
            case actions.Resume() if self.at is At.SERVICES and self.draft:
                self.applying.resume(self.draft)
                self._is_aside = bool(self._aside)
            case actions.Speak(language) if self.at is At.SERVICES:
                self._speak(language)
            case actions.ShowCases() if self.at is At.SERVICES and self.has_card:
                self.effects.append(LoadCases())
            case _ if self.at is At.QUESTION and self.application:
                self.application.type(action)
            case actions.Change(question) if self.at is At.REVIEW and self.application:
                self.applying.change(self.application, question)
            case actions.Agree(yes) if self.at is At.CONSENT:
                self.agreed = yes
            case actions.CameOut(yes) if self.at is At.RESULT and self.print is Print.UNKNOWN:
                self.came_out(yes)
            case actions.Print(with_answers):
                self._print(with_answers=with_answers)

    def _speak(self, language: str) -> None:
        """From the services page on; what was begun elsewhere goes on in its new language."""
        self.setting = self._chinese.speaking(language)
        self.offered = self.setting.offered(self._identity, self.known)

    def tick(self) -> None:
        """Call about once a second: ends a session that nobody is in."""
        left = self._seconds_left()
        self.applying.settle()
        if (part := self._beneath) is not None:
            part.tick()
        if left is None or left > 0:
            return
        if self.part is None or self.part.may_leave():
            self._end("submitted" if self.submitted_case else "timeout")
        else:
            self._last_touch = self.setting.now()

    @property
    def _beneath(self) -> Part | None:
        """The part that help covers, or that is shown."""
        part = self.part
        while isinstance(part, Helping | CallAttendant):
            part = part.over
        return part

    # -- what a part asks for --------------------------------------------------------------------------------------

    def enter(self, part: Part) -> None:
        self.part = part

    def leave_part(self) -> None:
        self.part = None

    def choose(self, service: str) -> None:
        self.part = None
        self.applying.choose(service)

    def ask(self, wanted: Wanted, done: Callable[[Found], None], failed: Callable[[str], None]) -> None:
        """Only the last question is waited for. failed: gets a code."""
        self._waiting.pop(self._asked, None)
        self.ask_beside(wanted, done, failed)
        self._asked = self._ticket

    def ask_beside(self, wanted: Wanted, done: Callable[[Found], None], failed: Callable[[str], None]) -> None:
        """As `ask`, and what was asked before is still waited for."""
        self._ticket += 1
        self._waiting[self._ticket] = (done, failed)
        self.effects.append(AskPlatform(self.person.id_number, wanted, self._ticket, self.proof))

    # -- what the terminal reports ---------------------------------------------------------------------------------

    def opened(self, case_count: int, draft: DraftFound | None) -> None:
        """The card's drafts and receipts were looked up."""
        if self.at is At.OPENING:
            self.case_count = case_count
            flow = self.setting.catalogue.flows.get(draft.service) if draft else None
            self.draft = draft if flow and draft and flow.service.version == draft.version else None
            self.at = At.SERVICES
            if self.draft is None and self.setting.works().network:
                self.ask(WantTakenUp(), self._taken_up, lambda _: None)

    def _taken_up(self, found: Found) -> None:
        """What was put aside at another kiosk."""
        assert isinstance(found, FoundAside)
        draft = unpacked(found.draft)
        catalogue = self.setting.catalogue
        flow = catalogue.flows.get(draft.service) if draft and not catalogue.is_hidden(draft.service) else None
        if flow and draft and flow.service.version == draft.version and self.at is At.SERVICES:
            self.draft = draft
            self._aside = draft.service

    def owner_laid(self, card: Card) -> bool:
        """Whether the session goes on with this card, in place of the one before."""
        part = self._beneath
        if isinstance(part, Guardian):
            self._last_touch = self.setting.now()
            part.laid(card)
            return False
        if not isinstance(part, Acting):
            return False
        owner = applicant(card)
        code = card_problem(card, self.setting.wall().date())
        if code or owner.id_number == self.person.id_number:
            part.refused(code or "card.own")
            return False
        self.helper, self.person, self.part = self.person, owner, None
        self.draft, self.case_count, self.tile_page = None, 0, 0
        self._waiting.clear()
        self.guardian = None
        self._is_aside, self._aside = False, ""
        self._identified()
        return True

    def reader_trouble(self, code: str) -> None:
        """While another card is waited for."""
        part = self._beneath
        if isinstance(part, Acting | Guardian):
            part.troubled(code)

    def forget_aside(self, *done: str) -> None:
        """What was put aside, and is taken up here, is not wanted any more; nor what is of a service that is done."""
        if self._is_aside or self._aside in done:
            self._is_aside, self._aside, self.draft = False, "", None
            self.effects.append(AskPlatform(self.person.id_number, WantAside(b"")))

    def forget_uploads(self, uploads: Mapping[str, bytes]) -> None:
        """What was sent by phone is not handed in. Where nobody hears it, the platform forgets it by itself."""
        for upload in uploads.values():
            self.effects.append(AskPlatform(self.person.id_number, WantArrived(upload, "drop"), proof=self.proof))

    def cases_loaded(self, rows: list[CaseRow]) -> None:
        if self.at is At.SERVICES and self.part is None:
            self.part = MyCases(self, rows)

    def copy_loaded(self, copy: Copy) -> None:
        if isinstance(part := self._beneath, MyCases):
            part.copy_loaded(copy)

    def copy_refused(self, code: str) -> None:
        self.print, self.code = Print.FAILED, code

    def token_loaded(self, token: bytes) -> None:
        if isinstance(part := self._beneath, Proving):
            part.loaded(token)

    def pin_tried(self, accepted: bool, wait_s: float, error: str = "") -> None:
        """error: why no PIN can be tried at all."""
        part = self._beneath
        if isinstance(part, Staff):
            if error:
                part.pin.error = error
            else:
                part.tried(accepted, wait_s)

    def told(self, code: str = "") -> None:
        """What was said about a case is durable; code: why it is not."""
        if isinstance(part := self._beneath, OneCase):
            part.told(code)

    def answered(self, found: Found, ticket: int) -> None:
        """The platform's answer; to another question than the last it comes too late."""
        if ticket in self._waiting:
            self._waiting.pop(ticket)[0](found)

    def not_answered(self, code: str, ticket: int) -> None:
        if ticket in self._waiting:
            if code == "question.assurance":  # what was proved does not hold any more
                self.proof = CARD if self.has_card else TYPED
            self._waiting.pop(ticket)[1](code)

    def submitted(
        self, case: Submitted, state: Words, parts: Sequence[Submitted] = (), states: Sequence[Words] = ()
    ) -> None:
        """The case is durable: from here on nothing that happens can lose it. state: 待发送 or 已送达, as it is now.
        parts: of a bundle, all its cases; `case` is the first. states: of the parts; empty: all are in `state`."""
        if self.at is At.SUBMITTING and self.application:
            self.submitted_case = case
            self.part_cases = part_cases(self.sent_parts, parts, states or [state] * len(parts))
            self.case_state = state
            self.at = At.RESULT
            self.done |= {self.application.service.service, *(part.service for part in self.sent_parts)}
            self.also_likely = self.setting.also_likely(self._identity, self.known, self.done)
            self.forget_aside(*self.done)
            self.handing_in.conclude(self.application, case)

    def print_result(self) -> None:
        """Nothing is left to be done but the paper."""
        if self.application and self.application.service.paper != "none":
            self._print()

    def state_changed(self, states: Sequence[Words]) -> None:
        """Of each part of a bundle, or of the one case. All stand in one journal: the last is delivered last."""
        self.case_state = states[-1]
        if self.part_cases:
            self.part_cases = [replace(part, state=now) for part, now in zip(self.part_cases, states, strict=True)]

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
            case At.INELIGIBLE if self.print is not Print.PRINTING:
                self.to_services()
            case At.GUIDE | At.QUESTION | At.REVIEW | At.CONSENT if application:
                self.applying.next(application)
            case At.RESULT if self.print is not Print.PRINTING:
                self._end("submitted")
            case At.PROBLEM if application and self.code == "question.often":
                self.to_services()
            case At.PROBLEM if application:
                self.handing_in.go_on(application)
            case At.PROBLEM:
                self._end("refused", number_instead(self.code, self.person))

    def _back(self) -> None:
        match self.at:
            case At.SERVICES if self.tile_page:
                self.tile_page -= 1
            case At.GUIDE | At.INELIGIBLE if self.print is Print.PRINTING:
                pass
            case At.QUESTION | At.REVIEW | At.CONSENT if self.application:
                self.applying.back(self.application)
            case At.INELIGIBLE if self.application and self.application.turned_away and self.application.answers:
                self.applying.turn_back(self.application)
            case At.GUIDE | At.INELIGIBLE:
                self.to_services()
            case At.PROBLEM if self.may_correct:
                self.at = At.REVIEW
            case At.RESULT if self.print is not Print.PRINTING:
                self.handing_in.finish()

    def to_services(self) -> None:
        if self.application and not self._is_aside:
            self.forget_uploads(self.application.uploads)
        self.application, self._is_aside = None, False
        self.print_settled()
        self.offered = self.setting.offered(self._identity, self.known)
        self.at = At.SERVICES

    def print_settled(self) -> None:
        """What became of earlier paper says nothing about the next."""
        self.print, self.copy, self.code = Print.NONE, 0, ""

    def _print(self, *, with_answers: bool = False) -> None:
        if self.print not in (Print.NONE, Print.FAILED) or not self.application:
            return
        if self.at is At.RESULT and self.submitted_case:
            self.print_paper(receipt_of(self), self.followed)
        elif self.at is At.INELIGIBLE:
            self.print_paper(sheet_of(self, with_answers=with_answers), b"")

    def print_paper(self, paper: Paper, about: bytes) -> None:
        self.print = Print.PRINTING
        self.code = ""
        self.effects.append(PrintPaper(paper, about, self.copy))

    def came_out(self, yes: bool) -> None:
        if yes:
            self.print = Print.CONFIRMED
        else:
            self.print = Print.FAILED
            self.code = "print.not-out"
            self.copy += 1

    # -- the end ---------------------------------------------------------------------------------------------------

    def _seconds_left(self) -> float | None:
        if self.at in (At.OPENING, At.SUBMITTING, At.ENDED):
            return None
        idle, last = result_idle_s(self.print) if self.at is At.RESULT else IDLE_S, self._last_touch
        if (part := self._beneath or self.part) is not None:
            idle, last = part.idle_s, max(last, part.heard)
        if self.print is Print.PRINTING:
            idle = max(idle, PRINTING_S)
        return last + idle + WARNING_S - self.setting.now()

    def _leave(self) -> None:
        """In the middle of an application, and online, it may be kept for another kiosk."""
        application = self.application
        if self.part is not None and not self.part.may_leave():
            return
        begun = self.at in (At.QUESTION, At.REVIEW, At.CONSENT) or isinstance(self.part, Booking)
        may_keep = self.has_card and not self.helper and not isinstance(self.part, Leaving)
        if application and application.answers and begun and may_keep and self.setting.works().network:
            self._waiting.clear()
            self.part = Leaving(self, packed(application), self._end)
        else:
            self._end("submitted" if self.submitted_case else "left")

    def _end(self, outcome: str, number: str = "") -> None:
        self.at = At.ENDED
        if self.application and not self._is_aside and outcome in ("left", "timeout", "refused"):
            self.forget_uploads(self.application.uploads)
        self.application = self.part = self.guardian = self.draft = self.submitted_case = self.settled = None
        self.known, self.also_likely, self.offered, self.done = {}, [], [], set()
        self.sent_parts, self.part_cases = [], []
        self._waiting.clear()
        self.proof, self.holding, self.acts = TYPED, Holding(), CaseActs()
        self.handing_in = HandingIn(self)
        self.effects.append(End(outcome, number))
