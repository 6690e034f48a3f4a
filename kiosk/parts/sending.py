"""A paper is photographed with the citizen's own phone: the platform opens a page for it, the screen shows its QR code
and how much has arrived."""

from collections.abc import Callable
from typing import Final

from kiosk import actions
from kiosk.actions import Action
from kiosk.online import Found, FoundUpload, WantArrived, WantUpload
from kiosk.pages import AnyPage, Menu, Option, Working
from kiosk.parts.part import Host, Part
from kiosk.saying import page_address, to_say
from kiosk.session_state import PHONE_IDLE_S

LOOK_S: Final = 3.0
"""How often it is asked what has arrived."""
_STEPS: Final = (
    to_say("用手机的相机或微信扫这个码"),
    to_say("在手机上拍照，把纸拍清楚"),
    to_say("在手机上按“发送”"),
    to_say("看这里收到几张，收齐了按“下一步”"),
)


class Sending(Part):
    """upload: names it to the platform, 16 random bytes; taken up again, what was sent is still there. name: of the
    paper. done: it is all there. other: the citizen wants to give it another way. back: one page back."""

    idle_s = PHONE_IDLE_S

    def __init__(
        self,
        host: Host,
        upload: bytes,
        name: str,
        done: Callable[[], None],
        other: Callable[[], None],
        back: Callable[[], None],
    ) -> None:
        self._host = host
        self._upload = upload
        self._name = name
        self._done = done
        self._other = other
        self._back = back
        self._address = ""
        self._files = 0
        self._code = ""
        """Why it was not opened, or why nobody knows what has arrived."""
        self._asking = False
        self._finishing = False
        """The citizen says that it is all."""
        self._looked = False
        """The citizen asked whether anything has arrived, and nothing had."""
        self._look_at = 0.0
        self.heard = host.setting.now()
        """When something arrived last, monotonic seconds: somebody is there."""
        self._open()

    def page(self) -> AnyPage:
        say, person = self._host.setting.say, self._host.shown_person
        title = say("用手机传：{name}", name=self._name)
        if self._finishing:
            return Working(title=title, person=person, back=True, text=say("请稍等……"))
        other = Option(value="other", label=say("换一种办法交"))
        if self._address:
            return Menu(
                title=title,
                person=person,
                back=True,
                next_label=say("下一步") if self._files else "",
                text=self._said(),
                qr=page_address(self._address, say.language),
                qr_hint="\n".join(f"{at}. {say(step)}" for at, step in enumerate(_STEPS, start=1)),
                options=[Option(value="arrived", label=say("我传好了")), other],
            )
        if self._code:
            return Menu(
                title=title,
                person=person,
                back=True,
                text=say("现在连不上办事平台，手机传不了（{code}）。", code=self._code),
                options=[Option(value="again", label=say("再试一次")), other],
            )
        return Working(title=title, person=person, back=True, text=say("正在准备二维码，请稍等……"))

    def act(self, action: Action) -> None:
        match action:
            case actions.Back():
                self._finishing = False
                self._back()
            case _ if self._finishing:
                pass
            case actions.Choose("other") if self._address or self._code:
                self._other()
            case actions.Choose("again") if self._code and not self._address and not self._asking:
                self._open()
            case actions.Choose("arrived") if self._address and not self._files:
                self._looked = True
                self._look()
            case actions.Next() | actions.Choose("arrived") if self._files:
                self._finishing = self._asking = True
                self._host.ask(WantArrived(self._upload, "keep"), self._finished, self._finished_unheard)

    def tick(self) -> None:
        if self._address and self._host.setting.now() >= self._look_at:
            self._look()

    def _said(self) -> str:
        say = self._host.setting.say
        if self._code:
            return say("机器现在连不上办事平台，正在重试。传好的不会丢。已经收到 {count} 张。", count=self._files)
        if self._files:
            return say("已经收到 {count} 张。", count=self._files)
        if self._looked:
            return say("还没有收到。请在手机上按“发送”，等手机上出现“收到了”。")
        return say("还没有收到照片。")

    def _open(self) -> None:
        self._asking, self._code = True, ""
        self._host.ask(WantUpload(self._upload, self._name), self._opened, self._failed)

    def _look(self) -> None:
        """One question at a time."""
        if not self._asking:
            self._asking = True
            self._host.ask(WantArrived(self._upload), self._arrived, self._failed)

    def _opened(self, found: Found) -> None:
        assert isinstance(found, FoundUpload)
        self._address = found.address
        self._heard(found)

    def _arrived(self, found: Found) -> None:
        assert isinstance(found, FoundUpload)
        self._heard(found)
        if not found.left_s:
            self._open()

    def _heard(self, found: FoundUpload) -> None:
        self._asking, self._code = False, ""
        self._look_at = self._host.setting.now() + LOOK_S
        if found.files > self._files:
            self.heard = self._host.setting.now()
        self._files = found.files

    def _failed(self, code: str) -> None:
        self._asking, self._code = False, code
        self._look_at = self._host.setting.now() + LOOK_S

    def _finished(self, found: Found) -> None:
        """What was sent may have been taken back meanwhile."""
        assert isinstance(found, FoundUpload)
        still, self._finishing = self._finishing, False
        self._heard(found)
        if still and self._files:
            self._done()

    def _finished_unheard(self, _: str) -> None:
        """It arrived, whatever becomes of the network now."""
        still, self._finishing, self._asking = self._finishing, False, False
        if still:
            self._done()
