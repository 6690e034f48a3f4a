"""Keeps one device host running: deadlines, kill, restart, and an honest status. Without Qt; never blocks.

A call past its deadline means kill -9 of the host's whole process group and an immediate first restart; hosts that
keep failing are restarted with growing pauses. One call at a time is with the host, the others wait in line.
"""

import contextlib
import logging
import os
import random
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from devices.contract import MAX_LINE_BYTES, Action, Failure, Reply, Request, State, Status
from devices.loop import Cancel, Loop

logger = logging.getLogger(__name__)

Answer = dict[str, Any] | Failure
CONFIGURE_S: Final = 10.0
STATUS_S: Final = 5.0
STATUS_EVERY_S: Final = 5.0
MAX_PAUSE_S: Final = 30.0
CLOSE_S: Final = 2.0

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Reply).decode


def host_command(driver: str) -> list[str]:
    """The command that hosts an installed driver, also from a frozen build."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "device-host", driver]
    return [sys.executable, "-m", "devices.host", driver]


@dataclass
class _Call:
    method: str
    params: dict[str, Any]
    deadline_s: float
    done: Callable[[Answer], None]
    id: int = 0
    over: bool = False
    timer: Cancel = field(default=lambda: None)


class Device:
    """A device as the kiosk sees it. `on_status` is called when `status` changed."""

    def __init__(
        self,
        loop: Loop,
        name: str,
        command: list[str],
        settings: dict[str, str],
        claimant: str,
        *,
        heartbeat: bool = True,
    ) -> None:
        """command: the host, see `host_command`. claimant: named to whoever else wants the device. heartbeat: ask for
        the status every few seconds; without it `status` tells of the host only."""
        self.name = name
        self.status = Status(state=State.ABSENT, code="device.unavailable")
        self.on_status: Callable[[Status], None] = lambda _: None
        self._loop = loop
        self._command = command
        self._settings = {**settings, "claimant": f"{name} of {claimant}"}
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: deque[_Call] = deque()
        self._current: _Call | None = None
        self._buffer = b""
        self._unwatch: Cancel = lambda: None
        self._restart: Cancel = lambda: None
        self._status_timer: Cancel = lambda: None
        self._failures = 0
        self._last_id = 0
        self._closed = False
        self._heartbeat = heartbeat

    @property
    def pid(self) -> int | None:
        """The host's process id, while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        if self._process is None and not self._closed:
            self._spawn()

    def call(self, method: str, params: dict[str, Any], deadline_s: float, done: Callable[[Answer], None]) -> Cancel:
        """Ask the device. `done` is called once, later, unless the call was cancelled first: with the result or with a
        Failure: the driver's own; device.timeout, device.crashed or device.protocol when the host was lost over it;
        device.unavailable when it never reached the host."""
        call = _Call(method, params, deadline_s, done)
        if self._process is None:
            self._loop.later(0, lambda: self._finish(call, Failure(code="device.unavailable")))
            return lambda: setattr(call, "over", True)
        self._waiting.append(call)
        self._send_next()
        return lambda: self._cancel(call)

    def close(self) -> None:
        """End the host: it may finish the print in hand within CLOSE_S."""
        self._closed = True
        self._restart()
        self._status_timer()
        process = self._process
        if process is None:
            return
        self._detach()
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(CLOSE_S)
        except subprocess.TimeoutExpired:
            logger.info("%s: the host did not end by itself", self.name)
        _bury(process)

    # -- the host's life --

    def _spawn(self) -> None:
        self._buffer = b""
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        os.set_blocking(self._process.stdin.fileno(), False)
        self._unwatch = self._loop.watch(self._process.stdout.fileno(), self._readable)
        configure = _Call("configure", dict(self._settings), CONFIGURE_S, lambda _: None)
        self._waiting.appendleft(configure)
        self._send_next()
        if self._heartbeat:
            self._ask_status()

    def _detach(self) -> None:
        self._unwatch()
        self._process = None
        if self._current:
            self._current.timer()
            self._current = None
        self._waiting.clear()

    def _lost(self, code: str) -> None:
        """The host is no use any more: kill it, fail what was asked, start another."""
        process = self._process
        assert process is not None
        current, waiting = self._current, list(self._waiting)
        self._status_timer()
        self._detach()
        _bury(process)
        self._failures += 1
        pause = 0.0 if self._failures == 1 else min(MAX_PAUSE_S, 0.25 * 2**self._failures) * random.uniform(0.5, 1)  # noqa: S311
        logger.info("%s: host lost (%s), next start in %.1f s", self.name, code, pause)
        self._restart = self._loop.later(pause, self.start)
        self._tell(Status(state=State.ERROR, code=code, action=Action.RETRY))
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
            call.timer = self._loop.later(call.deadline_s, lambda: self._lost("device.timeout"))
            self._write(
                Request(id=call.id, method=call.method, deadline_ms=int(call.deadline_s * 1000), params=call.params)
            )

    def _write(self, request: Request) -> None:
        line = _encode(request) + b"\n"
        assert len(line) <= MAX_LINE_BYTES
        assert self._process is not None
        assert self._process.stdin is not None
        # A pipe holds 64 kB and at most one request is unread, so a short write means that the host does not read.
        try:
            written = os.write(self._process.stdin.fileno(), line)
        except (BrokenPipeError, BlockingIOError):
            written = 0
        if written < len(line):
            process = self._process
            self._loop.later(0, lambda: self._lost("device.crashed") if process is self._process else None)

    def _cancel(self, call: _Call) -> None:
        if call.over:
            return
        call.over = True
        if call is self._current:
            self._write(Request(id=0, method="cancel", deadline_ms=0, params={"id": call.id}))

    def _readable(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            data = os.read(self._process.stdout.fileno(), MAX_LINE_BYTES)
        except BlockingIOError:
            return
        if not data:
            self._lost("device.crashed")
            return
        self._buffer += data
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            if not self._take(line):
                self._lost("device.protocol")
                return
        if len(self._buffer) > MAX_LINE_BYTES:
            self._lost("device.protocol")

    def _take(self, line: bytes) -> bool:
        """False when the line is not the answer that is due."""
        try:
            reply = _decode(line)
        except ValueError:
            return False
        call = self._current
        if call is None or reply.id != call.id or (reply.result is None) == (reply.error is None):
            return False
        call.timer()
        self._current = None
        answer: Answer = reply.error if reply.error is not None else reply.result or {}
        if call.method != "configure":
            self._failures = 0
        if isinstance(answer, Failure) and call.method != "status":
            logger.debug("%s: %s: %s", self.name, call.method, answer.code)
        self._finish(call, answer)
        self._send_next()
        return True

    @staticmethod
    def _finish(call: _Call, answer: Answer) -> None:
        if not call.over:
            call.over = True
            call.done(answer)

    # -- status --

    def _ask_status(self) -> None:
        self.call("status", {}, STATUS_S, self._status_answered)

    def _status_answered(self, answer: Answer) -> None:
        if self._process is None:
            return
        if isinstance(answer, Failure):
            state = State.ABSENT if answer.code.endswith((".absent", ".held")) else State.OFFLINE
            self._tell(Status(state=state, code=answer.code, action=Action.TECHNICIAN))
        else:
            self._tell(msgspec.convert(answer["status"], Status))
        self._status_timer = self._loop.later(STATUS_EVERY_S, self._ask_status)

    def _tell(self, status: Status) -> None:
        if status != self.status:
            self.status = status
            logger.info("%s: %s %s", self.name, status.state, status.code)
            self.on_status(status)


def _bury(process: subprocess.Popen[bytes]) -> None:
    """End the host and all that it started, and close its pipes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        with contextlib.suppress(BrokenPipeError):
            pipe.close()
