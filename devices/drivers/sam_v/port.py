"""The serial line to a SAM-V reader: one request, one answer; the rate is found by itself."""

import os
import termios
import time
from pathlib import Path
from typing import Final

import serial

from devices.claim import Claim
from devices.driver import DriverError
from devices.drivers.sam_v.frame import FrameParser, encode

SAM_STATUS: Final = b"\x11\xff"
RATES: Final = (115200, 57600, 38400, 19200, 9600)
ANSWER_S: Final = 1.5
"""For a whole answer; a read frame takes 0.11 s on the wire at 115200 baud, and a real card's radio part up to 1 s."""
KNOCK_S: Final = 0.3
"""For an answer while the rate is looked for: a status takes 10 ms at 9600 baud."""


class Port:
    """path: best a by-id path of udev's, which follows the reader from socket to socket. rate: None finds it out."""

    def __init__(self, path: str, rate: int | None, claimant: str) -> None:
        self._path = path
        self._fixed = rate
        self._claimant = claimant
        self._parser = FrameParser()
        self._serial: serial.Serial | None = None
        self._claim: Claim | None = None
        self.rate = rate or RATES[0]
        """The rate that was last spoken."""

    def open(self) -> None:
        """Raises DriverError device.held, reader.absent or, when no rate is answered, reader.no-answer."""
        if self._serial is not None:
            return
        claim = Claim(str(Path(self._path).resolve()), self._claimant)
        try:
            self._serial = serial.Serial(self._path, self.rate, timeout=0, write_timeout=ANSWER_S, exclusive=True)
        except (serial.SerialException, OSError, ValueError) as error:
            claim.release()
            raise DriverError("reader.absent", f"{self._path} cannot be opened: {_reason(error)}") from error
        self._claim = claim
        if self._fixed is None:
            self._find_rate()

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """SW3 and the data behind it. A garbled answer is asked for once more. Raises DriverError."""
        for _ in range(2):
            body = self._exchange(request, ANSWER_S)
            if body is not None:
                return body[2], body[3:]
        raise DriverError("reader.garbled", f"{request.hex(' ')}: the answers are not frames of this reader")

    def close(self) -> None:
        if self._serial is not None:
            self._serial.close()
            self._serial = None
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def _find_rate(self) -> None:
        garbled = False
        for rate in (self.rate, *(other for other in RATES if other != self.rate)):
            try:
                assert self._serial is not None
                self._serial.baudrate = rate
                if self._exchange(SAM_STATUS, KNOCK_S) is not None:
                    self.rate = rate
                    return
                garbled = True
            except DriverError as error:
                if error.code != "reader.no-answer":
                    raise
            except (serial.SerialException, OSError, ValueError, termios.error) as error:
                raise self._gone(error) from error
        self.close()
        if garbled:
            raise DriverError("reader.garbled", "what comes is no frame of this reader, at any rate")
        raise DriverError("reader.no-answer", "nothing answers, at any rate")

    def _exchange(self, request: bytes, wait_s: float) -> bytes | None:
        """The body of the answer; None when what came was no frame. Raises DriverError."""
        assert self._serial is not None
        try:
            self._serial.reset_input_buffer()
            self._parser.reset()
            self._serial.write(encode(request))
            end = time.monotonic() + wait_s
            while (left := end - time.monotonic()) > 0:
                self._serial.timeout = left
                bodies = self._parser.feed(self._serial.read(max(1, self._serial.in_waiting)))
                if bodies:
                    return bodies[0] if len(bodies[0]) >= 3 else None
        except (serial.SerialException, OSError, termios.error) as error:
            raise self._gone(error) from error
        if self._parser.wrong or self._parser.noise or self._parser.pending:
            return None
        raise DriverError("reader.no-answer", f"{request.hex(' ')}: nothing came within {wait_s} s")

    def _gone(self, error: Exception) -> DriverError:
        self.close()
        return DriverError("reader.absent", f"the port has gone: {_reason(error)}")


def _reason(error: Exception) -> str:
    number = error.args[0] if isinstance(error, termios.error) else getattr(error, "errno", None)
    return os.strerror(number) if isinstance(number, int) else "not a serial port"
