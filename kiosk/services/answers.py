"""Checks one answer against its question. Pure."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from kiosk.saying import Saying
from kiosk.services.definition import Question
from kiosk.services.expression import Value
from kiosk.services.texts import birthday
from offline_cache.credit_code import is_credit_code

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643: ISO 7064 MOD 11-2."""


_CHINESE: Final = Saying()


def problem(question: Question, value: str, today: date, say: Saying = _CHINESE) -> str:
    """A plain sentence on what is wrong with `value`, or the empty text."""
    if question.kind == "choice":
        return "" if any(option.value == value for option in question.options) else say("请选一项")
    if not value.strip():
        return say("请填写{label}", label=question.label)
    if question.kind == "date":
        return _date_problem(question, value, today, say)
    if question.kind == "number":
        low, high = question.low, question.high
        if value.isdecimal() and len(value) <= question.max_length and low <= int(value) <= high:
            return ""
        return say("{label}填{low}到{high}之间的数", label=question.label, low=low, high=high)
    if question.pattern and (len(value) > question.max_length or not re.fullmatch(question.pattern, value)):
        return question.pattern_hint
    if question.check and not _CHECKS[question.check](value):
        return say("{label}不对，请对照证件再看一遍", label=question.label)
    return ""


def value(question: Question, answer: str, today: date) -> Value:
    """What expressions read of a sound answer: whole years since a date, the number itself, else the text."""
    if question.kind == "number":
        return int(answer)
    if question.kind == "date":
        day = _day(answer)
        assert day is not None
        return today.year - day.year - (today < birthday(day, today.year - day.year)) if day <= today else -1
    return answer


def shown(question: Question, value: str, say: Saying = _CHINESE) -> str:
    """The answer as the review page and the receipt show it."""
    if question.kind == "choice":
        return next((option.label for option in question.options if option.value == value), value)
    if question.kind == "date" and (day := _day(value)):
        return say("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)
    if question.group:
        return " ".join(value[at : at + question.group] for at in range(0, len(value), question.group))
    return value


def _date_problem(question: Question, value: str, today: date, say: Saying) -> str:
    day = _day(value)
    if day is None or day.year < 1900:
        return say("按年月日填八位数字，例如 20240503")
    if question.past and day > today:
        return say("{label}不能在今天以后", label=question.label)
    if not question.past and day < today:
        return say("{label}不能在今天以前", label=question.label)
    return ""


def _day(value: str) -> date | None:
    if len(value) != 8 or not value.isascii() or not value.isdecimal():
        return None
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return None


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


UNSAID: Final = "（没有填，请工作人员问）"
"""Stands for the answer of somebody who cannot type."""
_WHO_ACTS: Final = ("typed_name", "guardian_name")
"""Nothing can be handed in without."""


def may_stay_open(question: Question) -> bool:
    """Whether the staff can ask it later as well: free words, of which nothing depends."""
    is_free = question.kind == "text" and not question.pattern and not question.check
    return is_free and question.id not in _WHO_ACTS and question.max_length >= len(UNSAID)


def is_id_number(number: str) -> bool:
    if not re.fullmatch(r"[0-9]{17}[0-9Xx]", number) or _day(number[6:14]) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17].upper()


_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "luhn": _luhn,
    "id-number": is_id_number,
    "credit-code": is_credit_code,
}
