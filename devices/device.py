"""One device as the kiosk sees it: its status, kept honest by asking for it, and calls."""

import logging
from collections.abc import Callable
from typing import Any, Final

import msgspec

from devices.connection import Answer, Connection
from devices.contract import Action, Announced, Configure, Event, Failure, Hello, State, Status
from devices.loop import Cancel, Loop

logger = logging.getLogger(__name__)

STATUS_S: Final = 5.0
STATUS_EVERY_S: Final = 5.0


class Device:
    """Implements devices.connection.Listener. `on_status` is called when `status` changed, `on_event` for the driver's
    other events."""

    def __init__(self, connection: Connection, name: str, part: str = "", *, heartbeat: bool = True) -> None:
        """part: the device's name in the driver's Hello; empty: the first there is. heartbeat: ask for the status every
        few seconds; without it `status` tells of the host only."""
        self.name = name
        self.status = Status(state=State.ABSENT, code="device.unavailable", action=Action.RETRY)
        self.announced: Announced | None = None
        self.on_status: Callable[[Status], None] = lambda _: None
        self.on_event: Callable[[Event], None] = lambda _: None
        self._connection = connection
        self._part = part
        self._heartbeat = heartbeat
        self._timer: Cancel = lambda: None
        connection.listeners.append(self)

    @property
    def pid(self) -> int | None:
        """The process id of the device's host, while it runs."""
        return self._connection.pid

    def start(self) -> None:
        self._connection.start()

    def try_again(self) -> None:
        self._connection.try_again()

    def close(self) -> None:
        self._timer()
        self._connection.close()

    def call(
        self,
        method: str,
        params: dict[str, Any],
        deadline_s: float,
        done: Callable[[Answer], None],
        progress: Callable[[str], None] = lambda _: None,
    ) -> Cancel:
        """See devices.connection.Connection.call."""
        return self._connection.call(self._part, method, params, deadline_s, done, progress)

    # -- for the connection --

    def connected(self, hello: Hello) -> None:
        found = [one for one in hello.devices if one.name == self._part] if self._part else hello.devices
        if not found:
            self.announced = None
            self._tell(Status(state=State.ABSENT, code="device.no-such-device", action=Action.TECHNICIAN))
            return
        self.announced = found[0]
        if self._heartbeat:
            self._ask()

    def lost(self, code: str) -> None:
        self._timer()
        action = Action.TECHNICIAN if code in ("device.given-up", "device.contract") else Action.RETRY
        self._tell(Status(state=State.ERROR, code=code, action=action))

    def event(self, event: Event) -> None:
        if event.device not in ("", self._part) and event.device != (self.announced.name if self.announced else ""):
            return
        if event.event != "status":
            self.on_event(event)
            return
        try:
            self._tell(msgspec.convert(event.data, Status))
        except msgspec.ValidationError:
            logger.warning("%s: an event holds no status", self.name)

    # -- status --

    def _ask(self) -> None:
        self._timer()
        self.call("status", {}, STATUS_S, self._answered)

    def _answered(self, answer: Answer) -> None:
        if self._connection.pid is None:
            return
        self._tell(status_of(answer))
        self._timer = self._connection.loop.later(STATUS_EVERY_S, self._ask)

    def _tell(self, status: Status) -> None:
        if status != self.status:
            self.status = status
            logger.info("%s: %s %s", self.name, status.state, status.code)
            self.on_status(status)


def status_of(answer: Answer) -> Status:
    """What an answer to `status` says; a failure, too, says how the device is."""
    if isinstance(answer, Failure):
        state = State.ABSENT if answer.code.endswith((".absent", ".held")) else State.OFFLINE
        return Status(state=state, code=answer.code, action=Action.TECHNICIAN)
    try:
        return msgspec.convert(answer["status"], Status)
    except (KeyError, msgspec.ValidationError):
        return Status(state=State.ERROR, code="device.protocol", action=Action.TECHNICIAN)


def alone(
    loop: Loop,
    name: str,
    command: list[str],
    configure: Configure,
    *,
    heartbeat: bool = True,
    show_stderr: bool = False,
) -> Device:
    """A device with a connection of its own."""
    return Device(Connection(loop, name, command, configure, show_stderr=show_stderr), name, heartbeat=heartbeat)
