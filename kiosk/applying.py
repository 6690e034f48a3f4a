"""The way through one application: guide, questions, review, consents. On from the last consent: kiosk.handing_in."""

from functools import partial
from typing import TYPE_CHECKING, Final

from kiosk.application import Application
from kiosk.effects import SaveDraft
from kiosk.parts.company import ForCompany
from kiosk.parts.guardian import Guardian
from kiosk.parts.held import Looking
from kiosk.parts.sending import Sending
from kiosk.proving import prove
from kiosk.services.answers import UNSAID
from kiosk.services.flow import Ask, Flow, Ineligible, Ready
from kiosk.session_state import At, DraftFound
from offline_cache.bodies import Applicant, Company

if TYPE_CHECKING:
    from kiosk.session import Session

_AGENTS_OWN: Final[tuple[str, ...]] = ("name", "phone")
"""What is known of a citizen and offered for a company, too. Nothing goes the other way."""


class Applying:
    def __init__(self, session: "Session") -> None:
        self._session = session
        self._reviewing = False
        """One answer is changed from the review."""

    def choose(self, service: str, draft: DraftFound | None = None) -> None:
        """To the service's first page, or to why there is none. draft: what was begun of it."""
        session = self._session
        flow = session.setting.catalogue.flows.get(service)
        blocked = session.blocked()
        if flow is None:
            return
        session.to_services()
        if blocked:
            session.failed(blocked)
        else:
            own = flow.service.applicant == "either" and draft is not None and not draft.company
            if session.setting.catalogue.is_hidden(service) or own or flow.service.applicant == "person":
                self._begin(flow, draft, None)
            else:
                chosen = partial(self._begin, flow, draft)
                session.part = ForCompany(session, flow.service, chosen, draft.company if draft else "")

    def _begin(self, flow: Flow, draft: DraftFound | None, company: Company | None) -> None:
        """company: for which it is done. What was begun for another is not gone on with."""
        session = self._session
        known = session.known
        if company is not None:
            known = {name: session.known[name] for name in _AGENTS_OWN if name in session.known}
        setting = session.setting
        application = Application(
            flow, session.person, session.situation, setting.new_id(), known, setting.say, company
        )
        session.part, session.application, session.agreed = None, application, False
        self._reviewing = False
        session.at = At.INELIGIBLE if isinstance(application.walk.then, Ineligible) else At.GUIDE
        if setting.catalogue.is_hidden(flow.service.service):
            application.turned_away, session.at = flow.service.alternatives.elsewhere, At.INELIGIBLE
        if draft is not None and session.at is At.GUIDE and draft.company == application.credit_code:
            application.restore(draft.answers, draft.question)
            self.show_step(application)

    def resume(self, draft: DraftFound) -> None:
        self.choose(draft.service, draft)

    def next(self, application: Application) -> None:
        session = self._session
        match session.at:
            case At.GUIDE if not self._look_for_held(application):
                self._start()
            case At.QUESTION if application.accept():
                self._remember(application)
                if self._reviewing:
                    application.go_to_next_open()
                else:
                    application.advance()
                self._save_draft(application)
                self.show_step(application)
            case At.REVIEW if isinstance(application.walk.then, Ready):
                application.agreed.clear()
                application.signature = None
                session.agreed = False
                session.at = At.CONSENT
            case At.REVIEW:
                self.settle()
            case At.CONSENT if session.agreed:
                self._agree(application)

    def _look_for_held(self, application: Application) -> bool:
        """False: there is nothing to look for. The platform knows the person's certificates, not a company's; and a
        helper does not agree to it for somebody else."""
        session = self._session
        kinds = session.holding.open(
            {one.certificate: one.name for one in application.possible_materials if one.certificate}
        )
        if (
            not kinds
            or application.company
            or session.helper
            or not session.has_card
            or not session.setting.works().network
        ):
            return False
        session.part = Looking(
            session,
            session.holding,
            kinds,
            proven=lambda: session.proof.reaches("card+code"),
            prove=partial(prove, session, "card+code"),
            done=self._start,
        )
        return True

    def _start(self) -> None:
        if (application := self._session.application) is not None:
            application.go_to_next_open()
            self.show_step(application)

    def back(self, application: Application) -> None:
        session = self._session
        match session.at:
            case At.QUESTION if self._reviewing:
                application.go_to_next_open()
                self.show_step(application)
            case At.QUESTION if not application.retreat():
                session.at = At.GUIDE
            case At.REVIEW:
                application.go_to(application.walk.asked[-1] if application.walk.asked else None)
                self._reviewing = False
                session.at = At.QUESTION if application.question else At.GUIDE
            case At.CONSENT:
                session.agreed = False
                session.at = At.REVIEW

    def turn_back(self, application: Application) -> None:
        """From where else it can be done: there may be another way here, and no answer is lost."""
        application.turned_away = None
        self._session.print_settled()
        application.go_to_next_open()
        self.show_step(application)

    def change(self, application: Application, question: str) -> None:
        """One answer, from the review."""
        found = [asked for asked in application.walk.asked if asked.id == question]
        if found:
            application.go_to(found[0])
            self._reviewing = True
            self._session.at = At.QUESTION

    def settle(self) -> None:
        """Network, season and hours may have changed: what is then wanted is asked, or refused, before going on."""
        session, application = self._session, self._session.application
        if session.at in (At.REVIEW, At.CONSENT) and application and not isinstance(application.walk.then, Ready):
            session.agreed = False
            application.go_to_next_open()
            self.show_step(application)

    def show_step(self, application: Application) -> None:
        session, then = self._session, application.walk.then
        if isinstance(then, Ineligible):
            session.at = At.INELIGIBLE
        elif self._wants_guardian(application):
            self._ask_guardian(application)
        elif application.question or isinstance(then, Ask):
            session.at = At.QUESTION
        elif (due := application.due_upload) is not None:
            self._send(application, *due)
        elif application.service.act == "book" and application.slot is None:
            session.at = At.GUIDE
            session.handing_in.choose_slot(application)
        else:
            self._reviewing = True
            session.at = At.REVIEW

    def _wants_guardian(self, application: Application) -> bool:
        at = application.question.id if application.question else ""
        return at == "guardian_name" and at not in application.answers and self._session.part is None

    def _ask_guardian(self, application: Application) -> None:
        """Their card first, unless it was read before in this session."""
        session = self._session
        session.at = At.QUESTION
        if session.guardian is not None:
            self._guardian_read(session.guardian)
        else:
            back = partial(self._guardian_back, application)
            session.part = Guardian(session, self._guardian_read, session.leave_part, back)

    def _guardian_read(self, guardian: Applicant) -> None:
        session, application = self._session, self._session.application
        session.part, session.guardian = None, guardian
        if application:
            application.fill({"guardian_name": guardian.name, "guardian_id": guardian.id_number})
            application.go_to_next_open()
            self._save_draft(application)
            if self._wants_guardian(application):
                return  # what the card says is no answer here: it is typed
            self.show_step(application)

    def _guardian_back(self, application: Application) -> None:
        self._session.part = None
        self.back(application)

    def _send(self, application: Application, name: str, material: str) -> None:
        """By phone. name: of the material's question, which lies under it."""
        session = self._session
        application.go_to(next((asked for asked in application.walk.asked if asked.id == name), None))
        session.at = At.QUESTION if application.question else At.GUIDE
        upload = application.uploads.setdefault(name, session.setting.new_id())
        self._save_draft(application)
        session.part = Sending(
            session,
            upload,
            material,
            done=partial(self._sent, application, name),
            other=partial(self._not_by_phone, application, name),
            back=session.leave_part,
        )

    def _sent(self, application: Application, name: str) -> None:
        self._session.leave_part()
        application.sent.add(name)
        application.go_to_next_open()
        self.show_step(application)

    def _not_by_phone(self, application: Application, name: str) -> None:
        """How else? Where there is no other way: what to do instead."""
        session = self._session
        session.leave_part()
        session.forget_uploads({name: application.uploads.pop(name)})
        application.answers.pop(name, None)
        application.go_to_next_open()
        due = application.due_upload
        if due is not None and due[0] == name:
            other = application.service.alternatives
            application.turned_away = other.materials or other.elsewhere
            session.at = At.INELIGIBLE
        else:
            self.show_step(application)

    def _agree(self, application: Application) -> None:
        """To the next consent; each has a page of its own. What changed meanwhile is asked first."""
        consent = application.open_consent
        if consent is not None:
            application.agreed.add(consent)
        self._session.agreed = False
        if application.open_consent is None:
            self._session.handing_in.go_on(application)

    def _remember(self, application: Application) -> None:
        """Asked once in a session: the same question of another service is offered this answer; not what was told of a
        company."""
        question = application.question
        if question and question.reuse and not application.company:
            answer = application.answers[question.id]
            if answer != UNSAID:
                self._session.known[question.reuse] = answer

    def _save_draft(self, application: Application) -> None:
        at = application.question.id if application.question else ""
        service = application.service
        code = application.credit_code
        self._session.effects.append(SaveDraft(service.service, service.version, application.kept(), at, code))
