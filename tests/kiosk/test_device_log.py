"""A fluttering device does not fill the journal."""

from collections.abc import Callable

from devices.contract import State, Status
from devices.loop import Cancel
from kiosk.device_log import QUIET_S, DeviceLog

ONLINE, OFFLINE = Status(state=State.ONLINE), Status(state=State.OFFLINE, code="printer.offline")


class HandLoop:
    """A loop whose time a test moves."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, Callable[[], None]]] = []

    def now(self) -> float:
        return 0.0

    def watch(self, fd: int, readable: Callable[[], None]) -> Cancel:
        raise AssertionError("nothing is watched here")

    def later(self, seconds: float, call: Callable[[], None]) -> Cancel:
        self.waiting.append((seconds, call))
        return lambda: None

    def quiet_is_over(self) -> None:
        ((seconds, call),) = self.waiting
        assert seconds == QUIET_S
        self.waiting.clear()
        call()


def test_the_first_change_at_once_and_then_where_it_ended() -> None:
    loop, written = HandLoop(), list[Status]()
    log = DeviceLog(loop, written.append)
    for status in (ONLINE, OFFLINE, Status(state=State.BUSY), ONLINE, OFFLINE):
        log.changed(status)
    assert written == [ONLINE]
    loop.quiet_is_over()
    assert written == [ONLINE, OFFLINE]
    log.changed(ONLINE)
    log.changed(OFFLINE)
    loop.quiet_is_over()
    assert written == [ONLINE, OFFLINE]
    log.changed(ONLINE)
    assert written == [ONLINE, OFFLINE, ONLINE]
