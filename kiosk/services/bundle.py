"""Bundles (一件事): several services with one questionnaire. Pure: no I/O.

A bundle is a graph: a part may need others first. The refusal of one part takes away that part and those that need it,
and no other. What two parts ask in the same words is asked once.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import msgspec

from kiosk.services.definition import (
    Alternatives,
    Choice,
    Consent,
    FileName,
    Identifier,
    Material,
    Minutes,
    Payment,
    Question,
    Rule,
    Service,
    Way,
)
from kiosk.services.flow import Ask, Flow, Ineligible, Ready, Situation, Walk, material_question

_WANTED: Final = [Choice(value="yes", label="一起办"), Choice(value="no", label="这件不办")]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """needs: parts that have to be handed in, too, since this one uses their result. when: an expression over the
    identity and the bundle's own questions; where it is false the part is not needed. ask: offered, and may be left
    out; empty: it belongs to the bundle. answers: to questions of the service that the bundle answers by itself.
    next_steps: what happens after it was handed in; nobody else is told of it."""

    id: Identifier
    service: Identifier
    needs: list[Identifier] = []
    when: str = "true"
    ask: str = ""
    answers: dict[Identifier, str] = {}
    next_steps: list[str] = []


class PartSteps(msgspec.Struct, frozen=True, kw_only=True):
    """A part's texts, by its id."""

    id: Identifier
    next_steps: list[str]


class BundleService(Service, frozen=True, kw_only=True):
    """A bundle as a service, with all that is translated of it."""

    parts: list[PartSteps]


class Bundle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """questions: those before all parts'. eligibility: who may use the bundle; `otherwise` leads to the parts one by
    one. next_steps: what is true whichever parts were handed in. The other fields are a service's."""

    format: Literal[1]
    bundle: FileName
    version: int
    name: str
    office: str
    counter: Identifier
    summary: str
    about: str
    words: list[str] = []
    events: list[Identifier] = []
    minutes: Minutes
    fee: str
    limit: str
    eligibility: list[Rule]
    questions: list[Question]
    parts: list[Part]
    alternatives: Alternatives
    next_steps: list[str]

    def as_service(self) -> BundleService:
        """Its own questions and rules; one question for each part that may be left out."""
        wanted = [
            Question(
                id=f"want_{part.id}", kind="choice", ask=part.ask, label=part.ask.rstrip("？?"), when=part.when,
                help="不想一起办的，以后可以单独办。", options=_WANTED,
            )
            for part in self.parts
            if part.ask
        ]  # fmt: skip
        return BundleService(
            format=1, service=self.bundle, version=self.version, name=self.name, type="20", office=self.office,
            counter=self.counter, summary=self.summary, about=self.about, words=self.words, events=self.events,
            minutes=self.minutes, fee=self.fee, limit=self.limit, mode="queue", eligibility=self.eligibility,
            questions=[*self.questions, *wanted], materials=[], consents=[], alternatives=self.alternatives,
            next_steps=self.next_steps,
            parts=[PartSteps(id=one.id, next_steps=one.next_steps) for one in self.parts],
        )  # fmt: skip


@dataclass(frozen=True)
class PartState:
    """state: `ready` to be handed in; `refused`, by rule; `waiting` for a part that was refused or left out; `left`
    out; `not-needed`. answers, given, consents, payment: of a part that is ready, by its service's own names."""

    part: Part
    service: Service
    state: Literal["ready", "refused", "waiting", "left", "not-needed"]
    rule: Rule | None = None
    answers: Mapping[str, str] | None = None
    given: Mapping[str, Way] | None = None
    consents: tuple[Consent, ...] = ()
    payment: Payment | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    """Under which names the answers to its service's questions are kept."""


class BundleFlow(Flow):
    """A bundle with its parts' flows; walked like a service."""

    def __init__(self, bundle: Bundle, flows: Mapping[str, Flow], numbers: Mapping[str, int]) -> None:
        """flows: of services, by id; the bundle's parts are among them. Raises ExpressionError."""
        super().__init__(bundle.as_service(), numbers)
        self.bundle = bundle
        self.parts = [(part, flows[part.service]) for part in bundle.parts]
        self.needed = {part.id: self.compiled(part.when) for part in bundle.parts}
        self._keys = _shared_keys(self.bundle.questions, self.parts)

    @property
    def covers(self) -> set[str]:
        return {self.service.service, *(part.service for part in self.bundle.parts)}

    @property
    def questions(self) -> list[Question]:
        """All that may be asked, by the names under which answers are kept."""
        found = {question.id: question for question in self.service.questions}
        for part, flow in self.parts:
            for question in flow.service.questions:
                if question.id in part.answers:
                    continue
                key = self._keys[part.id, question.id]
                found.setdefault(key, msgspec.structs.replace(question, id=key))
        return list(found.values())

    def sharing(self) -> dict[str, list[tuple[Part, Flow, Question]]]:
        """By each name under which an answer is kept, whose questions it answers: those of the parts."""
        found: dict[str, list[tuple[Part, Flow, Question]]] = {}
        for part, flow in self.parts:
            for question in flow.service.questions:
                if question.id not in part.answers:
                    found.setdefault(self._keys[part.id, question.id], []).append((part, flow, question))
        return found

    @property
    def materials(self) -> list[Material]:
        named = {material.name: material for _, flow in self.parts for material in flow.service.materials}
        return list(named.values())

    def possible_materials(self, situation: Situation) -> list[Material]:
        return list({one.name: one for _, flow in self.parts for one in flow.possible_materials(situation)}.values())

    def phoned(self, walk: Walk) -> dict[str, str]:
        return {
            one.keys[f"material-{material.id}"]: material.name
            for one in walk.parts
            for material in one.service.materials
            if (one.given or {}).get(material.id) == "phone"
        }

    def walk(self, situation: Situation, answers: Mapping[str, str]) -> Walk:
        own = super().walk(situation, answers)
        if not isinstance(own.then, Ready):
            return own
        asked = {question.id: question for question in own.asked}
        states: dict[str, PartState] = {}
        for part, flow in self.parts:
            settled = self._settled(part, flow, own, answers, states)
            if settled is not None:
                states[part.id] = settled
                continue
            keys = {question.id: self._key(part, question.id) for question in _all_questions(flow)}
            mine = {**{name: answers[key] for name, key in keys.items() if key in answers}, **part.answers}
            sent = frozenset(name for name, key in keys.items() if key in situation.sent)
            walk = flow.walk(replace(situation, sent=sent), mine)
            for question in walk.asked:
                if question.id in part.answers:
                    continue
                asked.setdefault(keys[question.id], _named(question, keys[question.id]))
            if isinstance(walk.then, Ask):
                question = _named(walk.then.question, keys[walk.then.question.id])
                return replace(own, asked=tuple(asked.values()), total=len(asked) + 1, then=Ask(question))
            states[part.id] = replace(_ended(part, flow.service, walk, mine), keys=keys)
        parts = tuple(states.values())
        consents = dict.fromkeys(one for state in parts for one in state.consents)
        refused = next((state.rule for state in parts if state.rule is not None), None)
        then: Ready | Ineligible = Ready()
        if not any(state.state == "ready" for state in parts):
            elsewhere = Rule(id="parts", require="true", otherwise=self.service.alternatives.elsewhere)
            then = Ineligible(refused or elsewhere)
        return replace(
            own,
            asked=tuple(asked.values()),
            total=len(asked),
            consents=tuple(consents),
            parts=parts,
            then=then,
        )

    def with_parts(self, flows: Mapping[str, Flow]) -> "BundleFlow":
        """With the parts' flows in another language."""
        other = copy(self)
        other.parts = [(part, flows[part.service]) for part in self.bundle.parts]
        return other

    def _settled(
        self, part: Part, flow: Flow, own: Walk, answers: Mapping[str, str], states: Mapping[str, PartState]
    ) -> PartState | None:
        """What is known of the part without asking anything of its own."""
        if not self.needed[part.id].holds(own.values):
            return PartState(part, flow.service, "not-needed")
        if part.ask and answers.get(f"want_{part.id}") == "no":
            return PartState(part, flow.service, "left")
        if any(states[need].state in ("refused", "waiting", "left") for need in part.needs):
            return PartState(part, flow.service, "waiting")
        return None

    def _key(self, part: Part, name: str) -> str:
        return self._keys[part.id, name]


def next_steps(service: Service, walk: Walk) -> list[str]:
    """What happens after what `walk` handed in, of a bundle's parts first."""
    ready = {one.part.id for one in walk.parts if one.state == "ready"}
    parts = service.parts if isinstance(service, BundleService) else []
    of_parts = [text for one in parts if one.id in ready for text in one.next_steps]
    return list(dict.fromkeys([*of_parts, *service.next_steps]))


def _ended(part: Part, service: Service, walk: Walk, answers: Mapping[str, str]) -> PartState:
    if isinstance(walk.then, Ineligible):
        return PartState(part, service, "refused", walk.then.rule)
    counted = {question.id: answers[question.id] for question in walk.asked}
    return PartState(part, service, "ready", None, counted, walk.given, walk.consents, walk.payment)


def _all_questions(flow: Flow) -> list[Question]:
    return [*flow.service.questions, *(material_question(one, one.ways, flow.say) for one in flow.service.materials)]


def _named(question: Question, name: str) -> Question:
    return msgspec.structs.replace(question, id=name)


def asked_as(question: Question, days: int = 0) -> tuple[object, ...]:
    """What decides which answers pass and what they mean; two questions that agree in it may share an answer. days: to
    bring a material."""
    return (
        question.kind, [option.value for option in question.options], question.pattern, question.check,
        question.low, question.high, question.past, question.max_length, days,
    )  # fmt: skip


def shared_name(question: Question) -> str:
    """By which a question may share its answer with others; empty: by none."""
    return question.id if question.id.startswith("material-") else question.reuse


def _shared_keys(own: list[Question], parts: list[tuple[Part, Flow]]) -> dict[tuple[str, str], str]:
    """Under which name each part's answers are kept: the same for two that are asked the same, so that the answer of
    one is sound for the other. own: the bundle's questions, which come first."""
    keys: dict[tuple[str, str], str] = {}
    known = {one.reuse or one.id: (one.id, asked_as(one)) for one in own}
    for part, flow in parts:
        days = {f"material-{one.id}": one.days for one in flow.service.materials}
        for question in _all_questions(flow):
            shared, asked = shared_name(question), asked_as(question, days.get(question.id, 0))
            if shared and known.setdefault(shared, (shared, asked))[1] == asked:
                keys[part.id, question.id] = known[shared][0]
            else:
                own_name = question.id.removeprefix("material-")
                material = "material-" if question.id.startswith("material-") else ""
                keys[part.id, question.id] = f"{material}{part.id}__{own_name}"
    return keys
