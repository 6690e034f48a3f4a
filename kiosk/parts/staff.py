"""The attendant's PIN: what a card alone may not do, a person's check may."""

from collections.abc import Callable

from kiosk import actions
from kiosk.actions import Action
from kiosk.effects import TryPin
from kiosk.pages import AnyPage
from kiosk.parts.part import Host, Part
from kiosk.pin_entry import PinEntry


class Staff(Part):
    """title: what for. accepted, refused: what is next; refused: nobody of the staff is there."""

    def __init__(self, host: Host, title: str, accepted: Callable[[], None], refused: Callable[[], None]) -> None:
        self._host = host
        self._title = title
        self._accepted = accepted
        self._refused = refused
        self.pin = PinEntry()

    def page(self) -> AnyPage:
        return self.pin.page(self._title, self._host.shown_person, self._host.setting.say)

    def act(self, action: Action) -> None:
        match action:
            case actions.Answer(value):
                self.pin.type(value)
            case actions.Next() if self.pin.full:
                self._host.effects.append(TryPin(self.pin.take()))
            case actions.Back():
                self._refused()

    def tried(self, accepted: bool, wait_s: float) -> None:
        if accepted:
            self._accepted()
        else:
            self.pin.refused(wait_s)
