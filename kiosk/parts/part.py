"""What a part is to its session, and the session to a part."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

from devices.contract import Paper
from kiosk.actions import Action
from kiosk.case_acts import CaseActs
from kiosk.effects import Effect
from kiosk.online import Found, Wanted
from kiosk.pages import AnyPage
from kiosk.proof import Proof
from kiosk.session_state import IDLE_S, Print
from kiosk.setting import Setting
from offline_cache.bodies import Applicant


class Part(ABC):
    """Covers the session's page until it leaves. An action that it does not take changes nothing."""

    idle_s: float = IDLE_S
    """So long nobody need touch the screen."""
    heard: float = 0.0
    """When somebody was there who did not touch it, monotonic seconds."""

    @abstractmethod
    def page(self) -> AnyPage: ...
    @abstractmethod
    def act(self, action: Action) -> None: ...

    def tick(self) -> None:  # noqa: B027, most wait for nothing
        """Called about once a second."""

    def may_leave(self) -> bool:
        """The citizen goes, or is gone. False: something comes first, and is on the screen now."""
        return True


class Host(Protocol):
    """The session, as a part sees it. helper: who acts for the person. print, copy, code: what became of the
    paper that was asked for last."""

    setting: Setting
    person: Applicant
    helper: Applicant | None
    effects: list[Effect]
    print: Print
    copy: int
    code: str
    acts: CaseActs
    proof: Proof
    """What was proved of who is there."""

    @property
    def shown_person(self) -> str:
        """Masked, for the bar."""
        ...

    def enter(self, part: Part) -> None: ...
    def leave_part(self) -> None: ...
    def forget_aside(self) -> None:
        """What was put aside at another kiosk, and is taken up here, is not wanted any more."""
        ...

    def choose(self, service: str) -> None:
        """Leaves the part for the service's first page."""
        ...

    def print_paper(self, paper: Paper, about: bytes) -> None:
        """about: the entry that it is for; empty for a sheet."""
        ...

    def came_out(self, yes: bool) -> None:
        """The answer to "did the paper come out?"."""
        ...

    def ask_beside(self, wanted: Wanted, done: Callable[[Found], None], failed: Callable[[str], None]) -> None:
        """As `ask`, and what was asked before is still waited for."""
        ...

    def ask(self, wanted: Wanted, done: Callable[[Found], None], failed: Callable[[str], None]) -> None:
        """Ask the platform; only the last question is waited for. failed: gets a code."""
        ...
