"""The way through a service: which question is next, and whether the citizen can be served. Pure: no I/O.

A rule is decided as soon as all it reads is settled, so nobody answers ten questions to be told no. What a question
that is not asked would have answered reads as the empty text, or as -1 where numbers are compared.
"""

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from kiosk.saying import Saying, to_say
from kiosk.services import answers as given
from kiosk.services.definition import (
    Alternative,
    Choice,
    Consent,
    Hours,
    Material,
    Payment,
    Question,
    Rule,
    Season,
    Service,
    Way,
)
from kiosk.services.expression import Expression, Value

IDENTITY: Final[dict[str, type]] = {
    "age": int, "sex": str, "residence": str, "identified": str, "role": str, "applicant": str,
}  # fmt: skip
"""What is known of the citizen before the first question. residence: `local` where the card's address is in the
region's table, else `unknown`. identified: `card` or `typed`. role: `self`, or `agent` where somebody else acts.
applicant: `person` or `company`; of a company the others tell of who acts for it."""
_PERSONAL: Final = frozenset({"age", "sex", "residence"})
_ADULTS: Final[list[dict[str, Value]]] = [
    {"age": age, "sex": sex, "residence": residence}
    for age in (20, 40, 58, 70, 90) for sex in ("男", "女") for residence in ("local", "unknown")
]  # fmt: skip
CONDITIONS: Final[dict[str, type]] = {"season": str, "hours": str, "network": str, "camera": str, "upload": str}
"""What is known of here and now. season, hours: `open` or `closed`, of this service. network: `up` or `down`. camera,
upload: whether papers can be put under a camera here, or sent by phone: `yes` or `no`."""
UNASKED: Final = -1
CLOSING: Final = timedelta(days=14)
"""How long before its end a season closes soon."""
_DAY: Final = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_WORDS: Final[dict[Way, str]] = {
    "card": to_say("已从身份证读到"),
    "held": to_say("不用交，平台已有"),
    "scan": to_say("现在拍照"),
    "phone": to_say("用手机传"),
    "promise": to_say("我书面承诺"),
    "later": to_say("以后带到窗口"),
}
_NEEDS: Final[dict[Way, tuple[str, str]]] = {
    "card": ("identified", "card"),
    "held": ("network", "up"),
    "scan": ("camera", "yes"),
    "phone": ("upload", "yes"),
}
"""Ways that work only under a condition: variable and value."""


def is_open(season: Season, day: str) -> bool:
    """day: MM-DD."""
    return _between(season.opens, day, season.closes)


def _between(opens: str, now: str, closes: str) -> bool:
    """Both ends included; may go over the turn of the year or of the day."""
    return opens <= now <= closes if opens <= closes else now >= opens or now <= closes


def is_day(text: str) -> bool:
    """A day of a year, MM-DD."""
    return _DAY.fullmatch(text) is not None


def is_time(text: str) -> bool:
    """A time of a day, HH:MM."""
    return _TIME.fullmatch(text) is not None


@dataclass(frozen=True)
class Situation:
    """Who is here, when, and what works. values: all of IDENTITY, `network`, `camera` and `upload`; `applicant` may be
    missing where the service leaves no choice, or the choice is still to be made. held: the kinds of certificates that
    the platform holds of the citizen, as far as is known. sent: names of the materials' questions whose papers have
    come by phone: they stay given, whatever works now."""

    values: Mapping[str, Value]
    now: datetime
    held: frozenset[str] = field(default=frozenset())
    sent: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Ask:
    question: Question


@dataclass(frozen=True)
class Ineligible:
    rule: Rule


@dataclass(frozen=True)
class Ready:
    """Nothing is left to ask."""


@dataclass(frozen=True)
class Walk:
    """asked: the questions that were asked and answered, in order; only their answers count. total: how many there
    are as far as can be told now. given: the way of each material that is settled, by its id. consents: those that are
    wanted, once nothing is left to ask. then: what comes next. values: what expressions read. parts: of a bundle, once
    nothing is left to ask (kiosk.services.bundle.PartState). payment: what is to be paid, once nothing is left to ask;
    of a bundle it is its parts'."""

    asked: tuple[Question, ...]
    total: int
    given: Mapping[str, Way]
    consents: tuple[Consent, ...]
    then: Ask | Ineligible | Ready
    values: Mapping[str, Value] = field(default_factory=dict)
    parts: tuple[Any, ...] = ()
    payment: Payment | None = None


def material_question(material: Material, ways: list[Way], say: Saying) -> Question:
    """How a material is given is asked like anything else; its id is no name in expressions."""
    return Question(
        id=f"material-{material.id}",
        kind="choice",
        ask=say("{material}：怎么交？", material=material.name),
        label=material.name,
        help=material.help or say("选一种您现在方便的办法。"),
        options=[Choice(value=way, label=_way_words(material, way, say)) for way in ways],
    )


def _way_words(material: Material, way: Way, say: Saying) -> str:
    if way == "later":
        return say("{way}（{days}个工作日内）", way=say(_WORDS[way]), days=material.days)
    return say(_WORDS[way])


class Flow:
    """A service with its expressions compiled."""

    def __init__(self, service: Service, numbers: Mapping[str, int] | None = None) -> None:
        """numbers: the region's, which expressions name as `region.NAME`. Raises ExpressionError."""
        self.service = service
        self.say = Saying()
        self.rules = [*_own_rules(service), *service.eligibility]
        self.variables: dict[str, type] = {
            **IDENTITY,
            **CONDITIONS,
            **{one.id: int if one.kind in ("number", "date") else str for one in service.questions},
        }

        self._numbers = numbers or {}
        compiled = self.compiled
        self.when = {one.id: compiled(one.when) for one in service.questions}
        self.wanted = {one.id: compiled(one.when) for one in service.materials}
        self.consented = {one.id: compiled(one.when) for one in service.consents}
        self.require = {rule.id: compiled(rule.require) for rule in self.rules}
        self.visible = compiled(service.visible)
        self.payable = compiled(service.payment.when if service.payment else "false")

    def compiled(self, text: str) -> Expression:
        """Raises ExpressionError."""
        return Expression(text, self.variables, self._numbers)

    @property
    def covers(self) -> set[str]:
        """Ids of what is handed in by it."""
        return {self.service.service}

    @property
    def questions(self) -> list[Question]:
        """All that may be asked, beside how materials are given."""
        return self.service.questions

    @property
    def materials(self) -> list[Material]:
        return self.service.materials

    def phoned(self, walk: Walk) -> dict[str, str]:
        """The materials that come by phone: names by the names of their questions."""
        return {f"material-{one.id}": one.name for one in self.materials if walk.given.get(one.id) == "phone"}

    def speaking(self, service: Service, say: Saying) -> "Flow":
        """The same flow with the texts of `service`, which is its service in another language, that of `say`."""
        other = copy(self)
        other.service = service
        other.say = say
        other.rules = [*_own_rules(service), *service.eligibility]
        return other

    @property
    def expressions(self) -> list[Expression]:
        return [
            *self.when.values(),
            *self.wanted.values(),
            *self.consented.values(),
            *self.require.values(),
            self.visible,
            self.payable,
        ]

    def on(self, now: datetime) -> Mapping[str, Value]:
        """What expressions may read of the day and the time."""
        season, hours = self.service.season, self.service.hours
        return {
            "season": "open" if season is None or is_open(season, f"{now:%m-%d}") else "closed",
            "hours": "open" if hours is None or _between(hours.opens, f"{now:%H:%M}", hours.closes) else "closed",
        }

    def is_visible(self, situation: Situation) -> bool:
        """False only for somebody who is known and for whom it makes no sense at all."""
        values = self._values(situation)
        return not self.visible.names <= values.keys() or self.visible.holds(values)

    def exit_now(self, situation: Situation) -> Rule | None:
        """Why it cannot be done here and now, as far as is known before the first question."""
        return self._failed(self._values(situation), self.rules.copy())

    def is_likely(self, situation: Situation, known: Mapping[str, str] = MappingProxyType({})) -> bool:
        """Whether a rule about the person was asked and none refuses: "you may be entitled to this". known: answers
        that were given to other services, by their questions' `reuse`."""
        told = {**situation.values, **self._answered(known, situation.now.date())}
        asked = any(self._tells(rule, told) for rule in self.service.eligibility)
        return asked and self._failed({**self.on(situation.now), **told}, self.rules.copy()) is None

    def _tells(self, rule: Rule, told: Mapping[str, Value]) -> bool:
        """Whether it can be decided, and not everybody passes: by an answer, or by what an adult may be."""
        expression = self.require[rule.id]
        if not expression.names <= told.keys():
            return False
        if expression.names - IDENTITY.keys() - CONDITIONS.keys():
            return True
        others = _ADULTS if expression.names & _PERSONAL else []
        return any(not expression.holds({**told, **other}) for other in others)

    def _answered(self, known: Mapping[str, str], today: date) -> dict[str, Value]:
        """What expressions read of answers that this service's own questions would accept."""
        return {
            one.id: given.value(one, known[one.reuse], today)
            for one in self.service.questions
            if one.reuse in known and not given.problem(one, known[one.reuse], today)
        }

    def possible_materials(self, situation: Situation) -> list[Material]:
        """Those that are not known to be unwanted."""
        values = self._values(situation)
        conditions = {one.id: self.wanted[one.id] for one in self.service.materials}
        return [
            one
            for one in self.service.materials
            if not conditions[one.id].names <= values.keys() or conditions[one.id].holds(values)
        ]

    def is_finishable(self, situation: Situation) -> bool:
        """Whether everything that is wanted of everybody can be given here and now."""
        values = {"identified": "card", **self._values(situation)}
        always = [one for one in self.service.materials if not self.wanted[one.id].names]
        return all(self._ways(one, values, situation) for one in always if self.wanted[one.id].holds(values))

    def closes_soon(self, now: datetime) -> bool:
        """The season is open, and not for long."""
        season = self.service.season
        if season is None or not is_open(season, f"{now:%m-%d}"):
            return False
        return not is_open(season, f"{now + CLOSING:%m-%d}")

    def walk(self, situation: Situation, answers: Mapping[str, str]) -> Walk:
        """The way of a person in `situation` who gave `answers`."""
        values = self._values(situation)
        asked: list[Question] = []
        ways: dict[str, Way] = {}
        left = self.rules.copy()
        total = len(self.service.questions)

        def stop(then: Ask | Ineligible) -> Walk:
            return Walk(tuple(asked), total, ways, (), then, values)

        for question in self.service.questions:
            failed = self._failed(values, left)
            if failed is not None:
                return stop(Ineligible(failed))
            if not self.when[question.id].holds(values):
                values[question.id] = UNASKED if self.variables[question.id] is int else ""
                total -= 1
            elif question.id in answers:
                values[question.id] = given.value(question, answers[question.id], situation.now.date())
                asked.append(question)
            else:
                return stop(Ask(question))
        failed = self._failed(values, left)
        if failed is not None:
            return stop(Ineligible(failed))
        wanted = [one for one in self.service.materials if self.wanted[one.id].holds(values)]
        choices = {one.id: self._ways(one, values, situation) for one in wanted}
        total += sum(len(found) > 1 for found in choices.values())
        for material in wanted:
            found = choices[material.id]
            if not found:
                other = self.service.alternatives
                return stop(
                    Ineligible(Rule(id="materials", require="true", otherwise=other.materials or other.elsewhere))
                )
            if len(found) > 1:
                question = material_question(material, found, self.say)
                chosen = answers.get(question.id)
                if chosen not in found:
                    return stop(Ask(question))
                asked.append(question)
            ways[material.id] = next(
                way for way in found if len(found) == 1 or way == answers[f"material-{material.id}"]
            )
        consents = tuple(one for one in self.service.consents if self.consented[one.id].holds(values))
        payment = self.service.payment if self.payable.holds(values) else None
        return Walk(tuple(asked), total, ways, consents, Ready(), values, payment=payment)

    def _values(self, situation: Situation) -> dict[str, Value]:
        applicant = self.service.applicant
        settled: dict[str, Value] = {} if applicant == "either" else {"applicant": applicant}
        return {**settled, **self.on(situation.now), **situation.values}

    @staticmethod
    def _ways(material: Material, values: Mapping[str, Value], situation: Situation) -> list[Way]:
        """Those that work now; what needs nothing of the citizen is not asked about."""
        works: list[Way] = []
        for way in material.ways:
            needs = _NEEDS.get(way)
            sent = way == "phone" and f"material-{material.id}" in situation.sent
            holds = way != "held" or material.certificate in situation.held
            if sent or ((needs is None or values[needs[0]] == needs[1]) and holds):
                works.append(way)
        free = next((way for way in works if way in ("card", "held")), None)
        return [free] if free else works

    def _failed(self, values: Mapping[str, Value], left: list[Rule]) -> Rule | None:
        """The first rule of those `left` that refuses; those that can be decided now are no longer left."""
        for rule in left.copy():
            expression = self.require[rule.id]
            if expression.names <= values.keys():
                if not expression.holds(values):
                    return rule
                left.remove(rule)
        return None


OWN_RULES: Final = frozenset({"season", "hours", "identity", "network", "agent"})


def _own_rules(service: Service) -> list[Rule]:
    """What the rest of the definition demands, as rules like any other."""
    other = service.alternatives

    def rule(name: str, require: str, otherwise: Alternative | None) -> Rule:
        return Rule(id=name, require=require, otherwise=otherwise or other.elsewhere)

    timed: dict[str, Season | Hours | None] = {"season": service.season, "hours": service.hours}
    found = [rule(name, f'{name} == "open"', one.otherwise) for name, one in timed.items() if one is not None]
    if service.needs("submit") != "typed":
        found.append(rule("identity", 'identified == "card"', other.identity))
    if service.mode == "online":
        found.append(rule("network", 'network == "up"', other.offline))
    if not service.agent:
        found.append(rule("agent", 'role == "self"', other.elsewhere))
    return found
