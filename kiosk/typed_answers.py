"""What may stand on a paper of the answers so far, so that the window need not ask again. Pure.

The sheet is the citizen's own, but papers are left lying: no name, no address, no free text; of a number only the end,
by which its owner knows it.
"""

from typing import TYPE_CHECKING, Final

from kiosk.services import answers as checks
from kiosk.services.definition import Question
from kiosk.services.texts import render

if TYPE_CHECKING:
    from kiosk.application import Application
    from kiosk.setting import Setting

SHOWN: Final = 4
"""Digits: all of a short number, the end of a longer one."""


def answers_for_paper(application: "Application", setting: "Setting") -> list[tuple[str, str]]:
    """(label, what may be printed) of each answer that counts, in the order in which they were asked."""
    region, say = setting.catalogue.region, setting.say
    birth, given = application.person.birth, application.answers
    return [
        (render(question.label, region, birth, say), _printable(question, given[question.id], setting, birth))
        for question in application.walk.asked
    ]


def _printable(question: Question, answer: str, setting: "Setting", birth: str) -> str:
    match question.kind:
        case "choice":
            return render(checks.shown(question, answer, setting.say), setting.catalogue.region, birth, setting.say)
        case "text":
            return setting.say("填过了，纸上不印")
        case "digits" if len(answer) > SHOWN:
            return setting.say("尾号{end}", end=answer[-SHOWN:])
        case _:
            return checks.shown(question, answer, setting.say)
