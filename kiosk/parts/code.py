"""A code by SMS, to the phone that the office has on record: a card that was found does not have it. The platform sends
it and checks it; the kiosk never learns the phone's number."""

from collections.abc import Callable
from typing import Final

from kiosk import actions
from kiosk.actions import Action
from kiosk.codes import described
from kiosk.online import Found, FoundChecked, FoundCode, WantCode, WantCodeChecked
from kiosk.pages import AnyPage, Menu, Option, Question, Working
from kiosk.parts.part import Host, Part
from kiosk.session_state import CODE_IDLE_S

DIGITS: Final = 6
RESEND_S: Final = 30.0
"""So long a message may take; sent again at once, two codes would cross."""
_OFFER_OTHER: Final = 2
"""After so many codes that were wrong the other way is offered."""


class Coding(Part):
    """right: gets what the platform gave for the code. otherwise: no phone, no message, no luck. back: not now."""

    idle_s = CODE_IDLE_S

    def __init__(
        self, host: Host, right: Callable[[bytes], None], otherwise: Callable[[], None], back: Callable[[], None]
    ) -> None:
        self._host = host
        self._right = right
        self._otherwise = otherwise
        self._back = back
        self._at, self._then = "sending", ""
        self._typed, self._error, self._tail = "", "", ""
        self._wrong = 0
        self._trouble = ""
        self._sent_at = 0.0
        self._send()

    def page(self) -> AnyPage:
        say, person = self._host.setting.say, self._host.shown_person
        match self._at:
            case "sending":
                return Working(title=say("核对本人"), person=person, back=True, text=say("正在发短信，请稍等……"))
            case "checking":
                return Working(title=say("核对本人"), person=person, text=say("正在核对，请稍等……"))
            case "trouble":
                return Menu(
                    title=say("核对本人"), person=person, back=True, text=self._trouble, options=self._options()
                )
        return Question(
            title=say("核对本人"),
            person=person,
            back=True,
            next_label=say("下一步") if len(self._typed) == DIGITS else "",
            question="code",
            text=say("短信验证码已发到尾号{tail}的手机，请输入6位数字", tail=self._tail),
            help=say("没收到的，等半分钟可以重新发送。"),
            kind="digits",
            value=self._typed,
            error=self._error,
            max_length=DIGITS,
            options=self._options(),
        )

    def act(self, action: Action) -> None:
        match action:
            case actions.Answer(value) if (
                self._at == "typing" and len(value) <= DIGITS and not value.strip("0123456789")
            ):
                self._typed, self._error = value, ""
            case actions.Next() if self._at == "typing" and len(self._typed) == DIGITS:
                self._at, code, self._typed = "checking", self._typed, ""
                self._host.ask(WantCodeChecked(code), self._checked, self._not_checked)
            case actions.Choose(value) if value in [option.value for option in self._options()]:
                self._choose(value)
            case actions.Back() if self._at != "checking":
                self._back()

    def _options(self) -> list[Option]:
        say = self._host.setting.say
        again = Option(value="again", label=say("重新发送"))
        retry = Option(value="try", label=say("再输一次"))
        other = Option(value="other", label=say("没有手机、收不到：请工作人员核对"))
        may_again = self._host.setting.now() >= self._sent_at + RESEND_S
        match self._at:
            case "typing":
                return [again, other] if may_again else [other]
            case "trouble" if self._then == "try":
                return [retry, *([again] if may_again else []), other]
            case "trouble" if self._then == "again":
                return [again, other]
            case "trouble":
                return [other]
        return []

    def _choose(self, value: str) -> None:
        match value:
            case "again":
                self._send()
            case "try":
                self._at, self._error = "typing", ""
            case "other":
                self._otherwise()

    def _send(self) -> None:
        self._at, self._then = "sending", ""
        self._typed, self._error, self._tail = "", "", ""
        self._sent_at = self._host.setting.now()
        self._host.ask(WantCode(), self._sent, self._not_sent)

    def _sent(self, found: Found) -> None:
        assert isinstance(found, FoundCode)
        if found.tail:
            self._at, self._tail, self._sent_at = "typing", found.tail, self._host.setting.now()
        else:
            say = self._host.setting.say
            self._in_trouble(say("办事处没有登记您的手机号，或现在发不了短信。请工作人员当面核对。"), "")

    def _not_sent(self, code: str) -> None:
        self._in_trouble(self._told(code), "" if code == "sms.often" else "again")

    def _checked(self, found: Found) -> None:
        assert isinstance(found, FoundChecked)
        say = self._host.setting.say
        if found.assured:
            self._right(found.assured)
            return
        self._wrong += 1
        if found.void:
            self._in_trouble(say("这个验证码不能用了：超过5分钟，或试错太多。请重新发送。"), "again")
        elif self._wrong < _OFFER_OTHER:
            self._at, self._error = "typing", say("验证码不对，请看最新的一条短信，再输一次")
        else:
            self._in_trouble(say("验证码又不对。可以再试，也可以请工作人员当面核对。"), "try")

    def _not_checked(self, code: str) -> None:
        self._in_trouble(self._told(code), "try")

    def _told(self, code: str) -> str:
        say = self._host.setting.say
        found = described(code, say)
        return say("{title}。{todo}", title=found.title, todo=found.todo)

    def _in_trouble(self, text: str, then: str) -> None:
        """then: `try`, the code that was sent may be typed again; `again`, another may be sent; else neither."""
        self._at, self._trouble, self._then = "trouble", text, then
