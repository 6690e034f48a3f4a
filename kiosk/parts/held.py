"""Certificates that the platform holds already need not be handed in again: with the citizen's consent, asked once, it
is looked which of the kinds that a service wants are there. Kinds only; what stands in them stays at the platform."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from kiosk import actions
from kiosk.actions import Action
from kiosk.online import Found, FoundHeld, WantHeld
from kiosk.pages import AnyPage, Fact, Menu, Option, Working
from kiosk.parts.part import Host, Part

CONSENT: Final = "held-certificates"
VERSION: Final = "1"
"""Of the text below; the case keeps both."""


class Holding:
    """What is known in this session. agreed: None until the citizen was asked. kinds: that are held. looked: all kinds
    that were looked for. wants_more: whether to prove more for the rest may be offered."""

    def __init__(self) -> None:
        self.agreed: bool | None = None
        self.kinds: frozenset[str] = frozenset()
        self.looked: frozenset[str] = frozenset()
        self.wants_more = True

    def open(self, kinds: Mapping[str, str]) -> Mapping[str, str]:
        """Those that are still to be looked for."""
        if self.agreed is False:
            return {}
        return {kind: name for kind, name in kinds.items() if kind not in self.looked}


class Proves(Protocol):
    """Tries to prove more than a card does; `proved` or `not_proved` is called, or neither when the citizen goes
    back."""

    def __call__(
        self, proved: Callable[[], None], not_proved: Callable[[], None], back: Callable[[], None]
    ) -> None: ...


class Looking(Part):
    """kinds: to be looked for, with what they are called. proven: more than a card was shown already. done: goes on
    with the application."""

    def __init__(
        self,
        host: Host,
        holding: Holding,
        kinds: Mapping[str, str],
        proven: Callable[[], bool],
        prove: Proves,
        done: Callable[[], None],
    ) -> None:
        self._host = host
        self._holding = holding
        self._kinds = kinds
        self._proven = proven
        self._prove = prove
        self._done = done
        self._at = "ask"
        self._failed_code = ""
        if holding.agreed:
            self._look()

    def page(self) -> AnyPage:
        say, person = self._host.setting.say, self._host.shown_person
        title = say("已有的证照")
        match self._at:
            case "looking":
                return Working(title=title, person=person, text=say("正在查，请稍等……"))
            case "more":
                return Menu(
                    title=title,
                    person=person,
                    back=True,
                    text=say("有的证照，要先核对是您本人才能查。可以用短信验证码，也可以请工作人员核对。"),
                    options=[
                        Option(value="prove", label=say("核对本人，接着查")),
                        Option(value="no", label=say("不查了，我自己交")),
                    ],
                )
            case "found":
                return Menu(title=title, person=person, next_label=say("下一步"), text=self._found_words())
        return Menu(
            title=title,
            person=person,
            back=True,
            text=say("平台上可能已有您的证照，可以不用再交。要查吗？只查有没有，不看内容，只在您这次办事时用。"),
            facts=[Fact(label=say("要查的"), value=say("、").join(self._kinds.values()))],
            options=[
                Option(value="yes", label=say("同意，查一下")),
                Option(value="no", label=say("不查，我自己交")),
            ],
        )

    def act(self, action: Action) -> None:
        match action:
            case actions.Choose("yes") if self._at == "ask":
                self._holding.agreed = True
                self._look()
            case actions.Choose("no") if self._at == "ask":
                self._holding.agreed = False
                self._finish()
            case actions.Choose("prove") if self._at == "more":
                self._prove(self._proved, self._not_proved, self._again)
            case actions.Choose("no") if self._at == "more":
                self._not_proved()
            case actions.Next() if self._at == "found":
                self._finish()
            case actions.Back() if self._at in ("ask", "more"):
                self._host.leave_part()

    def _look(self) -> None:
        self._at = "looking"
        self._host.ask(WantHeld(tuple(self._kinds)), self._found, self._failed)

    def _found(self, found: Found) -> None:
        assert isinstance(found, FoundHeld)
        self._holding.kinds |= found.kinds
        if found.more and self._holding.wants_more and not self._proven():
            self._at = "more"
        else:
            self._settle()

    def _failed(self, code: str) -> None:
        """It is handed in as always; another service may try again."""
        self._failed_code = code
        self._at = "found"

    def _proved(self) -> None:
        self._host.enter(self)
        self._look()

    def _not_proved(self) -> None:
        self._holding.wants_more = False
        self._host.enter(self)
        self._settle()

    def _again(self) -> None:
        self._host.enter(self)

    def _settle(self) -> None:
        self._holding.looked |= self._kinds.keys()
        self._at = "found"

    def _found_words(self) -> str:
        say = self._host.setting.say
        if self._failed_code:
            return say("现在查不了（{code}）。请照常交材料。", code=self._failed_code)
        names = say("、").join(name for kind, name in self._kinds.items() if kind in self._holding.kinds)
        if names:
            return say("平台上有您的{names}，这次不用再交。", names=names)
        return say("没有查到。请照常交材料。")

    def _finish(self) -> None:
        self._host.leave_part()
        self._done()
