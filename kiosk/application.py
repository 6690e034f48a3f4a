"""One application for one service: the answers so far and where the citizen stands among the questions. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from msgspec.structs import replace as replace_fields

from kiosk import actions
from kiosk.actions import Action
from kiosk.applicant import birth_of, guardian_problem
from kiosk.effects import Submit
from kiosk.saying import Saying, to_say
from kiosk.services import answers as checks
from kiosk.services.definition import Alternative, Choice, Consent, Material, Question, Service
from kiosk.services.flow import Ask, Flow, Ineligible, Situation, Walk
from kiosk.text_entry import TextEntry
from offline_cache.bodies import Applicant, Company, Signature

_UPLOAD: Final = "upload-"
_NO_GUARDIAN: Final = {
    "card.childs": to_say("这是孩子自己的号码，请填监护人的"),
    "card.minor": to_say("监护人要年满18周岁，请填父母或其他成年监护人的号码"),
}
_TYPING: Final = (actions.Answer, actions.Key, actions.Pick, actions.Choose)


class Application:
    """entry_id: 16 random bytes, the idempotency key of its submission: tapped twice, it is submitted once."""

    def __init__(
        self,
        flow: Flow,
        person: Applicant,
        situation: Callable[[], Situation],
        entry_id: bytes,
        known: Mapping[str, str],
        say: Saying | None = None,
        company: Company | None = None,
    ) -> None:
        """situation: as it is now; network and devices come and go. known: what is offered as an answer, by a
        question's `reuse` or `prefill`. company: for which the person acts."""
        self.flow = flow
        self.person = person
        self.company = company
        self.entry_id = entry_id
        self.answers: dict[str, str] = {}
        self.agreed: set[Consent] = set()
        """Each as it was read: the parts of a bundle may ask for one id in other words."""
        self.typed = ""
        self.entry: TextEntry | None = None
        """On a question whose answer is a text."""
        self.error = ""
        self.handed_in: Submit | None = None
        """As it was handed in; tried again it is the same."""
        self.slot: Choice | None = None
        """The time that was chosen, of a service that is booked."""
        self.signature: Signature | None = None
        """On the screen, for what is handed in as it is now."""
        self.turned_away: Alternative | None = None
        """Why it ends here, beside the rules."""
        self.uploads: dict[str, bytes] = {}
        """What is sent by phone, by the name of the material's question."""
        self.sent: set[str] = set()
        """Names of the questions of those that are all there."""
        self._here_and_now = situation
        self._known = known
        self._say = say or Saying()
        self._at: Question | None = None

    def _situation(self) -> Situation:
        """As it is now, for whom it is done."""
        now = self._here_and_now()
        values = {**now.values, "applicant": "company" if self.company else "person"}
        return replace(now, values=values, held=frozenset() if self.company else now.held)

    @property
    def possible_materials(self) -> list[Material]:
        """Those that may be wanted, as far as is known."""
        return self.flow.possible_materials(self._situation())

    @property
    def credit_code(self) -> str:
        """Of the company that the answers are about; empty: they are the person's own."""
        return self.company.credit_code if self.company else ""

    @property
    def service(self) -> Service:
        return self.flow.service

    @property
    def walk(self) -> Walk:
        return self.flow.walk(replace(self._situation(), sent=frozenset(self.sent)), self.answers)

    @property
    def due_upload(self) -> tuple[str, str] | None:
        """(name of the material's question, name of the material) of the next that is still to be sent by phone."""
        return next((one for one in self.flow.phoned(self.walk).items() if one[0] not in self.sent), None)

    @property
    def open_consent(self) -> Consent | None:
        """The next that was not given."""
        return next((one for one in self.walk.consents if one not in self.agreed), None)

    @property
    def advice(self) -> Alternative:
        """The way on of somebody who cannot be served here."""
        then = self.walk.then
        if self.turned_away is None and isinstance(then, Ineligible):
            return then.rule.otherwise
        return self.turned_away or self.service.alternatives.elsewhere

    @property
    def question(self) -> Question | None:
        """The question on the screen."""
        return self._at

    @property
    def place(self) -> int:
        """The question's place among those asked, from 1."""
        asked = [question.id for question in self.walk.asked]
        return asked.index(self._at.id) + 1 if self._at and self._at.id in asked else len(asked) + 1

    def go_to(self, question: Question | None) -> None:
        self._at = question
        self._show(question, self.answers.get(question.id, self._offered(question)) if question else "")
        self.error = ""

    def _show(self, question: Question | None, answer: str) -> None:
        self.typed = answer
        self.entry = TextEntry(question.max_length, answer) if question and question.kind == "text" else None

    def turn_away(self, reason: str) -> None:
        """For a reason that no rule tells: to where else it is done."""
        self.turned_away = replace_fields(self.service.alternatives.elsewhere, reason=reason)

    def type(self, action: Action) -> None:
        """A key, a picked character, the whole answer as it is now, or that it stays open."""
        question = self._at
        if question is None or not isinstance(action, _TYPING):
            return
        if isinstance(action, actions.Choose):
            if action.service == "unsaid" and checks.may_stay_open(question):
                self._show(question, "" if self.typed == checks.UNSAID else checks.UNSAID)
        elif self.entry is not None:
            self.entry.act(action)
            self.typed = self.entry.value
        elif isinstance(action, actions.Answer) and len(action.value) <= (question.max_length or len(action.value)):
            self.typed = action.value
        self.error = ""

    def _offered(self, question: Question) -> str:
        found = self._known.get(question.reuse, "") or self._known.get(question.prefill, "")
        return "" if self._problem(question, found) else found

    def _problem(self, question: Question, answer: str) -> str:
        today = self._situation().now.date()
        found = checks.problem(question, answer, today, self._say)
        if found or question.reuse != "guardian_id":
            return found
        code = guardian_problem(self.person, answer, date.fromisoformat(birth_of(answer)), today)
        return self._say(_NO_GUARDIAN[code]) if code else ""

    def go_to_next_open(self) -> None:
        """To the first question without an answer; to none when nothing is left to ask."""
        then = self.walk.then
        self.go_to(then.question if isinstance(then, Ask) else None)

    def accept(self) -> bool:
        """Take what is typed as the answer; False, with `error` set, when it is none."""
        assert self._at is not None
        self.typed = self.typed.strip()
        self.error = self._problem(self._at, self.typed)
        if self.error:
            return False
        self.answers[self._at.id] = self.typed
        return True

    def fill(self, answers: Mapping[str, str]) -> None:
        """What was read instead of typed, as far as it answers a question of this service."""
        known = {found.id: found for found in self.flow.questions}
        sound = {name for name in answers if name in known and not self._problem(known[name], answers[name])}
        self.answers |= {name: answers[name] for name in sound}

    def advance(self) -> None:
        """After `accept`: to the question after this one, whether it was answered before or not."""
        asked = self.walk.asked
        after = [asked[at + 1] for at, question in enumerate(asked[:-1]) if question == self._at]
        if after:
            self.go_to(after[0])
        else:
            self.go_to_next_open()

    def retreat(self) -> bool:
        """To the question before this one; False when there is none."""
        asked = self.walk.asked
        before = asked[: self.place - 1]
        if not before:
            return False
        self.go_to(before[-1])
        return True

    def counted_answers(self) -> dict[str, str]:
        return {question.id: self.answers[question.id] for question in self.walk.asked}

    def kept(self) -> dict[str, str]:
        """What a draft keeps: the answers, and where papers were sent to."""
        return {**self.answers, **{f"{_UPLOAD}{name}": upload.hex() for name, upload in self.uploads.items()}}

    def restore(self, answers: Mapping[str, str], question: str) -> None:
        """Go on from a draft. Answers that no longer pass are asked again."""
        known = {found.id: found for found in self.flow.questions}
        self.answers = {
            name: value
            for name, value in answers.items()
            if name.startswith("material-") or (name in known and not self._problem(known[name], value))
        }
        self.uploads = {
            name.removeprefix(_UPLOAD): bytes.fromhex(value)
            for name, value in answers.items()
            if name.startswith(_UPLOAD)
        }
        self.go_to_next_open()
        there = next((asked for asked in self.walk.asked if asked.id == question), None)
        if there is not None:
            self.go_to(there)
