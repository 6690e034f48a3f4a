"""Proves that a definition leads everyone to an outcome: explores the boundary classes of every variable. Pure.

The subset of expressions compares variables with constants only, so one value from each class (below, at and above
each constant; each named text and one that is named nowhere) stands for all of its class. What no expression reads has
one class.
"""

import itertools
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from kiosk.services.definition import Question
from kiosk.services.expression import Value
from kiosk.services.flow import CONDITIONS, IDENTITY, Ask, Flow, Ineligible, Situation

MAX_PATHS: Final = 200_000
MAX_SITUATIONS: Final = 20_000
NOW: Final = datetime(2026, 1, 15, 10, 0)  # noqa: DTZ001 # the wall clock of nowhere
_OTHER: Final = "(other)"
_DEFAULTS: Final[dict[str, Value]] = {
    "age": 0, "sex": _OTHER, "residence": _OTHER, "identified": "card", "role": "self",
    "season": "open", "hours": "open", "network": "up", "camera": "yes", "upload": "yes",
}  # fmt: skip
_WORKS: Final[list[dict[str, Value]]] = [
    {"network": "up", "camera": "yes", "upload": "yes"},
    {"network": "down", "camera": "no", "upload": "no"},
]
"""Materials can be given in all ways, or in those that always work: nothing between is worse."""
MINORS: Final = "guardian_"
"""Questions about a minor's guardian stand in every definition; where no minor comes they are rightly never asked."""

Trouble = tuple[tuple[str | int, ...], str]


def situations(flow: Flow) -> Iterator[Situation]:
    """One from each class of what is known before the first question."""
    known = {name: kind for name, kind in {**IDENTITY, **CONDITIONS}.items() if name not in _WORKS[0]}
    classes = {name: _classes(flow, name, kind) for name, kind in known.items()}
    certificates = frozenset(one.certificate for one in flow.service.materials if one.certificate)
    held = [frozenset[str](), certificates] if certificates else [certificates]
    for values in itertools.product(*classes.values()):
        told = dict(zip(classes, values, strict=True))
        for works, certificate in itertools.product(_WORKS, held):
            yield Situation({**told, **works}, NOW, certificate)


def answers(flow: Flow, question: Question) -> list[str]:
    """One from each class of answers."""
    constants = _constants(flow, question.id)
    if question.options:
        values = [option.value for option in question.options]
        named = [value for value in values if value in constants]
        return named + [value for value in values if value not in constants][:1]
    if question.kind == "number":
        edges = {edge + step for edge in constants if isinstance(edge, int) for step in (-1, 0, 1)} or {question.low}
        return [str(edge) for edge in sorted(edges) if question.low <= edge <= question.high] or [str(question.low)]
    if question.kind == "date":
        return _dates(question, [edge for edge in constants if isinstance(edge, int)])
    return [*sorted(text for text in constants if isinstance(text, str)), _OTHER]


def _dates(question: Question, edges: list[int]) -> list[str]:
    if not question.past:
        return [f"{NOW.year + 1}0101"]
    years = {edge + step for edge in edges for step in (-1, 0, 1)} or {1}
    return [f"{NOW.year - year}0101" for year in sorted(years) if 0 <= year <= 120]


def explore(flow: Flow) -> list[Trouble]:
    """(place in the definition, what is wrong). Empty: every path ends in an outcome, and no question or rule is there
    for nothing."""
    reached: set[str] = set()
    paths = 0
    for count, situation in enumerate(situations(flow)):
        if count > MAX_SITUATIONS:
            return [((), f"more than {MAX_SITUATIONS} situations: the rules name too many constants")]
        open_paths: list[dict[str, str]] = [{}]
        while open_paths:
            given = open_paths.pop()
            walk = flow.walk(situation, given)
            step = walk.then
            if isinstance(step, Ask):
                reached.add(step.question.id)
                open_paths += [{**given, step.question.id: value} for value in answers(flow, step.question)]
                continue
            paths += 1
            if isinstance(step, Ineligible):
                reached.add(f"rule {step.rule.id}")
            elif not walk.consents:
                told = ", ".join(f"{name} = {value}" for name, value in {**situation.values, **given}.items())
                return [(("consents",), f"personal data would go without any consent where {told}")]
            if paths > MAX_PATHS:
                return [((), f"more than {MAX_PATHS} paths: split the service or simplify its rules")]
    never: list[Trouble] = [
        (("questions", at), f"the question {question.id!r} is never asked, whatever is answered before it")
        for at, question in enumerate(flow.service.questions)
        if question.id not in reached and not question.id.startswith(MINORS)
    ]
    never += [
        (("eligibility", at), f"the rule {rule.id!r} never refuses anyone: it is always true or comes too late")
        for at, rule in enumerate(flow.service.eligibility)
        if f"rule {rule.id}" not in reached
    ]
    return never


def _classes(flow: Flow, name: str, kind: type) -> list[Value]:
    constants = _constants(flow, name)
    if not constants:
        return [_DEFAULTS[name]]
    if kind is int:
        return sorted({edge + step for edge in constants if isinstance(edge, int) for step in (-1, 0, 1)})
    return [*sorted(text for text in constants if isinstance(text, str)), _OTHER]


def _constants(flow: Flow, name: str) -> set[int | str]:
    return set().union(*(expression.constants for expression in flow.expressions if name in expression.names))
