"""What more than a card proves. One place decides it: a bill may be opened with what the card itself opens at the kiosk
where the case was handed in, its receipt; a document only under the eyes of the staff."""

from collections.abc import Callable

from kiosk import actions
from kiosk.actions import Action
from kiosk.effects import LoadToken
from kiosk.online import Proof
from kiosk.pages import AnyPage, Menu
from kiosk.parts.part import Host
from kiosk.parts.staff import Staff


def needs_more_than_a_card(host: Host, title: str, proven: Callable[[Proof], None], back: Callable[[], None]) -> None:
    """title: what for. back: nobody of the staff is there."""

    def attended() -> None:
        host.attended = True
        proven(Proof(attended=True))

    if host.attended:
        attended()
    else:
        host.enter(Staff(host, title, attended, back))


class Proving:
    """Looks for the receipt of the case at `position`; where the card has none here, staff is asked."""

    def __init__(
        self, host: Host, title: str, position: int, proven: Callable[[Proof], None], back: Callable[[], None]
    ) -> None:
        self._host = host
        self._title = title
        self._proven = proven
        self._back = back
        host.effects.append(LoadToken(position))

    def page(self) -> AnyPage:
        text = self._host.setting.say("请稍等……")
        return Menu(title=self._title, person=self._host.shown_person, back=True, text=text)

    def act(self, action: Action) -> None:
        if isinstance(action, actions.Back):
            self._back()

    def loaded(self, token: bytes) -> None:
        if token:
            self._proven(Proof(token))
        else:
            needs_more_than_a_card(self._host, self._title, self._proven, self._back)


def prove(host: Host, title: str, position: int, proven: Callable[[Proof], None], back: Callable[[], None]) -> None:
    """By the receipt, where this kiosk took the case; else by staff. position: 0 for a case of another kiosk."""
    if position:
        host.enter(Proving(host, title, position, proven, back))
    else:
        needs_more_than_a_card(host, title, proven, back)
