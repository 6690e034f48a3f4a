"""Keeps one device host running: deadlines, kill, restart, an open circuit. Without Qt; never blocks.

A call past its deadline means kill -9 of the host and all that it started, and an immediate first restart. Hosts that
keep failing are restarted with growing pauses, then, once the circuit is open, once a minute. One call at a time is
with the host, the others wait in line.
"""

import logging
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import msgspec

from devices.circuit import Circuit
from devices.contract import (
    CONTRACT,
    EVENTS_A_SECOND,
    Configure,
    Event,
    Failure,
    Hello,
    Reply,
    Request,
    decode_from_driver,
)
from devices.loop import Cancel, Loop
from devices.process import HostProcess

logger = logging.getLogger(__name__)

Answer = dict[str, Any] | Failure
CONFIGURE_S: Final = 10.0
CLOSE_S: Final = 2.0

_encode = msgspec.json.Encoder().encode


def host_command(driver: str) -> list[str]:
    """The command that hosts an installed driver, also from a frozen build."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "device-host", driver]
    return [sys.executable, "-m", "devices.host", driver]


class Listener(Protocol):
    """A device of the connection."""

    def connected(self, hello: Hello) -> None:
        """The host was configured."""
        ...

    def lost(self, code: str) -> None:
        """The host is gone; code: device.timeout, device.crashed, device.protocol, device.contract, device.given-up."""
        ...

    def event(self, event: Event) -> None: ...


@dataclass
class _Call:
    device: str
    method: str
    params: dict[str, Any]
    deadline_s: float
    done: Callable[[Answer], None]
    progress: Callable[[str], None]
    id: int = 0
    over: bool = False
    timer: Cancel = field(default=lambda: None)


class Connection:
    """The host of one connection, which may offer several devices."""

    def __init__(
        self, loop: Loop, name: str, command: list[str], configure: Configure, *, show_stderr: bool = False
    ) -> None:
        """command: the host, see `host_command`. show_stderr: let pass what the driver prints. A kiosk does not: what a
        vendor's library prints may be a citizen's data."""
        self.name = name
        self.loop = loop
        self.listeners: list[Listener] = []
        self._command = command
        self._configure = configure
        self._show_stderr = show_stderr
        self._process: HostProcess | None = None
        self._killed: list[HostProcess] = []
        self._waiting: deque[_Call] = deque()
        self._current: _Call | None = None
        self._restart: Cancel = lambda: None
        self._circuit = Circuit()
        self._events: deque[float] = deque(maxlen=EVENTS_A_SECOND)
        self._last_id = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The host's process id, while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        if self._process is None and not self._closed:
            self._restart()
            self._spawn()

    def try_again(self) -> None:
        """Somebody mended something: close the circuit and start anew at once."""
        self._circuit.close()
        if self._process is not None:
            self._lost("device.crashed")  # what is under way may have reached the device
        self.start()

    def call(
        self,
        device: str,
        method: str,
        params: dict[str, Any],
        deadline_s: float,
        done: Callable[[Answer], None],
        progress: Callable[[str], None] = lambda _: None,
    ) -> Cancel:
        """Ask a device. `done` is called once, later, unless the call was cancelled first: with the result or with a
        Failure: the driver's own; device.timeout, device.crashed or device.protocol when the host was lost over it;
        device.unavailable or device.given-up when it never reached the host. progress: gets the steps that the driver
        tells of while it works."""
        call = _Call(device, method, params, deadline_s, done, progress)
        if self._process is None:
            failure = Failure(code="device.given-up" if self._circuit.is_open else "device.unavailable")
            self.loop.later(0, lambda: self._finish(call, failure))
            return lambda: setattr(call, "over", True)
        self._waiting.append(call)
        self._send_next()
        return lambda: self._cancel(call)

    def close(self) -> None:
        """End the host: it may finish the print in hand within CLOSE_S."""
        self._closed = True
        self._restart()
        process = self._process
        self._detach()
        if process is not None and not process.finish(CLOSE_S):
            logger.info("%s: the host did not end by itself", self.name)
        for killed in self._killed:
            killed.wait(CLOSE_S)

    # -- the host's life --

    def _spawn(self) -> None:
        try:
            self._process = HostProcess(self.loop, self._command, self._take, self._lost, show_stderr=self._show_stderr)
        except OSError as error:
            logger.error("%s: %s cannot be started: %s", self.name, self._command[0], error.strerror)  # noqa: TRY400
            self._lost("device.crashed")
            return
        params = msgspec.to_builtins(self._configure)
        self._waiting.appendleft(_Call("", "configure", params, CONFIGURE_S, self._configured, lambda _: None))
        self._send_next()

    def _configured(self, answer: Answer) -> None:
        if self._process is None:
            return
        if isinstance(answer, Failure):
            self._lost(answer.code)
            return
        try:
            hello = msgspec.convert(answer, Hello)
        except msgspec.ValidationError:
            hello = Hello(contract=0, devices=[])
        if hello.contract != CONTRACT or not hello.devices:
            self._lost("device.contract")
            return
        for listener in self.listeners:
            listener.connected(hello)

    def _detach(self) -> None:
        self._process = None
        if self._current:
            self._current.timer()
            self._current = None
        self._waiting.clear()

    def _lost(self, code: str) -> None:
        """The host is no use any more: kill it, fail what was asked, start another."""
        process, current, waiting = self._process, self._current, list(self._waiting)
        pause = self._circuit.lost(self.loop.now())
        told = "device.given-up" if self._circuit.is_open else code
        self._detach()
        if process is not None:
            process.kill()
            self._killed = [one for one in self._killed if not one.gone] + [process]
        logger.info("%s: host lost (%s), next start in %.1f s", self.name, code, pause)
        self._restart = self.loop.later(pause, self.start)
        for listener in self.listeners:
            listener.lost(told)
        if current:
            self._finish(current, Failure(code=code))
        for call in waiting:
            self._finish(call, Failure(code="device.unavailable"))

    # -- calls --

    def _send_next(self) -> None:
        while self._current is None and self._waiting and self._process is not None:
            call = self._waiting.popleft()
            if call.over:
                continue
            self._last_id += 1
            call.id = self._last_id
            self._current = call
            call.timer = self.loop.later(call.deadline_s, lambda: self._lost("device.timeout"))
            self._write(
                Request(
                    id=call.id,
                    method=call.method,
                    deadline_ms=int(call.deadline_s * 1000),
                    device=call.device,
                    params=call.params,
                )
            )

    def _write(self, request: Request) -> None:
        assert self._process is not None
        self._process.send(_encode(request) + b"\n")

    def _cancel(self, call: _Call) -> None:
        if call.over:
            return
        call.over = True
        if call is self._current:
            self._write(Request(id=0, method="cancel", deadline_ms=0, params={"id": call.id}))

    def _take(self, line: bytes) -> None:
        """What is not of the contract, or not the answer that is due, ends the host."""
        try:
            message = decode_from_driver(line)
        except ValueError:
            understood = False
        else:
            understood = self._event(message) if isinstance(message, Event) else self._reply(message)
        if not understood:
            self._lost("device.protocol")

    def _reply(self, reply: Reply) -> bool:
        call = self._current
        if call is None or reply.id != call.id:
            return False
        call.timer()
        self._current = None
        answer: Answer = reply.error if reply.error is not None else reply.result or {}
        self._finish(call, answer)
        self._send_next()
        return True

    def _event(self, event: Event) -> bool:
        now = self.loop.now()
        if len(self._events) == EVENTS_A_SECOND and self._events[0] > now - 1.0:
            return False
        self._events.append(now)
        if event.event == "crash":
            logger.error("%s: the driver crashed at %s", self.name, " < ".join(map(str, event.data.get("where", []))))
        elif event.event == "progress":
            call = self._current
            if call is not None and event.data.get("id") == call.id and not call.over:
                call.progress(str(event.data.get("step", "")))
        else:
            for listener in self.listeners:
                listener.event(event)
        return True

    @staticmethod
    def _finish(call: _Call, answer: Answer) -> None:
        if not call.over:
            call.over = True
            call.done(answer)
