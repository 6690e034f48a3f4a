"""Where a session is, and what became of its paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from kiosk.saying import to_say

IDLE_S: Final = 60.0
WARNING_S: Final = 20.0
PHONE_IDLE_S: Final = 180.0
"""Whoever is busy with their phone does not touch the screen."""
CODE_IDLE_S: Final = 120.0
"""Who waits for a message touches nothing."""
PRINTING_S: Final = 180.0
"""Paper comes out, or nobody says what became of it: longer than a printer takes with all its deadlines."""
RESULT_IDLE_S: Final = 15.0
"""Facts page on services, People and screens."""
PHOTO_S: Final = 120.0
"""To find one's phone, and take the page along that did not come on paper."""


class At(Enum):
    """Where the session is."""

    OPENING = auto()
    SERVICES = auto()
    GUIDE = auto()
    QUESTION = auto()
    INELIGIBLE = auto()
    REVIEW = auto()
    CONSENT = auto()
    SUBMITTING = auto()
    RESULT = auto()
    PROBLEM = auto()
    ENDED = auto()


class Print(Enum):
    """What became of the paper."""

    NONE = auto()
    PRINTING = auto()
    CONFIRMED = auto()
    FAILED = auto()
    UNKNOWN = auto()


def result_idle_s(paper: Print) -> float:
    """So long a result stays that nobody touches."""
    return {Print.CONFIRMED: RESULT_IDLE_S, Print.FAILED: PHOTO_S}.get(paper, IDLE_S)


SHEET_WORDS: Final = {
    Print.NONE: "",
    Print.PRINTING: to_say("正在打印……"),
    Print.CONFIRMED: to_say("已打印，请取走。"),
    Print.FAILED: to_say("没有打印出来，请用手机拍下这一页。"),
    Print.UNKNOWN: to_say("打印机没有回话，请看看纸出来了没有。"),
}


@dataclass(frozen=True)
class DraftFound:
    """What a power cut interrupted. company: the credit code of the company that the answers are about; empty: the
    citizen's own."""

    service: str
    version: int
    answers: Mapping[str, str]
    question: str
    company: str = ""
