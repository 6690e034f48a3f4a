"""The signature on the screen, and what there is for somebody who cannot write."""

from collections.abc import Callable

from kiosk import actions
from kiosk.actions import Action
from kiosk.pages import AnyPage, Menu, Option, Signature
from kiosk.parts.part import Host, Part
from kiosk.services.signed import ToSign
from kiosk.services.texts import render
from kiosk.strokes import is_signature, taken
from offline_cache.bodies import SIGNATURE_RATIO, Stroke


class Signing(Part):
    """signed: gets the strokes. staff: is here for who cannot write. nobody: is here. back: to the review."""

    def __init__(
        self,
        host: Host,
        what: ToSign | str,
        steps: int,
        helper: str,
        signed: Callable[[list[Stroke]], None],
        staff: Callable[[], None],
        nobody: Callable[[], None],
        back: Callable[[], None],
        *,
        urgent: bool,
    ) -> None:
        """what: a text is shown as it is. helper: the masked name of who acts for the person, and signs in their own
        name; empty: nobody does. urgent: it does not wait for somebody of the staff."""
        self._host = host
        self._what = what
        self._steps = steps
        self._urgent = urgent
        self._helper = helper
        self._signed = signed
        self._staff = staff
        self._nobody = nobody
        self._back = back
        self._strokes: list[Stroke] = []
        self._cannot = False

    def page(self) -> AnyPage:
        return self._without_writing() if self._cannot else self._field()

    def act(self, action: Action) -> None:
        match action:
            case actions.Sign(strokes) if not self._cannot and (found := taken(strokes)) is not None:
                self._strokes = found
            case actions.Next() if not self._cannot and is_signature(self._strokes):
                self._signed(self._strokes)
            case actions.Choose("cannot") if not self._cannot:
                self._cannot, self._strokes = True, []
            case actions.Choose("staff") if self._cannot:
                self._staff()
            case actions.Choose("nobody") if self._cannot:
                self._nobody()
            case actions.Back() if self._cannot:
                self._cannot = False
            case actions.Back():
                self._back()

    def _field(self) -> Signature:
        say = self._host.setting.say
        hint = say("用手指在白框里写您的名字。")
        if self._helper:
            hint = say("{name} 替人办事，请在白框里签代办人自己的名字。", name=self._helper)
        return Signature(
            title=say("请您签名"),
            person=self._host.shown_person,
            back=True,
            next_label=say("签好了，下一步") if is_signature(self._strokes) else "",
            step=self._steps,
            steps=self._steps,
            text=self._text(),
            hint=hint,
            strokes=self._strokes,
            ratio=SIGNATURE_RATIO,
            clear_label=say("重写"),
            cannot_label=say("不会写字"),
        )

    def _text(self) -> str:
        setting, what = self._host.setting, self._what
        if isinstance(what, str):
            return what
        lines = [render(text, setting.catalogue.region, self._host.person.birth, setting.say) for text in what.own]
        if what.promised:
            names = setting.say("、").join(what.promised)
            lines.append(setting.say("我承诺这些是真的，不真实的由我负责：{names}。", names=names))
        return "\n".join(lines)

    def _without_writing(self) -> Menu:
        say = self._host.setting.say
        return Menu(
            title=say("不会写字也能办"),
            person=self._host.shown_person,
            back=True,
            text=say("请工作人员过来，念给您听，看着您按指印。工作人员在机器上确认一下，就接着办。"),
            options=[
                Option(value="staff", label=say("工作人员来了")),
                Option(
                    value="nobody",
                    label=say("没有工作人员，先交上去，签名以后补") if self._urgent else say("这里没有工作人员"),
                ),
            ],
        )
