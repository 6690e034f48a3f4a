"""Proves that a definition leads everyone to an outcome: explores the boundary classes of every variable. Pure.

The subset of expressions compares variables with constants only, so one value from each class (below, at and above
each constant; each named text and one that is named nowhere) stands for all of its class. What no expression reads has
one class.
"""

import itertools
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from kiosk.services.definition import Question
from kiosk.services.expression import Value
from kiosk.services.flow import CONDITIONS, IDENTITY, Ask, Flow, Ineligible, Situation, Walk

MAX_WORK: Final = 300_000_000
"""About five seconds; the largest of the built-in definitions needs a quarter of it."""
MAX_SITUATIONS: Final = 20_000
NOW: Final = datetime(2026, 1, 15, 10, 0)  # noqa: DTZ001 # the wall clock of nowhere
_OTHER: Final = "(other)"
_ALL: Final[dict[str, tuple[Value, ...]]] = {
    "sex": ("女", "男"), "residence": ("local", "unknown"), "identified": ("card", "typed"), "role": ("self", "agent"),
    "applicant": ("person", "company"),
    "season": ("open", "closed"), "hours": ("open", "closed"),
}  # fmt: skip
"""The values of what is known before the first question; where nothing reads it, the first stands for all."""
_ADULT: Final = 40
_OLDEST: Final = 130
_WORKS: Final[list[dict[str, Value]]] = [
    {"network": "up", "camera": "yes", "upload": "yes"},
    {"network": "down", "camera": "no", "upload": "no"},
]
"""Materials can be given in all ways, or in those that always work: nothing between is worse."""
EVERYWHERE: Final = ("guardian_", "typed_")
"""Questions about a minor's guardian, and to whom only a number was typed, stand in every definition; where nobody such
comes they are rightly never asked."""

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
    return [f"{NOW.year - year}0101" for year in sorted({min(max(year, 0), 120) for year in years})]


Path = tuple[Situation, Mapping[str, str], Walk]


def paths(flow: Flow) -> Iterator[Path]:
    """One from each class of ways through the service: who and where, what was answered, the walk that ended."""
    return (path for path in _walks(flow) if not isinstance(path[2].then, Ask))


def _walks(flow: Flow) -> Iterator[Path]:
    """Those that have not ended, too."""
    for situation in situations(flow):
        branches: list[Iterator[dict[str, str]]] = [iter([{}])]
        while branches:
            given = next(branches[-1], None)
            if given is None:
                branches.pop()
                continue
            walk = flow.walk(situation, given)
            yield situation, given, walk
            if isinstance(walk.then, Ask):
                branches.append(_answered(flow, given, walk.then.question))


def _answered(flow: Flow, given: dict[str, str], question: Question) -> Iterator[dict[str, str]]:
    """One after the other: all at once may be more than fit into memory."""
    return ({**given, question.id: value} for value in reversed(answers(flow, question)))


def _cost(flow: Flow) -> int:
    """Of one walk, in steps: each expression is read, and after each question each rule is looked at."""
    reading = sum(50 + len(expression.text) for expression in flow.expressions)
    return reading + 10 * len(flow.service.questions) * len(flow.rules)


def explore(flow: Flow) -> list[Trouble]:
    """(place in the definition, what is wrong). Empty: every path ends in an outcome, and no question or rule is there
    for nothing."""
    reached: set[str] = set()
    if sum(1 for _ in itertools.islice(situations(flow), MAX_SITUATIONS + 1)) > MAX_SITUATIONS:
        return [((), f"more than {MAX_SITUATIONS} situations: the rules name too many constants")]
    left = MAX_WORK // _cost(flow)
    for count, (situation, given, walk) in enumerate(_walks(flow)):
        if count >= left:
            return [((), f"more than {left} steps of a way through it: split the service or simplify its rules")]
        if isinstance(walk.then, Ask):
            continue
        reached.update(question.id for question in walk.asked)
        if isinstance(walk.then, Ineligible):
            reached.add(f"rule {walk.then.rule.id}")
            continue
        reached.add("ready")
        if walk.payment is not None:
            reached.add("payment")
            if walk.payment.by and walk.payment.by not in given:
                unpriced = (
                    f"{walk.payment.by!r} is not asked, and so there is no price, where {_told(situation, given)}"
                )
                return [(("payment", "by"), f"{unpriced}: ask it there, too, or let `payment.when` be false there")]
        if not walk.consents:
            message = f"personal data would go without any consent where {_told(situation, given)}"
            return [(("consents",), message)]
    if "ready" not in reached:
        return [(("eligibility",), "nobody gets to the end, whoever they are and whatever they answer")]
    never: list[Trouble] = [
        (("questions", at), f"the question {question.id!r} is never asked, whatever is answered before it")
        for at, question in enumerate(flow.service.questions)
        if question.id not in reached and not question.id.startswith(EVERYWHERE)
    ]
    never += [
        (("eligibility", at), f"the rule {rule.id!r} never refuses anyone: it is always true or comes too late")
        for at, rule in enumerate(flow.service.eligibility)
        if f"rule {rule.id}" not in reached
    ]
    if flow.service.payment is not None and "payment" not in reached:
        never.append((("payment",), "is never to be paid, whatever is answered"))
    return never


def _told(situation: Situation, given: Mapping[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in {**situation.values, **given}.items())


def _classes(flow: Flow, name: str, kind: type) -> list[Value]:
    constants = _constants(flow, name)
    if name == "applicant":
        applicant = flow.service.applicant
        return list(_ALL[name]) if applicant == "either" else [applicant]
    if not constants:
        return [_ADULT if kind is int else _ALL[name][0]]
    if kind is int:
        near = sorted({edge + step for edge in constants if isinstance(edge, int) for step in (-1, 0, 1)})
        return [age for age in near if 0 <= age <= _OLDEST] or [_ADULT]
    return list(_ALL[name])


def _constants(flow: Flow, name: str) -> set[int | str]:
    return set().union(*(expression.constants for expression in flow.expressions if name in expression.names))
