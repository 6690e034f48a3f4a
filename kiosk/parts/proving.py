"""What more than a card proves. One place decides it: a bill may be opened with what the card itself opens at the kiosk
where the case was handed in, its receipt; a document only with a code or under the eyes of the staff."""

from collections.abc import Callable

from kiosk import actions
from kiosk.actions import Action
from kiosk.effects import LoadToken
from kiosk.pages import AnyPage, Menu
from kiosk.parts.part import Host, Part
from kiosk.proving import prove


def needs_more_than_a_card(host: Host, proven: Callable[[], None], back: Callable[[], None]) -> None:
    """back: it was not proved."""
    if host.proof.reaches("card+code"):
        proven()
    else:
        prove(host, "card+code", proven, back, back)


class Proving(Part):
    """Looks for the receipt of the case at `position`; where the card has none here, more is to be proved."""

    def __init__(
        self, host: Host, title: str, position: int, proven: Callable[[bytes], None], back: Callable[[], None]
    ) -> None:
        """proven: gets the receipt's token; empty where something else proved more."""
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
            self._proven(token)
        else:
            needs_more_than_a_card(self._host, lambda: self._proven(b""), self._back)


def by_receipt(
    host: Host, title: str, position: int, proven: Callable[[bytes], None], back: Callable[[], None]
) -> None:
    """By the receipt, where this kiosk took the case; else by more. position: 0 for a case of another kiosk."""
    if position:
        host.enter(Proving(host, title, position, proven, back))
    else:
        needs_more_than_a_card(host, lambda: proven(b""), back)
