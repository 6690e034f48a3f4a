"""The last steps of an application: what changed meanwhile, the assurance that the act demands, the submission. An act
whose answer was lost is asked again under the same id, so that it is done once."""

from typing import TYPE_CHECKING, Final

from kiosk.application import Application
from kiosk.effects import SubmitAll
from kiosk.fees import UNPAID, Settled
from kiosk.online import Done, Found, WantDone
from kiosk.parts.booking import Booking
from kiosk.parts.certificate import TakingCertificate
from kiosk.parts.paying import Fee, Paying
from kiosk.proof import CARD, TYPED
from kiosk.proving import prove
from kiosk.receipt import Submitted
from kiosk.services.definition import Choice
from kiosk.services.flow import Ready
from kiosk.session_state import At
from kiosk.signing_step import SigningStep
from kiosk.states import Words, platform_words
from kiosk.submitting import demanded, part_submissions, submission
from kiosk.typed_answers import answers_for_paper

if TYPE_CHECKING:
    from kiosk.session import Session

UNKNOWN: Final = "answer.lost"
"""From here there is only trying again, or leaving."""
_REFUSED: Final = ("slot.taken", "question.", "company.")
"""Codes by which the platform says that nothing was done; after any other it may have been."""


class HandingIn:
    """unanswered: an act of which nobody knows whether it was done."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self.unanswered: Application | None = None
        self._certified = False
        """A certificate was issued at once."""
        self._signing = SigningStep(session, self.go_on)

    def go_on(self, application: Application) -> None:
        """The steps between the last consent and the submission, each a part that comes back here; then it is
        handed in. Whoever comes back from them gives the consents again."""
        self._session.at = At.REVIEW
        if not self._signing.begins(application) and not self._assure(application):
            self.submit(application)

    def _assure(self, application: Application) -> bool:
        """Some acts demand more than a card. False: it is settled."""
        session, wanted = self._session, demanded(application)
        if session.proof.reaches(wanted):
            return False
        prove(session, wanted, self._assured, self._not_assured, session.leave_part)
        return True

    def submit(self, application: Application) -> None:
        session, service, walk = self._session, application.service, application.walk
        if application is not self.unanswered:
            if not isinstance(walk.then, Ready):
                application.go_to_next_open()
                session.applying.show_step(application)
                return
            if application.open_consent is not None:
                session.at, session.agreed = At.CONSENT, False
                return
            if service.act == "book" and application.slot is None:
                self.choose_slot(application)
                return
            if application.due_upload is not None:
                session.applying.show_step(application)
                return
            wanted = application.flow.phoned(walk)
            session.forget_uploads({name: one for name, one in application.uploads.items() if name not in wanted})
            application.uploads = {name: one for name, one in application.uploads.items() if name in wanted}
            application.handed_in = submission(
                application,
                helper=session.helper,
                guardian=session.guardian,
                level=session.proof.level,
                language=session.setting.say.language,
            )
        submit = application.handed_in
        assert submit is not None
        session.at = At.SUBMITTING
        session.print_settled()
        session.followed, session.sent_parts = submit.entry_id, []
        if walk.parts:
            parts = part_submissions(submit, walk.parts, application.uploads)
            session.followed = parts[-1].entry_id
            session.sent_parts = parts
            session.effects.append(SubmitAll(parts))
        elif service.mode == "online":
            slot = application.slot.value if application.slot else ""
            self.unanswered = application
            session.ask(WantDone(submit, service.act, slot, demanded(application)), self._done, self._failed)
        else:
            session.effects.append(submit)

    def conclude(self, application: Application, case: Submitted) -> None:
        """It is handed in, and safe. What can be done about it at once comes before its paper."""
        session, submit, payment = self._session, application.handed_in, application.service.payment
        if submit is not None and submit.pays and payment is not None:
            session.settled = UNPAID
            if session.setting.works().network:
                option = submit.answers[submit.pays_by] if submit.pays_by else ""
                fee = Fee(submit.entry_id, submit.service, payment.what, case.token, option)
                session.part = Paying(session, fee, self._paid, comes_first=True)
                return
        if self._certified and session.proof.reaches("card+code"):
            session.part = TakingCertificate(session, case.number, session.leave_part, session.leave_part)
            return
        session.print_result()

    def _paid(self, settled: Settled) -> None:
        self._session.part, self._session.settled = None, settled
        self._session.print_result()

    def finish(self) -> None:
        """Done with what was handed in. The session goes on: what it knows is not asked for again."""
        session = self._session
        session.case_count += max(1, len(session.sent_parts))
        session.submitted_case, session.settled, session.application = None, None, None
        session.sent_parts, session.part_cases, session.also_likely = [], [], []
        session.handing_in = HandingIn(session)
        session.to_services()

    def choose_slot(self, application: Application) -> None:
        session = self._session
        answers = answers_for_paper(application, session.setting)
        session.part = Booking(session, application.service, answers, self._slot_chosen, session.leave_part)

    def _slot_chosen(self, slot: Choice) -> None:
        self._session.part = None
        if application := self._session.application:
            application.slot = slot
            self._session.applying.show_step(application)

    def _assured(self) -> None:
        if application := self._session.application:
            self.go_on(application)

    def _not_assured(self) -> None:
        """Nobody of the staff is there: where else it can be done."""
        if application := self._session.application:
            say = self._session.setting.say
            application.turn_away(say("这件事要当面核对是您本人，现在这里没有工作人员。"))
            self._session.at = At.INELIGIBLE

    def _done(self, done: Found) -> None:
        assert isinstance(done, Done)
        self.unanswered = None
        self._certified = bool(done.code)
        case = Submitted(done.number, done.submitted_ms, done.token, b"", b"", done.public_address)
        self._session.submitted(case, Words(platform_words(done.state).word, done.message))

    def _failed(self, code: str) -> None:
        if not code.startswith(_REFUSED):
            self._session.failed(UNKNOWN)
            return
        if code == "question.assurance":
            self._session.proof = CARD if self._session.has_card else TYPED  # what was proved is too long ago
        elif self.unanswered is not None and code == "slot.taken":
            self.unanswered.slot = None
        self.unanswered = None
        self._session.failed(code)
