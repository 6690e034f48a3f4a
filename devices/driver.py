"""What a Python driver is: a class that the host makes once and calls, one request at a time."""

import threading
from collections.abc import Callable
from typing import Any, Protocol

from devices.contract import Status


class DriverError(Exception):
    """An expected failure of a device. detail: for the technician, never personal data."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


class Driver(Protocol):
    """Made with the settings of the configuration; must not open anything yet. `methods` maps a method's name to a
    function of its params. A method that waits ends early once `cancelled` is set."""

    methods: dict[str, Callable[[dict[str, Any]], dict[str, Any]]]

    def __init__(self, settings: dict[str, str], cancelled: threading.Event) -> None: ...

    def open(self) -> None:
        """Open the device or find it open; called before each method. Raises DriverError."""
        ...

    def status(self) -> Status:
        """Ask the device itself. Raises DriverError."""
        ...

    def close(self) -> None: ...
