"""The PIN as it is typed on the screen: dots are shown, a key adds one or takes one away. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.pages import Option, Question
from kiosk.saying import Saying, to_say
from kiosk.technician_pin import DIGITS

_WRONG: Final = to_say("密码不对。")
_TOO_OFTEN: Final = to_say("试错太多，请等 {seconds} 秒再试。")


@dataclass
class PinEntry:
    """error: why the last one was not taken. seconds: to wait until the next."""

    digits: str = ""
    error: str = ""
    seconds: int = 0

    @property
    def full(self) -> bool:
        return len(self.digits) == DIGITS

    def type(self, shown: str) -> None:
        """shown: the dots as the page wants them now, with the new key behind them or one dot fewer."""
        if len(shown) > len(self.digits) and not self.full and shown[-1:].isdecimal():
            self.digits += shown[-1]
        elif len(shown) < len(self.digits):
            self.digits = self.digits[:-1]
        self.error = ""

    def take(self) -> str:
        """The PIN, to be tried; it is not kept."""
        digits, self.digits = self.digits, ""
        return digits

    def refused(self, wait_s: float) -> None:
        self.error, self.seconds = _TOO_OFTEN if wait_s > 0 else _WRONG, int(wait_s) + 1

    def page(self, title: str, person: str, say: Saying, options: Sequence[Option] = ()) -> Question:
        return Question(
            title=title,
            person=person,
            back=True,
            next_label=say("确定") if self.full else "",
            step=1,
            steps=1,
            question="pin",
            text=say("请工作人员输入六位维护密码"),
            help=say("密码由管理单位保管。每次试密码都有记录。"),
            kind="digits",
            value="●" * len(self.digits),
            error=say(self.error, seconds=self.seconds),
            max_length=DIGITS,
            options=list(options),
        )
