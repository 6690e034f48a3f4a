"""Leaving in the middle: what was filled in may be kept by the platform for a day, for any kiosk, or goes now."""

from collections.abc import Callable

from kiosk import actions
from kiosk.actions import Action
from kiosk.online import WantAside
from kiosk.pages import AnyPage, Menu, Option
from kiosk.parts.part import Host, Part


class Leaving(Part):
    """left: ends the session with an outcome."""

    def __init__(self, host: Host, draft: bytes, left: Callable[[str], None]) -> None:
        self._host = host
        self._draft = draft
        self._left = left
        self._said = ""
        self._failed_code = ""

    def page(self) -> AnyPage:
        say = self._host.setting.say
        if self._said:
            label = say("知道了") if self._failed_code else ""
            return Menu(title=say("这件事还没办完"), person=self._host.shown_person, next_label=label, text=self._said)
        return Menu(
            title=say("这件事还没办完"),
            person=self._host.shown_person,
            back=True,
            text=say(
                "填好的内容可以加密存到办事平台，24小时内在任何一台通办机放上身份证，就能接着办。不存的，现在就清掉。"
            ),
            options=[
                Option(value="keep", label=say("存起来，以后接着办")),
                Option(value="drop", label=say("不存，清掉")),
            ],
        )

    def act(self, action: Action) -> None:
        match action:
            case actions.Back() if not self._said:
                self._host.leave_part()
            case actions.Choose("drop") if not self._said:
                self._host.forget_aside()
                self._left("left")
            case actions.Next() if self._failed_code:
                self._left("left")
            case actions.Choose("keep") if not self._said:
                self._said = self._host.setting.say("正在存……")
                self._host.ask(WantAside(self._draft), lambda _: self._left("put-aside"), self._failed)

    def _failed(self, code: str) -> None:
        self._failed_code = code
        self._said = self._host.setting.say("现在存不了（{code}）。离开后，填的内容就清掉了。", code=code)
