"""The driver of a receipt printer. Settings: how it is reached (transport.py), profile (generic-80).

A print is confirmed only when the printer answered behind the job that it is done, and is not in error afterwards. What
was sent and not confirmed is unknown: this driver never guesses.
"""

import contextlib
import os
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from devices.claim import Claim
from devices.contract import Finding, Paper, PrintResult, Status
from devices.driver import Context, DriverError, Part
from devices.drivers.escpos.answers import (
    AnswerParser,
    AutomaticStatus,
    Completed,
    Executed,
    PrinterAnswer,
    StatusByte,
)
from devices.drivers.escpos.profile import Profile, profiles
from devices.drivers.escpos.status import (
    ASK,
    ERROR_CAUSE,
    OFFLINE_CAUSE,
    PAPER,
    PAPER_END,
    PAPER_OUT,
    PRINTER,
    automatic_status,
    ready,
    status,
)
from devices.drivers.escpos.transport import Transport, transport

ANSWER_S: Final = 2.0
PROBE_S: Final = 1.0
LOOK_S: Final = 0.5
READY_S: Final = 5.0
SEND_S: Final = 25.0
"""A receipt as a picture takes 6 s at 115200 baud; a native one 11 s at 9600."""
PRINT_S: Final = 15.0
QUIET_S: Final = 0.3
"""Without a further answer: what stood in the printer's buffer before has been executed."""
_KNOWN: Final = {"barrier": False, "process-id": True, "probe": None}


class ReceiptPrinter:
    """Implements devices.driver.Driver."""

    version = "1"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._name = context.settings.get("profile", "generic-80")
        profile = profiles().get(self._name)
        self._profile = profile
        self._way: Transport | None = None
        self._claim: Claim | None = None
        self._claimed = ""
        self._parser = AnswerParser()
        self._told: Status | None = None
        self._settled = False
        self._completes = {"barrier": False, "process-id": True, "probe": None}[
            profile.completion if profile else "barrier"
        ]
        self.parts = {
            "printer": Part(
                kind="receipt-printer",
                methods={"print": self._print},
                status=self._status,
                self_test=self._self_test,
                capabilities={"columns": profile.columns, "dots": profile.dots, "cut": profile.cut} if profile else {},
            )
        }

    def open(self) -> None:
        if self._profile is None:
            raise DriverError("device.settings", f"there is no profile {self._name!r}; known: {', '.join(profiles())}")
        if self._way is None:
            self._way = transport(self._context.settings)
        if self._claim is None or self._claimed != self._way.address:
            self._release()
            self._claimed = self._way.address
            self._claim = Claim(self._claimed, self._context.claimant)

    def close(self) -> None:
        if self._way is not None:
            self._way.close()
        self._release()

    def _release(self) -> None:
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def _status(self) -> Status:
        try:
            self._reach()
            return self._ask_status()
        finally:
            self._hang_up()

    def _self_test(self) -> list[Finding]:
        found = self._status()
        return [
            Finding(code=found.code, detail=f"the printer answers: {found.state}"),
            Finding(detail=f"profile {self._name}: {self._work().columns} columns, {self._work().dots} dots"),
        ]

    def _print(self, params: dict[str, Any]) -> dict[str, Any]:
        """params: devices.contract.Paper. Result: devices.contract.PrintResult."""
        from devices.drivers.escpos.encode import encode

        paper = msgspec.convert(params, Paper)
        try:
            try:
                job = encode(paper, self._work())
                self._reach()
                self._make_ready()
            except DriverError as error:
                return _result("failed-clean", error.code)
            return self._send(job)
        finally:
            self._hang_up()

    # -- one print --

    def _make_ready(self) -> None:
        """The printer works, and nothing of an earlier job is in its buffer. Raises DriverError: nothing was sent of
        this job."""
        from devices.drivers.escpos.encode import AUTOMATIC_STATUS, BARRIER, CLEAR

        before = self._ask_status()
        if not ready(before):
            raise DriverError(before.code)
        profile = self._work()
        prelude = (CLEAR if profile.clear else b"") + (AUTOMATIC_STATUS if profile.automatic_status else b"") + BARRIER
        self._write(prelude, ANSWER_S)
        settled, self._settled = self._settled, False
        if not self._executed_within(READY_S):
            raise DriverError(self._told.code if self._told else "printer.no-answer")
        if not settled:
            self._settle()
        self._settled = True
        if self._completes is None:
            self._completes = self._complete(PROBE_S)

    def _settle(self) -> None:
        """Answers to GS r bear no name. One that belongs to an earlier job, executed only now, must not be taken for
        this job's."""
        end = time.monotonic() + READY_S
        while self._executed_within(QUIET_S):
            if time.monotonic() > end:
                raise DriverError("printer.no-answer", "it answers more often than it was asked")

    def _executed_within(self, wait_s: float) -> bool:
        return self._await(lambda answer: isinstance(answer, Executed), wait_s) is not None

    def _send(self, job: bytes) -> dict[str, Any]:
        self._settled = False
        self._context.progress("sending")
        try:
            self._write(job, SEND_S)
            self._context.progress("sent")
            done = self._complete(PRINT_S) if self._completes else self._executed()
            after = self._ask_status() if done else None
        except DriverError:
            return _result("unknown", self._code_afterwards())
        if after is not None and ready(after):
            self._settled = True
            return _result("confirmed", "")
        found = after or self._told
        self._forget()
        return _result("unknown", found.code if found else self._code_afterwards())

    def _forget(self) -> None:
        """What is still in the buffer must not come out when somebody puts paper in: it is another citizen's turn then.
        A printer that cannot forget prints it on a paper of its own (`_make_ready`)."""
        from devices.drivers.escpos.encode import CLEAR

        if self._work().clear:
            with contextlib.suppress(DriverError):
                self._write(CLEAR, ANSWER_S)
                self._ask_status()  # so it has arrived

    def _executed(self) -> bool:
        from devices.drivers.escpos.encode import BARRIER

        self._write(BARRIER, ANSWER_S)
        return self._done(lambda answer: isinstance(answer, Executed), PRINT_S)

    def _complete(self, wait_s: float) -> bool:
        """Ask by a process id, which tells that the paper is out, not only that the buffer is empty."""
        from devices.drivers.escpos.encode import PROCESS_BYTES, completion_request

        process = os.urandom(PROCESS_BYTES).hex()[:PROCESS_BYTES].encode()
        self._write(completion_request(process), ANSWER_S)
        return self._done(lambda answer: answer == Completed(process), wait_s)

    def _done(self, wanted: Callable[[PrinterAnswer], bool], wait_s: float) -> bool:
        """Whether the answer behind the job came. Asks meanwhile: a printer that ran out of paper never answers."""
        end = time.monotonic() + wait_s
        while (left := end - time.monotonic()) > 0:
            if self._await(wanted, min(left, LOOK_S)) is not None:
                return True
            if self._told is not None and not ready(self._told):
                return False
            self._write(ASK + bytes([PAPER]), ANSWER_S)
            found = self._await(lambda answer: wanted(answer) or isinstance(answer, StatusByte), LOOK_S)
            if found is not None and wanted(found):
                return True
            if isinstance(found, StatusByte) and found.value & PAPER_END:
                self._told = PAPER_OUT
        return False

    def _code_afterwards(self) -> str:
        """Why a job's fate is unknown, as far as the printer still tells."""
        self._break_off()
        try:
            return self._status().code or "printer.no-answer"
        except DriverError as error:
            return error.code

    # -- the line --

    def _reach(self) -> None:
        assert self._way is not None
        self._told = None
        self._parser.reset()
        self._way.open()

    def _hang_up(self) -> None:
        if self._way is not None and not self._way.keeps_open:
            self._way.close()

    def _break_off(self) -> None:
        assert self._way is not None
        self._way.close()

    def _ask_status(self) -> Status:
        answers: dict[int, int] = {}
        for what in (PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, PAPER):
            self._drain()
            self._write(ASK + bytes([what]), ANSWER_S)
            found = self._await(lambda answer: isinstance(answer, StatusByte), ANSWER_S)
            if not isinstance(found, StatusByte):
                raise DriverError("printer.no-answer", f"DLE EOT {what}: nothing came within {ANSWER_S} s")
            answers[what] = found.value
        return status(answers)

    def _drain(self) -> None:
        """A picture may hold what looks like DLE EOT, so answers may lie there that nobody asked for."""
        while self._receive(0):
            pass

    def _await(self, wanted: Callable[[PrinterAnswer], bool], wait_s: float) -> PrinterAnswer | None:
        """The first answer that is wanted; None when it did not come, or the printer told that it cannot go on."""
        end = time.monotonic() + wait_s
        while (left := end - time.monotonic()) > 0:
            for answer in self._receive(left):
                if wanted(answer):
                    return answer
            if self._told is not None and not ready(self._told):
                return None
        return None

    def _receive(self, wait_s: float) -> list[PrinterAnswer]:
        assert self._way is not None
        try:
            found = self._parser.feed(self._way.receive(wait_s))
        except OSError as error:
            self._break_off()
            raise DriverError("printer.no-answer", f"the line broke: {type(error).__name__}") from error
        for answer in found:
            if isinstance(answer, AutomaticStatus):
                self._told = automatic_status(answer)
        return found

    def _write(self, data: bytes, wait_s: float) -> None:
        assert self._way is not None
        try:
            sent = self._way.send(data, wait_s)
        except OSError as error:
            self._break_off()
            raise DriverError("printer.no-answer", f"the line broke: {type(error).__name__}") from error
        if sent < len(data):
            raise DriverError("printer.no-answer", f"the printer took {sent} of {len(data)} bytes")

    def _work(self) -> Profile:
        assert self._profile is not None
        return self._profile


def _result(outcome: str, code: str) -> dict[str, Any]:
    result: dict[str, Any] = msgspec.to_builtins(PrintResult(outcome=outcome, code=code))
    return result
