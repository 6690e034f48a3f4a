"""What the screen needs from the application, and nothing more."""

from collections.abc import Callable
from typing import Protocol

from kiosk.actions import Action
from kiosk.pages import AnyPage, Bar, IdleWarning


class ScreenSource(Protocol):
    """The application as the screen sees it. All in the thread of the loop; `act` returns at once."""

    @property
    def page(self) -> AnyPage: ...

    @property
    def bar(self) -> Bar: ...

    @property
    def warning(self) -> IdleWarning | None: ...

    @property
    def language(self) -> str:
        """Of the page: the screen's own words are said in it."""
        ...

    on_change: Callable[[], None]
    """Called after page, bar or warning changed."""

    def act(self, action: Action) -> None:
        """An action that the present page does not take is ignored: a second tap on a page that has gone is no
        error."""
        ...
