"""The way through a service: which question is next, and whether the citizen is eligible. Pure: no I/O.

A rule is decided as soon as all it reads is settled, so nobody answers ten questions to be told no. What a question
that is not asked would have answered reads as the empty text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.services.definition import Question, Rule, Service
from kiosk.services.expression import Expression, Value

IDENTITY: Final[dict[str, type]] = {"age": int, "sex": str, "residence": str}
"""What the card tells. residence: `local` where the card's address is in the region's table, else `unknown`."""


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
    are as far as can be told now. then: what comes next."""

    asked: tuple[Question, ...]
    total: int
    then: Ask | Ineligible | Ready


class Flow:
    """A service with its expressions compiled."""

    def __init__(self, service: Service) -> None:
        """Raises ExpressionError."""
        self.service = service
        self.variables: dict[str, type] = {**IDENTITY, **{question.id: str for question in service.questions}}
        self.when = {question.id: Expression(question.when, self.variables) for question in service.questions}
        self.require = {rule.id: Expression(rule.require, self.variables) for rule in service.eligibility}

    def walk(self, identity: Mapping[str, Value], answers: Mapping[str, str]) -> Walk:
        """The way of a person of whom `identity` (all of IDENTITY) is known and who gave `answers`."""
        values: dict[str, Value] = dict(identity)
        asked: list[Question] = []
        total = len(self.service.questions)
        for question in self.service.questions:
            failed = self._failed(values)
            if failed is not None:
                return Walk(tuple(asked), total, Ineligible(failed))
            if not self.when[question.id].holds(values):
                values[question.id] = ""
                total -= 1
            elif question.id in answers:
                values[question.id] = answers[question.id]
                asked.append(question)
            else:
                return Walk(tuple(asked), total, Ask(question))
        failed = self._failed(values)
        return Walk(tuple(asked), total, Ready() if failed is None else Ineligible(failed))

    def _failed(self, values: Mapping[str, Value]) -> Rule | None:
        for rule in self.service.eligibility:
            expression = self.require[rule.id]
            if expression.names <= values.keys() and not expression.holds(values):
                return rule
        return None
