"""The PIN as it is typed on the screen: dots are shown, a key adds one or takes one away. Pure."""

from dataclasses import dataclass

from kiosk.pages import Question
from kiosk.technician_pin import DIGITS


@dataclass
class PinEntry:
    """error: why the last one was not taken."""

    digits: str = ""
    error: str = ""

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
        self.error = f"试错太多，请等 {int(wait_s) + 1} 秒再试。" if wait_s > 0 else "密码不对。"

    def page(self, title: str, person: str) -> Question:
        return Question(
            title=title,
            person=person,
            back=True,
            next_label="确定" if self.full else "",
            step=1,
            steps=1,
            question="pin",
            text="请工作人员输入六位维护密码",
            help="密码由管理单位保管。每次试密码都有记录。",
            kind="digits",
            value="●" * len(self.digits),
            error=self.error,
            max_length=DIGITS,
        )
