"""Checks one answer against its question. Pure."""

import re

from kiosk.services.definition import Question


def problem(question: Question, value: str) -> str:
    """A plain sentence on what is wrong with `value`, or the empty text."""
    if question.kind == "choice":
        return "" if any(option.value == value for option in question.options) else "请选一项"
    if not value.strip():
        return f"请填写{question.label}"
    if question.pattern and not re.fullmatch(question.pattern, value):
        return question.pattern_hint
    if question.luhn and not _luhn(value):
        return f"{question.label}不对，请对照卡片再看一遍"
    return ""


def shown(question: Question, value: str) -> str:
    """The answer as the review page and the receipt show it."""
    if question.kind == "choice":
        return next((option.label for option in question.options if option.value == value), value)
    if question.group:
        return " ".join(value[at : at + question.group] for at in range(0, len(value), question.group))
    return value


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
