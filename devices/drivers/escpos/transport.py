"""The ways to a printer: TCP 9100, a serial line, a USB printer's device file. All give and take bytes with
time-outs."""

import os
import select
import socket
import termios
import time
from pathlib import Path
from typing import Final, Protocol

import serial

from devices.driver import DriverError

CONNECT_S: Final = 2.0
CHUNK: Final = 4096


class Transport(Protocol):
    """address: what is claimed. keeps_open: it is held from turn to turn. A call that fails raises OSError; the way is
    to be closed then."""

    keeps_open: bool

    @property
    def address(self) -> str: ...

    def open(self) -> None:
        """Raises DriverError printer.absent."""
        ...

    def send(self, data: bytes, wait_s: float) -> int:
        """Returns how many bytes went out; fewer than all when `wait_s` passed. Raises OSError."""
        ...

    def receive(self, wait_s: float) -> bytes:
        """What has come, or comes within `wait_s`; empty when nothing did. Raises OSError."""
        ...

    def close(self) -> None: ...


class Tcp:
    """A connection for each turn: many printers serve one at a time, and none that a kiosk forgot."""

    keeps_open = False

    def __init__(self, host: str, port: int) -> None:
        self.address = f"{host}:{port}"
        self._peer = (host, port)
        self._socket: socket.socket | None = None

    def open(self) -> None:
        if self._socket is None:
            try:
                self._socket = socket.create_connection(self._peer, CONNECT_S)
            except OSError as error:
                raise DriverError("printer.absent", f"{self.address}: {error.strerror or 'no answer'}") from error
            self._socket.setblocking(False)

    def send(self, data: bytes, wait_s: float) -> int:
        assert self._socket is not None
        return _send(self._socket.fileno(), data, wait_s)

    def receive(self, wait_s: float) -> bytes:
        assert self._socket is not None
        return _receive(self._socket.fileno(), wait_s)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class DeviceFile:
    """A USB printer's file, /dev/usb/lp0, or better a link to it that udev keeps by serial number."""

    keeps_open = True

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = -1

    @property
    def address(self) -> str:
        return str(Path(self._path).resolve())

    def open(self) -> None:
        if self._descriptor < 0:
            try:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
            except OSError as error:
                raise DriverError("printer.absent", f"{self._path} cannot be opened: {error.strerror}") from error

    def send(self, data: bytes, wait_s: float) -> int:
        return _send(self._descriptor, data, wait_s)

    def receive(self, wait_s: float) -> bytes:
        return _receive(self._descriptor, wait_s)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class SerialLine:
    """flow: none, rtscts or xonxoff, as switched at the printer."""

    keeps_open = True

    def __init__(self, path: str, rate: int, flow: str) -> None:
        self._path = path
        self._rate = rate
        self._flow = flow
        self._serial: serial.Serial | None = None

    @property
    def address(self) -> str:
        return str(Path(self._path).resolve())

    def open(self) -> None:
        if self._serial is not None:
            return
        try:
            self._serial = serial.Serial(
                self._path,
                self._rate,
                timeout=0,
                exclusive=True,
                rtscts=self._flow == "rtscts",
                xonxoff=self._flow == "xonxoff",
            )
        except (serial.SerialException, OSError, ValueError, termios.error) as error:
            raise DriverError("printer.absent", f"{self._path} cannot be opened as a serial port") from error

    def send(self, data: bytes, wait_s: float) -> int:
        assert self._serial is not None
        return _send(self._serial.fileno(), data, wait_s)

    def receive(self, wait_s: float) -> bytes:
        assert self._serial is not None
        return _receive(self._serial.fileno(), wait_s)

    def close(self) -> None:
        if self._serial is not None:
            self._serial.close()
            self._serial = None


def transport(settings: dict[str, str]) -> Transport:
    """By the settings: host and port (9100), or port (a path) with baud and flow, or lp. Raises DriverError
    device.settings."""
    host, port, lp = settings.get("host", ""), settings.get("port", ""), settings.get("lp", "")
    if host and not lp:
        if not (port or "9100").isdecimal():
            raise DriverError("device.settings", "with host=…, port is a number, e.g. port=9100")
        return Tcp(host, int(port or "9100"))
    if lp and not port:
        return DeviceFile(lp)
    baud, flow = settings.get("baud", "115200"), settings.get("flow", "none")
    if not port or lp or not baud.isdecimal() or flow not in ("none", "rtscts", "xonxoff"):
        raise DriverError(
            "device.settings",
            "name the printer by host=… and port=9100, or port=/dev/serial/by-id/… with baud=115200 and"
            " flow=none|rtscts|xonxoff, or lp=/dev/usb/lp0",
        )
    return SerialLine(port, int(baud), flow)


def _send(descriptor: int, data: bytes, wait_s: float) -> int:
    end, sent = time.monotonic() + wait_s, 0
    while sent < len(data):
        left = end - time.monotonic()
        if left <= 0 or not select.select([], [descriptor], [], left)[1]:
            return sent
        sent += os.write(descriptor, data[sent : sent + CHUNK])
    return sent


def _receive(descriptor: int, wait_s: float) -> bytes:
    if not select.select([descriptor], [], [], max(0.0, wait_s))[0]:
        return b""
    data = os.read(descriptor, CHUNK)
    if not data:
        raise ConnectionResetError("the printer closed the connection")
    return data
