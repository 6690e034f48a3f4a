"""A certificate goes to the citizen's phone by a link of a few minutes; on paper stands only what verifies it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from devices.contract import Line, Paper
from kiosk import actions
from kiosk.actions import Action
from kiosk.codes import described
from kiosk.online import Found, FoundCertificate, WantCertificate
from kiosk.pages import AnyPage, Fact, Menu, Option
from kiosk.parts.part import Host, Part
from kiosk.receipt import local_time
from kiosk.saying import page_address
from kiosk.session_state import SHEET_WORDS, Print

_PRINTABLE: Final = (Print.NONE, Print.FAILED, Print.UNKNOWN)


class TakingCertificate(Part):
    """number: the platform's, of the case. done: the citizen says that it is fetched. back: anything else."""

    def __init__(self, host: Host, number: str, done: Callable[[], None], back: Callable[[], None]) -> None:
        self._host = host
        self._number = number
        self._done = done
        self._back = back
        self._found: FoundCertificate | None = None
        self._code = ""
        host.print, host.copy, host.code = Print.NONE, 0, ""
        self._ask()

    def page(self) -> AnyPage:
        say, found = self._host.setting.say, self._found
        person, back = self._host.shown_person, self._host.print is not Print.PRINTING
        if found is None:
            text = say("正在取证明，请稍等……")
            options = []
            if self._code:
                text = say(
                    "现在取不到证明：{why}。证明不会丢，以后再来领，或到窗口领。", why=described(self._code, say).title
                )
                options = [Option(value="again", label=say("再试一次"))]
            return Menu(title=say("领证明"), person=person, back=True, text=text, options=options)
        over = self._is_over(found)
        options = [Option(value="again", label=say("换一个码"))] if over else []
        if self._host.print in _PRINTABLE:
            options.append(Option(value="print", label=say("打印验证码")))
        return Menu(
            title=found.title,
            person=person,
            back=back,
            next_label=say("领好了") if back else "",
            text=say("这个码过时了，请换一个。") if over else say(SHEET_WORDS[self._host.print]),
            qr="" if over else page_address(found.link, say.language),
            qr_hint=say("用手机扫码保存证明。盖章的证明，用手机打开，或到窗口打印。不要给别人扫。"),
            facts=[
                Fact(label=say("验证码"), value=found.code),
                Fact(label=say("谁都能核验"), value=found.address),
                Fact(label=say("这个码能用到"), value=local_time(found.until_ms)[-5:]),
            ],
            options=options,
        )

    def act(self, action: Action) -> None:
        found, printing = self._found, self._host.print is Print.PRINTING
        match action:
            case actions.Choose("again") if self._code == "question.assurance":
                self._leave(self._back)
            case actions.Choose("again") if self._code or (found and self._is_over(found)):
                self._ask()
            case actions.Choose("print") if found and self._host.print in _PRINTABLE:
                self._host.print_paper(self._slip(found), b"")
            case actions.Next() if found and not printing:
                self._leave(self._done)
            case actions.Back() if not printing:
                self._leave(self._back)

    def _leave(self, to: Callable[[], None]) -> None:
        self._host.print, self._host.code = Print.NONE, ""
        to()

    def _ask(self) -> None:
        self._found, self._code = None, ""
        self._host.ask(WantCertificate(self._number), self._answered, self._not_answered)

    def _answered(self, found: Found) -> None:
        assert isinstance(found, FoundCertificate)
        self._found = found
        if self._host.print is Print.NONE:
            self._host.print_paper(self._slip(found), b"")

    def _not_answered(self, code: str) -> None:
        self._code = code

    def _is_over(self, found: FoundCertificate) -> bool:
        return self._host.setting.wall() >= datetime.fromtimestamp(found.until_ms / 1000, UTC)

    def _slip(self, found: FoundCertificate) -> Paper:
        """Whoever finds it can verify the certificate, and fetch nothing."""
        say = self._host.setting.say
        return Paper(
            lines=[
                Line(text=found.title, size=2, bold=True, align="center"),
                Line(text=say("（验证凭条，不是证明）"), align="center"),
                Line(),
                Line(text=say("办件编号：{number}", number=found.number)),
                Line(text=say("验证码：{code}", code=found.code), bold=True),
                Line(text=say("盖章的证明：用手机打开，或到窗口打印")),
                Line(),
                Line(qr=found.address, align="center"),
                Line(text=say("谁都能扫码核验"), align="center"),
                Line(text=self._host.setting.place, align="center"),
            ]
        )
