"""Somebody who helps (代办、帮办): the helper's card has been read, now the owner's is. Both are recorded; the owner's
data are masked as everybody's are."""

from kiosk import actions
from kiosk.actions import Action
from kiosk.codes import described
from kiosk.effects import ReadOwner, StopReading
from kiosk.pages import AnyPage, Menu
from kiosk.parts.part import Host, Part


class Acting(Part):
    def __init__(self, host: Host) -> None:
        self._host = host
        self._error = ""
        host.effects.append(ReadOwner())

    def page(self) -> AnyPage:
        say = self._host.setting.say
        return Menu(
            title=say("替别人办"),
            person=self._host.shown_person,
            back=True,
            text=self._error
            or say("请拿起您的卡，把办事人的身份证放到读卡区。您的姓名和证件会一起记下来。不是本人同意的，不要代办。"),
        )

    def act(self, action: Action) -> None:
        if isinstance(action, actions.Back):
            self._host.effects.append(StopReading())
            self._host.leave_part()

    def refused(self, code: str) -> None:
        """The card is nobody's for whom one could act."""
        self.troubled(code)
        self._host.effects.append(ReadOwner())

    def troubled(self, code: str) -> None:
        """code: of what the reader says; empty: nothing any more."""
        if code not in ("", "card.take-away"):
            say = self._host.setting.say
            found = described(code, say)
            self._error = say("{title}。{todo}", title=found.title, todo=found.todo)
