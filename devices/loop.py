"""The event loop that device supervision runs on: Qt's on the screen, `selectors` on the command line and in tests."""

import heapq
import itertools
import selectors
import time
from collections.abc import Callable
from typing import Protocol

Cancel = Callable[[], None]
"""Ends a watch or a timer; calling it twice, or after it fired, does nothing."""


class Loop(Protocol):
    """All calls and call-backs are in one thread; none may block."""

    def now(self) -> float:
        """Monotonic seconds."""
        ...

    def watch(self, fd: int, readable: Callable[[], None]) -> Cancel:
        """Call `readable` whenever `fd` can be read or has closed."""
        ...

    def later(self, seconds: float, call: Callable[[], None]) -> Cancel:
        """Call `call` once, after `seconds`."""
        ...


class SelectorLoop:
    """A Loop without Qt."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._timers: list[tuple[float, int, list[Callable[[], None]]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        return time.monotonic()

    def watch(self, fd: int, readable: Callable[[], None]) -> Cancel:
        key = self._selector.register(fd, selectors.EVENT_READ, readable)

        def cancel() -> None:
            if self._selector.get_map().get(fd) is key:
                self._selector.unregister(fd)

        return cancel

    def later(self, seconds: float, call: Callable[[], None]) -> Cancel:
        cell = [call]
        heapq.heappush(self._timers, (self.now() + seconds, next(self._order), cell))
        return cell.clear

    def run_until(self, done: Callable[[], bool], timeout: float) -> bool:
        """Run until `done()` is true; False when `timeout` seconds passed first."""
        end = self.now() + timeout
        while not done():
            now = self.now()
            if now >= end:
                return False
            until = min(end, self._timers[0][0]) if self._timers else end
            for key, _ in self._selector.select(max(0.0, until - now)):
                key.data()
            while self._timers and self._timers[0][0] <= self.now():
                for call in heapq.heappop(self._timers)[2]:
                    call()
        return True

    def close(self) -> None:
        self._selector.close()
