"""Runs a driver program against the contract: what it says, when, and how it ends. For whoever writes a driver.

Nothing is printed and no card is wanted unless it is asked for. Checks run in order, each on the driver that the one
before left; one that fails says why.
"""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import msgspec

from devices.contract import (
    CONTRACT,
    Action,
    Announced,
    Card,
    Configure,
    Event,
    Failure,
    Hello,
    PrintResult,
    Reply,
    SelfTest,
    State,
    Status,
    decode_from_driver,
)
from devices.loop import SelectorLoop
from devices.process import HostProcess
from devices.test_page import TEST_PAGE

ANSWER_S: Final = 10.0
CANCEL_S: Final = 1.0
END_S: Final = 2.0
AGAIN_S: Final = 2.0
IDLE_S: Final = 2.0
IDLE_CPU: Final = 0.05
CARD_S: Final = 30.0
_CODE: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")
_STEPS: Final = ("sending", "sent")
_OUTCOMES: Final = ("confirmed", "failed-clean", "unknown")
_encode = msgspec.json.Encoder().encode
T = TypeVar("T")


@dataclass(frozen=True)
class Result:
    """why: the reason, when the check failed or was skipped."""

    check: str
    outcome: Literal["passed", "failed", "skipped"]
    why: str = ""


class _FailedError(Exception):
    pass


class _SkippedError(Exception):
    pass


class _Running:
    """The driver's process, asked one thing at a time."""

    def __init__(self, loop: SelectorLoop, command: list[str]) -> None:
        self._loop = loop
        self._id = 0
        self.replies: list[Reply] = []
        self.events: list[Event] = []
        self.wrong = ""
        self.process = HostProcess(loop, command, self._line, self._ended, show_stderr=True)

    def send(self, method: str, params: dict[str, Any], device: str = "", **more: object) -> int:
        self._id += 1
        request = {"id": self._id, "method": method, "deadline_ms": 10_000, "device": device, "params": params, **more}
        self.process.send(_encode(request) + b"\n")
        return self._id

    def wait(self, request: int, wait_s: float = ANSWER_S) -> dict[str, Any] | Failure:
        self._loop.run_until(lambda: bool(self.wrong) or any(one.id == request for one in self.replies), wait_s)
        found = [one for one in self.replies if one.id == request]
        if not found:
            raise _FailedError(self.wrong or f"no answer within {wait_s:g} s")
        if len(found) > 1 or any(one.id > request for one in self.replies):
            raise _FailedError("there is an answer that nobody asked for")
        reply = found[0]
        return reply.error if reply.error is not None else reply.result or {}

    def ask(self, method: str, params: dict[str, Any] | None = None, device: str = "") -> dict[str, Any] | Failure:
        return self.wait(self.send(method, params or {}, device))

    def _line(self, line: bytes) -> None:
        try:
            found = decode_from_driver(line)
        except ValueError as error:
            self.wrong = f"a line on stdout is neither reply nor event: {error}"
            return
        if isinstance(found, Event):
            self.events.append(found)
        else:
            self.replies.append(found)

    def _ended(self, code: str) -> None:
        self.wrong = "the driver ended" if code == "device.crashed" else "a line is longer than 64,000 bytes"


class Conformance:
    """with_card: somebody will lay a card down. with_paper: a page may be printed."""

    def __init__(
        self, command: list[str], settings: dict[str, str], files: Path, *, with_card: bool, with_paper: bool
    ) -> None:
        self._command = command
        self._configure = Configure(settings=settings, claimant="kiosk device conform", files=str(files))
        self._with_card = with_card
        self._with_paper = with_paper
        self._loop = SelectorLoop()
        self._driver: _Running | None = None
        self._devices: list[Announced] = []

    def run(self, told: Callable[[Result], None]) -> list[Result]:
        """told: gets each result as it comes."""
        results = []
        for at, (name, check) in enumerate(self._checks()):
            try:
                if at > 1 and not self._devices:
                    _skip("it announced no device")
                check()
                result = Result(name, "passed")
            except _FailedError as error:
                result = Result(name, "failed", str(error))
                self._stop()
            except _SkippedError as error:
                result = Result(name, "skipped", str(error))
            results.append(result)
            told(result)
        self._stop()
        self._loop.close()
        return results

    def _checks(self) -> list[tuple[str, Callable[[], None]]]:
        return [
            ("refuses requests before configure", self._before_configure),
            ("announces its devices", self._announces),
            ("tells each device's status", self._statuses),
            ("tests itself without paper or people", self._self_tests),
            ("refuses an unknown method", self._unknown_method),
            ("refuses an unknown device", self._unknown_device),
            ("refuses parameters of another form", self._bad_params),
            ("passes over fields that it does not know", self._unknown_fields),
            ("passes over a cancel of nothing", self._cancel_of_nothing),
            ("ends a wait when it is cancelled", self._cancels),
            ("is quiet and idle when nobody asks", self._idle),
            ("reads a card", self._reads),
            ("prints a page", self._prints),
            ("works again after kill -9", self._killed),
            ("ends when stdin closes", self._ends),
        ]

    def _running(self) -> _Running:
        """The configured driver; started again when a check left none."""
        if self._driver is None:
            self._driver = self._started()
            self._configured(self._driver)
        return self._driver

    def _started(self) -> _Running:
        try:
            return _Running(self._loop, self._command)
        except OSError as error:
            raise _FailedError(f"{self._command[0]} cannot be started: {error.strerror}") from error

    def _configured(self, driver: _Running) -> None:
        hello = _of(Hello, driver.ask("configure", msgspec.to_builtins(self._configure)))
        if hello.contract != CONTRACT:
            raise _FailedError(f"it speaks contract {hello.contract}, not {CONTRACT}")
        self._devices = hello.devices

    def _stop(self) -> None:
        if self._driver is not None:
            self._driver.process.kill()
            self._driver.process.wait(END_S)
            self._driver = None

    # -- the checks --

    def _before_configure(self) -> None:
        self._driver = self._started()
        _expect_failure(self._driver.ask("status"), "device.not-configured")
        self._configured(self._driver)

    def _announces(self) -> None:
        self._running()
        names = [one.name for one in self._devices]
        if not names or not all(names) or len(set(names)) < len(names):
            raise _FailedError(f"devices need names of their own: {names}")
        for one in self._devices:
            if not one.kind or len(set(one.methods)) < len(one.methods) or {"status", "self_test"} & set(one.methods):
                raise _FailedError(f"{one.name}: kind is missing, or a method is named twice or is one that all have")

    def _statuses(self) -> None:
        for one in self._devices:
            answer = self._running().ask("status", device=one.name)
            if isinstance(answer, Failure):
                _check_code(answer.code)
                continue
            status = _of(Status, answer.get("status"))
            well = status.state in (State.ONLINE, State.BUSY)
            if not well:
                _check_code(status.code)
            if status.state in (State.OFFLINE, State.ERROR, State.ABSENT) and status.action is Action.NONE:
                raise _FailedError(f"{one.name} is {status.state} and says nobody has to do anything")

    def _self_tests(self) -> None:
        for one in self._devices:
            answer = self._running().ask("self_test", device=one.name)
            if isinstance(answer, Failure):
                _check_code(answer.code)
                continue
            findings = _of(SelfTest, answer).findings
            if not findings:
                raise _FailedError(f"{one.name}: a self-test finds something, if only that all is well")
            for finding in findings:
                if finding.code:
                    _check_code(finding.code)

    def _unknown_method(self) -> None:
        _expect_failure(self._running().ask("sing"), "device.no-such-method")

    def _unknown_device(self) -> None:
        _expect_failure(self._running().ask("status", device="no-such-device"), "device.no-such-device")

    def _bad_params(self) -> None:
        nonsense = {"wait_ms": ["soon"], "lines": 7, "file": {}}
        for one in self._devices:
            for method in one.methods:
                answer = self._running().ask(method, nonsense, one.name)
                if not isinstance(answer, Failure):
                    raise _FailedError(f"{one.name}: {method} takes {nonsense}")
                _check_code(answer.code)

    def _unknown_fields(self) -> None:
        driver = self._running()
        driver.wait(driver.send("status", {"colour": "blue"}, newer="field"))

    def _cancel_of_nothing(self) -> None:
        driver = self._running()
        driver.process.send(_encode({"id": 0, "method": "cancel", "deadline_ms": 0, "params": {"id": 123456}}) + b"\n")
        driver.ask("status")

    def _cancels(self) -> None:
        one = self._with("read") or _skip("it has no method that waits")
        driver = self._running()
        request = driver.send("read", {"wait_ms": 8000}, one.name)
        self._loop.run_until(lambda: False, 0.3)
        driver.process.send(_encode({"id": 0, "method": "cancel", "deadline_ms": 0, "params": {"id": request}}) + b"\n")
        driver.wait(request, CANCEL_S)

    def _idle(self) -> None:
        driver = self._running()
        before = _cpu_s(driver.process.pid)
        self._loop.run_until(lambda: bool(driver.wrong), IDLE_S)
        if driver.wrong:
            raise _FailedError(driver.wrong)
        used = (_cpu_s(driver.process.pid) - before) / IDLE_S
        if used > IDLE_CPU:
            raise _FailedError(f"it uses {used:.0%} of a core while nobody asks; wait for events, do not poll")

    def _reads(self) -> None:
        if not self._with_card:
            raise _SkippedError("give --with-card and lay a card down")
        one = self._with("read") or _skip("it reads no cards")
        driver = self._running()
        answer = driver.wait(driver.send("read", {"wait_ms": int(CARD_S * 1000)}, one.name), CARD_S + ANSWER_S)
        if isinstance(answer, Failure):
            raise _FailedError(f"the card was not read: {answer.code}")
        card = _of(Card, answer)
        if not card.kind or not card.raw:
            raise _FailedError("a card has at least kind and raw")

    def _prints(self) -> None:
        if not self._with_paper:
            raise _SkippedError("give --with-paper, and a page will be printed")
        one = self._with("print") or _skip("it prints nothing")
        driver = self._running()
        answer = driver.wait(driver.send("print", msgspec.to_builtins(TEST_PAGE), one.name), 60.0)
        if isinstance(answer, Failure):
            raise _FailedError(f"the page was not printed: {answer.code}")
        result = _of(PrintResult, answer)
        if result.outcome not in _OUTCOMES or (result.outcome == "confirmed") == bool(result.code):
            raise _FailedError(f"{result.outcome} with code {result.code!r} is no outcome of a print")
        steps = [event.data.get("step") for event in driver.events if event.event == "progress"]
        if steps and steps != list(_STEPS[: len(steps)]):
            raise _FailedError(f"progress comes as {_STEPS}, not as {steps}")

    def _killed(self) -> None:
        driver = self._running()
        driver.send("status", {})
        self._stop()
        start = time.monotonic()
        self._running().ask("status")
        if (taken := time.monotonic() - start) > AGAIN_S:
            raise _FailedError(f"it took {taken:.1f} s to work again")

    def _ends(self) -> None:
        driver = self._running()
        self._driver = None
        if not driver.process.finish(END_S):
            raise _FailedError(f"it did not end within {END_S:g} s")

    def _with(self, method: str) -> Announced | None:
        return next((one for one in self._devices if method in one.methods), None)


def _skip(why: str) -> Any:
    raise _SkippedError(why)


def _of(kind: type[T], value: object) -> T:
    if isinstance(value, Failure):
        raise _FailedError(f"it answers {value.code}: {value.detail}")
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _FailedError(f"this is no {kind.__name__}: {error}") from error


def _expect_failure(answer: object, code: str) -> None:
    if not isinstance(answer, Failure):
        raise _FailedError(f"{code} is due, not a result")
    if answer.code != code:
        raise _FailedError(f"{code} is due, not {answer.code}")


def _check_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise _FailedError(f"{code!r} is no code: area.name, in small letters")


def _cpu_s(pid: int) -> float:
    """Of the process and the children that it has reaped."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
