"""The driver of a receipt printer on TCP (port 9100). Settings: host, port, profile (generic-80).

A print is confirmed only when the printer answered the barrier behind the job and is not in error afterwards. What was
sent and not confirmed is unknown: this driver never guesses.
"""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from devices.claim import Claim
from devices.contract import Line, Paper, PrintResult, Status
from devices.driver import DriverError
from devices.drivers.escpos.profile import Profile, profiles
from devices.drivers.escpos.status import ASK, ERROR_CAUSE, OFFLINE_CAUSE, PAPER, PRINTER, is_status, ready, status

CONNECT_S: Final = 2.0
STATUS_ANSWER_S: Final = 2.0
PRINT_ANSWER_S: Final = 20.0
_TEST_PAGE: Final = Paper(
    lines=[
        Line(text="打印测试", size=2, bold=True, align="center"),
        Line(text="通办 Tongban 0123456789", align="center"),
        Line(qr="TONGBAN TEST PAGE", align="center"),
    ]
)


class ReceiptPrinter:
    """Implements devices.driver.Driver."""

    def __init__(self, settings: dict[str, str], cancelled: threading.Event) -> None:
        del cancelled  # a print in hand is finished, never cut off
        self.methods: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "print": self._print,
            "self_test": self._self_test,
        }
        self._settings = settings
        self._claim: Claim | None = None
        self._address = ("", 0)
        self._profile: Profile | None = None

    def open(self) -> None:
        """Claims the address; a connection is made for each job, so that a printer may be switched off and on."""
        if self._claim is not None:
            return
        host, port = self._settings.get("host", ""), self._settings.get("port", "9100")
        if not host or not port.isdecimal():
            raise DriverError("printer.absent", "the settings are host=… and port=9100")
        name = self._settings.get("profile", "generic-80")
        self._profile = profiles().get(name)
        if self._profile is None:
            raise DriverError("printer.absent", f"there is no profile {name!r}; known: {', '.join(profiles())}")
        self._address = host, int(port)
        self._claim = Claim(f"{host}:{port}", self._settings.get("claimant", "another program"))

    def status(self) -> Status:
        with self._connect() as connection:
            return _ask_status(connection)

    def close(self) -> None:
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def _self_test(self, params: dict[str, Any]) -> dict[str, Any]:
        """Prints a test page."""
        del params
        return self._print(msgspec.to_builtins(_TEST_PAGE))

    def _print(self, params: dict[str, Any]) -> dict[str, Any]:
        """params: devices.contract.Paper. Result: devices.contract.PrintResult."""
        from devices.drivers.escpos.encode import BARRIER, encode

        assert self._profile is not None
        job = encode(msgspec.convert(params, Paper), self._profile) + BARRIER
        try:
            connection = self._connect()
        except DriverError as error:
            return _result("failed-clean", error.code)
        with connection:
            try:
                before = _ask_status(connection)
            except DriverError as error:
                return _result("failed-clean", error.code)
            if not ready(before):
                return _result("failed-clean", before.code)
            try:
                connection.sendall(job)
                _read_barrier(connection)
                after = _ask_status(connection)
            except (DriverError, OSError):
                return _result("unknown", self._code_afterwards())
            return _result("confirmed", "") if ready(after) else _result("unknown", after.code)

    def _code_afterwards(self) -> str:
        """Why a job's fate is unknown, as far as the printer still tells."""
        try:
            return self.status().code or "printer.no-answer"
        except DriverError as error:
            return error.code

    def _connect(self) -> socket.socket:
        try:
            connection = socket.create_connection(self._address, CONNECT_S)
        except OSError as error:
            raise DriverError("printer.absent", f"{self._address[0]}:{self._address[1]}: {error.strerror}") from error
        connection.settimeout(PRINT_ANSWER_S)
        return connection


def _result(outcome: str, code: str) -> dict[str, Any]:
    result: dict[str, Any] = msgspec.to_builtins(PrintResult(outcome=outcome, code=code))
    return result


def _ask_status(connection: socket.socket) -> Status:
    answers: dict[int, int] = {}
    for what in (PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, PAPER):
        try:
            connection.sendall(ASK + bytes([what]))
            answers[what] = _read_byte(connection, is_status, STATUS_ANSWER_S)
        except OSError as error:
            raise DriverError("printer.no-answer", f"DLE EOT {what}: {type(error).__name__}") from error
    return status(answers)


def _read_barrier(connection: socket.socket) -> None:
    _read_byte(connection, lambda byte: byte & 0x90 == 0, PRINT_ANSWER_S)


def _read_byte(connection: socket.socket, wanted: Callable[[int], bool], wait_s: float) -> int:
    """The next byte that can be the answer; others are stray. Raises OSError."""
    end = time.monotonic() + wait_s
    while (left := end - time.monotonic()) > 0:
        connection.settimeout(left)
        byte = connection.recv(1)
        if not byte:
            raise ConnectionResetError("the printer closed the connection")
        if wanted(byte[0]):
            return byte[0]
    raise TimeoutError
