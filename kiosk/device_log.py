"""Tells the journal of a device's changes, but not of every flutter."""

from collections.abc import Callable
from typing import Final

from devices.contract import State, Status
from devices.loop import Loop

QUIET_S: Final = 60.0


class DeviceLog:
    """At most one entry in QUIET_S for a device: the first change at once, then the state that it ended in."""

    def __init__(self, loop: Loop, write: Callable[[Status], None]) -> None:
        self._loop = loop
        self._write = write
        self._written: Status | None = None
        self._latest: Status | None = None
        self._quiet = False

    def changed(self, status: Status) -> None:
        if status.state is State.BUSY:
            return
        self._latest = status
        if not self._quiet:
            self._put()

    def _put(self) -> None:
        if self._latest is None or self._latest == self._written:
            return
        self._written = self._latest
        self._quiet = True
        self._loop.later(QUIET_S, self._quiet_is_over)
        self._write(self._written)

    def _quiet_is_over(self) -> None:
        self._quiet = False
        self._put()
