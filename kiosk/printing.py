"""One print, from the ledger's first line to its last. Every step is durable before the next is taken, so that after
any crash it is known whether paper may have come out."""

from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from devices.contract import Failure, Paper, PrintResult
from devices.loop import Cancel
from kiosk.worker import Worker

DEADLINE_S: Final = 60.0
NEVER_SENT: Final = frozenset(
    {
        "device.unavailable",
        "device.given-up",
        "device.held",
        "device.settings",
        "device.no-such-device",
        "printer.absent",
    }
)
"""Failures of a call that never reached the printer; any other failure leaves the fate of the paper unknown."""


class Printer(Protocol):
    """The part of devices.device.Device that is used here."""

    def call(
        self,
        method: str,
        params: dict[str, object],
        deadline_s: float,
        done: Callable[[dict[str, object] | Failure], None],
        progress: Callable[[str], None],
    ) -> Cancel: ...


class Ledger(Protocol):
    """Used in the worker thread."""

    def print_prepared(self, about: bytes, copy: int) -> bytes: ...
    def print_sending(self, print_id: bytes) -> None: ...
    def print_sent(self, print_id: bytes) -> None: ...
    def print_ended(self, print_id: bytes, about: bytes, copy: int, outcome: str, code: str) -> None: ...


def print_paper(
    worker: Worker,
    ledger: Ledger,
    printer: Printer | None,
    paper: Paper,
    about: bytes,
    copy: int,
    done: Callable[[PrintResult], None],
) -> None:
    """Print `paper` once. `done` gets what is known for certain; a storage failure before sending prints nothing."""
    if printer is None:
        done(PrintResult(outcome="failed-clean", code="printer.absent"))
        return

    def nothing_printed(code: str) -> None:
        done(PrintResult(outcome="failed-clean", code=code))

    def prepare() -> bytes:
        print_id = ledger.print_prepared(about, copy)
        ledger.print_sending(print_id)
        return print_id

    def send(print_id: bytes) -> None:
        def answered(answer: dict[str, object] | Failure) -> None:
            result = _result(answer)
            worker.do(
                lambda: ledger.print_ended(print_id, about, copy, result.outcome, result.code),
                lambda _: done(result),
                lambda code: done(PrintResult(outcome=result.outcome, code=code)),
            )

        def progressed(step: str) -> None:
            if step == "sent":
                worker.do(lambda: ledger.print_sent(print_id), lambda _: None, lambda _: None)

        printer.call("print", msgspec.to_builtins(paper), DEADLINE_S, answered, progressed)

    worker.do(prepare, send, nothing_printed)


def _result(answer: dict[str, object] | Failure) -> PrintResult:
    if not isinstance(answer, Failure):
        return msgspec.convert(answer, PrintResult)
    outcome = "failed-clean" if answer.code in NEVER_SENT else "unknown"
    return PrintResult(outcome=outcome, code=answer.code)
