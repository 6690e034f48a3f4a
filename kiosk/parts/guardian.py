"""A child's guardian: their card is read, so that nobody has to type a name and 18 digits. The session stays the
child's, with its drafts and cases."""

from collections.abc import Callable
from datetime import date
from typing import Final

from devices.contract import Card
from kiosk import actions
from kiosk.actions import Action
from kiosk.applicant import applicant, card_problem, guardian_problem
from kiosk.codes import described
from kiosk.effects import ReadOwner, StopReading
from kiosk.pages import AnyPage, Menu, Option
from kiosk.parts.part import Host, Part
from kiosk.services.answers import is_id_number
from offline_cache.bodies import Applicant

FAILURES: Final = 2
"""After so many of one way the next is offered. Source: facts page on services, People and screens."""


class Guardian(Part):
    """read: gets who the card names. typed, back: what the citizen chose instead."""

    def __init__(
        self, host: Host, read: Callable[[Applicant], None], typed: Callable[[], None], back: Callable[[], None]
    ) -> None:
        self._host = host
        self._read = read
        self._typed = typed
        self._back = back
        self._error = ""
        self._failures = 0
        host.effects.append(ReadOwner())

    def page(self) -> AnyPage:
        say = self._host.setting.say
        text = self._error or say("孩子不满14周岁，由监护人来填写和同意。请拿起孩子的卡，把监护人的身份证放到读卡区。")
        if self._failures >= FAILURES:
            text = say("{error}还是读不到，就手工输入，一样能办。", error=self._error)
        return Menu(
            title=say("请监护人把身份证放上来"),
            person=self._host.shown_person,
            back=True,
            text=text,
            options=[Option(value="typed", label=say("没带卡，手工输入"))],
        )

    def act(self, action: Action) -> None:
        match action:
            case actions.Choose("typed"):
                self.may_leave()
                self._typed()
            case actions.Back():
                self.may_leave()
                self._back()

    def laid(self, card: Card) -> None:
        """Another card than the child's was laid, or the child's once more."""
        guardian, today = applicant(card), self._host.setting.wall().date()
        code = card_problem(card, today)
        if not code:
            birth = date.fromisoformat(guardian.birth)
            code = guardian_problem(self._host.person, guardian.id_number, birth, today)
        if not code and not is_id_number(guardian.id_number):
            code = "card.not-resident"
        if code:
            self.troubled(code)
            self._host.effects.append(ReadOwner())
        else:
            self._read(guardian)

    def troubled(self, code: str) -> None:
        """code: of what the reader says; empty: nothing any more."""
        if code not in ("", "card.take-away"):
            say = self._host.setting.say
            found = described(code, say)
            self._error = say("{title}。{todo}。", title=found.title, todo=found.todo)
            self._failures += 1

    def may_leave(self) -> bool:
        """No card is waited for any more."""
        self._host.effects.append(StopReading())
        return True
