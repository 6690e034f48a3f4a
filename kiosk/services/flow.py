"""The way through a service: which question is next, and whether the citizen is eligible. Pure: no I/O.

A rule is decided as soon as all it reads is settled, so nobody answers ten questions to be told no. What a question
that is not asked would have answered reads as the empty text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.services.definition import Question, Rule, Season, Service
from kiosk.services.expression import Expression, Value

IDENTITY: Final[dict[str, type]] = {"age": int, "sex": str, "residence": str, "season": str}
"""What the card and the day tell. residence: `local` where the card's address is in the region's table, else `unknown`.
season: `open` or `closed`, of this service."""
_DAY: Final = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def is_open(season: Season, day: date) -> bool:
    today = f"{day:%m-%d}"
    if season.opens <= season.closes:
        return season.opens <= today <= season.closes
    return today >= season.opens or today <= season.closes


def is_day(text: str) -> bool:
    """A day of a year, MM-DD."""
    return _DAY.fullmatch(text) is not None


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
        season = service.season
        self.rules = [Rule(id="season", require='season == "open"', otherwise=season.otherwise)] if season else []
        self.rules += service.eligibility
        self.variables: dict[str, type] = {**IDENTITY, **{question.id: str for question in service.questions}}
        self.when = {question.id: Expression(question.when, self.variables) for question in service.questions}
        self.require = {rule.id: Expression(rule.require, self.variables) for rule in self.rules}

    def on(self, day: date) -> Mapping[str, Value]:
        """What expressions may read of the day."""
        season = self.service.season
        return {"season": "open" if season is None or is_open(season, day) else "closed"}

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
        for rule in self.rules:
            expression = self.require[rule.id]
            if expression.names <= values.keys() and not expression.holds(values):
                return rule
        return None
