"""The attendant's PIN: what a card alone may not do, a person's check may."""

from collections.abc import Callable

from kiosk import actions
from kiosk.actions import Action
from kiosk.effects import TryPin
from kiosk.pages import AnyPage, Option
from kiosk.parts.part import Host, Part
from kiosk.pin_entry import PinEntry


class Staff(Part):
    """title: what for. accepted, back, nobody: what is next; nobody: of the staff is there. Without it, only Back is
    offered."""

    def __init__(
        self,
        host: Host,
        title: str,
        accepted: Callable[[], None],
        back: Callable[[], None],
        nobody: Callable[[], None] | None = None,
    ) -> None:
        self._host = host
        self._title = title
        self._accepted = accepted
        self._back = back
        self._nobody = nobody
        self.pin = PinEntry()

    def page(self) -> AnyPage:
        say = self._host.setting.say
        options = [Option(value="nobody", label=say("这里没有工作人员"))] if self._nobody else []
        return self.pin.page(self._title, self._host.shown_person, say, options)

    def act(self, action: Action) -> None:
        match action:
            case actions.Answer(value):
                self.pin.type(value)
            case actions.Next() if self.pin.full:
                self._host.effects.append(TryPin(self.pin.take()))
            case actions.Choose("nobody") if self._nobody:
                self._nobody()
            case actions.Back():
                self._back()

    def tried(self, accepted: bool, wait_s: float) -> None:
        if accepted:
            self._accepted()
        else:
            self.pin.refused(wait_s)
