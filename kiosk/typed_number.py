"""Somebody without a card: the id number is typed. It identifies nobody: what it then may not do is told by each
service's alternatives. Without Qt."""

from typing import Final

from devices.contract import Card
from kiosk import actions
from kiosk.actions import Action
from kiosk.applicant import LONG_TERM, TYPED, birth_of
from kiosk.codes import described
from kiosk.pages import AnyPage, Problem, Question
from kiosk.saying import Saying, to_say
from kiosk.services.answers import is_id_number

_LENGTH: Final = 18
_WRONG: Final = to_say("号码不对：18位，最后一位可能是X，请再看一遍")
SESSIONS: Final = 5
WITHIN_S: Final = 900.0
"""So many sessions on typed numbers in so long: a family's; who tries numbers needs more."""


class TypedLimit:
    """How often numbers were typed at this kiosk lately."""

    def __init__(self) -> None:
        self._begun: list[float] = []

    def begin(self, now: float) -> None:
        self._begun.append(now)

    def code(self, now: float) -> str:
        """Why no number may be typed now; empty: one may."""
        self._begun = [one for one in self._begun if now - one < WITHIN_S]
        return "typed.often" if len(self._begun) >= SESSIONS else ""


class TypedNumber:
    """since: monotonic seconds of the last touch. code: why no number is taken now; empty: one is."""

    def __init__(self, now: float, code: str = "") -> None:
        self.code = code
        self.value = ""
        self.error = ""
        self.since = now

    def page(self, say: Saying, whom: str) -> AnyPage:
        """whom: to ask."""
        if self.code:
            found = described(self.code, say)
            return Problem(title=found.title, back=True, text=found.title, todo=found.todo, code=self.code, help=whom)
        return Question(
            title=say("没带身份证"),
            back=True,
            next_label=say("下一步"),
            question="id_number",
            text=say("请输入身份证号码"),
            help=say("手输号码能看办事指南、留电话、报失救急；别的事要刷卡，会告诉您到哪里办。"),
            kind="id-number",
            value=self.value,
            error=say(self.error),
            max_length=_LENGTH,
            group=6,
        )

    def act(self, action: Action, now: float) -> Card | None:
        """The card that stands for the number, once it is whole and right."""
        self.since = now
        match action:
            case _ if self.code:
                pass
            case actions.Answer(value) if len(value) <= _LENGTH:
                self.value, self.error = value.upper(), ""
            case actions.Next() if is_id_number(self.value):
                return card_of_number(self.value)
            case actions.Next():
                self.error = _WRONG
        return None


def card_of_number(number: str) -> Card:
    """What a sound number tells: birth and sex. Source: GB 11643."""
    return Card(
        kind=TYPED,
        id_number=number,
        birth=birth_of(number),
        sex="男" if int(number[16]) % 2 else "女",
        valid_to=LONG_TERM,
    )
