"""What a Python driver is: a class that the host makes once and calls, one request at a time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from devices.contract import Finding, Status

Method = Callable[[dict[str, Any]], dict[str, Any]]


class DriverError(Exception):
    """An expected failure of a device. detail: for the technician, never personal data."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Context:
    """What the host gives a driver. cancelled: set when the request in hand shall end early. files: the folder for
    payloads. tell(event, device, data): sends an event; from any thread. progress(step): tells how far the request in
    hand has come."""

    settings: dict[str, str]
    cancelled: threading.Event
    files: Path
    claimant: str
    tell: Callable[[str, str, dict[str, Any]], None]
    progress: Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """One device behind the driver. All functions may raise DriverError. methods: get the request's params, which they
    check themselves (msgspec.ValidationError is answered as device.bad-params). status: asks the device itself.
    self_test: uses nothing up and waits for nobody."""

    kind: str
    methods: dict[str, Method]
    status: Callable[[], Status]
    self_test: Callable[[], list[Finding]]
    capabilities: dict[str, bool | int | str] = field(default_factory=dict)


class Driver(Protocol):
    """parts: its devices by name. Making it checks the settings (DriverError device.settings) and opens nothing."""

    version: str
    parts: dict[str, Part]

    def __init__(self, context: Context) -> None: ...

    def open(self) -> None:
        """Open the connection or find it open; called before each method. Raises DriverError."""
        ...

    def close(self) -> None: ...
