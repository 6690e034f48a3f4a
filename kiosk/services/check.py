"""Proves that a definition leads everyone to an outcome: explores the boundary classes of every variable.

The subset of expressions compares variables with constants only, so one value from each class (below, at and above
each constant; each named text and one that is named nowhere; each option) stands for all of its class.
"""

import itertools
import re
from dataclasses import dataclass
from typing import Final

import msgspec

from kiosk.services.definition import Alternative, Question, Region, Service
from kiosk.services.expression import ExpressionError, Value
from kiosk.services.flow import IDENTITY, Ask, Flow, Ineligible, is_day
from kiosk.services.texts import TextError, render

MAX_PATHS: Final = 200_000
_OTHER: Final = "(other)"


@dataclass(frozen=True)
class Finding:
    """where: the path of the value inside the definition, for the line in the file."""

    where: tuple[str | int, ...]
    message: str


def check(service: Service, region: Region) -> list[Finding]:
    """Everything that is wrong with `service` in `region`; an empty list proves that each path ends in an outcome."""
    findings = [*_check_questions(service), *_check_texts(service, region)]
    season = service.season
    for name in ("opens", "closes"):
        if season and not is_day(getattr(season, name)):
            findings.append(Finding(("season", name), 'write the day as MM-DD, in quotes: "05-01"'))
    try:
        flow = Flow(service)
    except ExpressionError as error:
        return [*findings, Finding(_expression_place(service, error), str(error))]
    return findings or _explore(flow)


def _expression_place(service: Service, error: ExpressionError) -> tuple[str | int, ...]:
    for at, question in enumerate(service.questions):
        if repr(question.when) in str(error):
            return "questions", at, "when"
    for at, rule in enumerate(service.eligibility):
        if repr(rule.require) in str(error):
            return "eligibility", at, "require"
    return ()


def _check_questions(service: Service) -> list[Finding]:
    findings = []
    seen: set[str] = set(IDENTITY)
    for at, question in enumerate(service.questions):
        here = ("questions", at)
        if not re.fullmatch(r"[a-z][a-z0-9_]*", question.id):
            findings.append(Finding((*here, "id"), f"an id is lower-case letters, digits and _, not {question.id!r}"))
        if question.id in seen:
            findings.append(Finding((*here, "id"), f"the id {question.id!r} is used twice"))
        seen.add(question.id)
        if (question.kind == "choice") != bool(question.options):
            findings.append(Finding(here, f"{question.id}: a choice has options, and nothing else has"))
        if question.pattern:
            if not question.pattern_hint:
                findings.append(Finding(here, f"{question.id}: a pattern needs a pattern_hint in plain words"))
            try:
                re.compile(question.pattern)
            except re.error as error:
                findings.append(Finding((*here, "pattern"), f"{question.id}: not a pattern: {error}"))
        if question.luhn and question.kind != "digits":
            findings.append(Finding((*here, "luhn"), f"{question.id}: only digits have a check digit"))
    return findings


def _check_texts(service: Service, region: Region) -> list[Finding]:
    findings = []
    texts: list[tuple[tuple[str | int, ...], str]] = [(("about",), service.about)]
    texts += [
        (("questions", at, name), getattr(question, name))
        for at, question in enumerate(service.questions)
        for name in ("ask", "help", "label")
    ]
    texts += [(("next_steps", at), text) for at, text in enumerate(service.next_steps)]
    texts += [
        found
        for at, rule in enumerate(service.eligibility)
        for found in _advice(("eligibility", at, "otherwise"), rule.otherwise)
    ]
    if service.season:
        texts += _advice(("season", "otherwise"), service.season.otherwise)
    for where, text in texts:
        try:
            if not render(text, region, "1950-01-01").strip():
                findings.append(Finding(where, "is empty: nobody may be sent away without a way on"))
        except TextError as error:
            findings.append(Finding(where, str(error)))
    return findings


def _advice(where: tuple[str | int, ...], advice: Alternative) -> list[tuple[tuple[str | int, ...], str]]:
    return [((*where, name), text) for name, text in msgspec.structs.asdict(advice).items()]


def _explore(flow: Flow) -> list[Finding]:
    classes = {name: _identity_classes(flow, name, kind) for name, kind in IDENTITY.items()}
    reached: set[str] = set()
    paths = 0
    for values in itertools.product(*classes.values()):
        identity = dict(zip(classes, values, strict=True))
        open_paths: list[dict[str, str]] = [{}]
        while open_paths:
            answers = open_paths.pop()
            step = flow.walk(identity, answers).then
            if isinstance(step, Ask):
                reached.add(step.question.id)
                open_paths += [{**answers, step.question.id: value} for value in _answer_classes(flow, step.question)]
                continue
            paths += 1
            if isinstance(step, Ineligible):
                reached.add(f"rule {step.rule.id}")
            if paths > MAX_PATHS:
                return [Finding((), f"more than {MAX_PATHS} paths: split the service or simplify its rules")]
    return [
        Finding(("questions", at), f"the question {question.id!r} is never asked, whatever is answered before it")
        for at, question in enumerate(flow.service.questions)
        if question.id not in reached
    ] + [
        Finding(
            ("eligibility", at),
            f"the rule {rule.id!r} never refuses anyone: it is always true or comes too late",
        )
        for at, rule in enumerate(flow.service.eligibility)
        if f"rule {rule.id}" not in reached
    ]


def _identity_classes(flow: Flow, name: str, kind: type) -> list[Value]:
    constants = _constants(flow, name)
    if kind is int:
        edges = {edge + step for edge in constants if isinstance(edge, int) for step in (-1, 0, 1)}
        return sorted(edges) or [0]
    return [*sorted(text for text in constants if isinstance(text, str)), _OTHER]


def _answer_classes(flow: Flow, question: Question) -> list[str]:
    if question.options:
        return [option.value for option in question.options]
    return [*sorted(text for text in _constants(flow, question.id) if isinstance(text, str)), _OTHER]


def _constants(flow: Flow, name: str) -> set[int | str]:
    expressions = itertools.chain(flow.when.values(), flow.require.values())
    return set().union(*(expression.constants for expression in expressions if name in expression.names))
