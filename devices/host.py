"""The process of one connection: `python -m devices.host DRIVER`. Reads Request lines, answers Reply lines.

The protocol's descriptors are taken away before the driver's code is loaded: what a vendor's library prints goes to
stderr. When stdin closes, the request in hand is finished and the process ends.
"""

import os
import queue
import sys
import threading
import traceback
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from devices.contract import CONTRACT, Announced, Configure, Event, Failure, Hello, Reply, Request, SelfTest
from devices.driver import Context, Driver, DriverError, Part

GROUP = "tongban.drivers"

_decode = msgspec.json.Decoder(Request).decode
_encode = msgspec.json.Encoder().encode


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if len(given) != 1:
        sys.stderr.write("usage: python -m devices.host DRIVER\n")
        return 2
    requests, answers = _take_descriptors()
    found = entry_points(group=GROUP, name=given[0])
    if not found:
        known = ", ".join(sorted(entry.name for entry in entry_points(group=GROUP)))
        sys.stderr.write(f"there is no driver {given[0]!r}; known: {known}\n")
        return 2
    return Host(next(iter(found)).load, requests, answers).serve()


def _take_descriptors() -> tuple[BinaryIO, BinaryIO]:
    requests, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb", buffering=0)


class Host:
    """Serves one driver. Requests are read in a thread of their own, so that `cancel` reaches a method that waits."""

    def __init__(self, load: Any, requests: BinaryIO, answers: BinaryIO) -> None:
        """load: gives the driver's class."""
        self._load = load
        self._requests = requests
        self._answers = answers
        self._waiting: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._current = 0
        self._cancel_of: object = None
        self._ending = False
        self._driver: Driver | None = None

    def serve(self) -> int:
        """Until stdin closes. A crash tells where in the code it was, and no value: a value may be a citizen's."""
        threading.Thread(target=self._read, daemon=True).start()
        try:
            while (request := self._waiting.get()) is not None:
                self._begin(request.id)
                self._write(self._answer(request))
                with self._lock:
                    self._current = 0
            if self._driver is not None:
                self._driver.close()
        except Exception as error:  # the process ends; the kiosk starts another
            frames = traceback.extract_tb(error.__traceback__)
            where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
            self._write(Event(event="crash", data={"where": [type(error).__name__, *where[:12]]}))
            traceback.print_exc()
            return 1
        return 0

    def _read(self) -> None:
        for line in self._requests:
            request = _decode(line)
            if request.method == "cancel":
                self._cancel(request.params.get("id"))
            else:
                self._waiting.put(request)
        with self._lock:
            self._ending = True
            self._cancelled.set()
        self._waiting.put(None)

    def _begin(self, request: int) -> None:
        """A cancel may have been read before its request is begun."""
        with self._lock:
            self._current = request
            if self._ending or self._cancel_of == request:
                self._cancelled.set()
            else:
                self._cancelled.clear()

    def _cancel(self, request: object) -> None:
        with self._lock:
            self._cancel_of = request
            if request == self._current:
                self._cancelled.set()

    def _answer(self, request: Request) -> Reply:
        try:
            return Reply(id=request.id, result=self._call(request))
        except DriverError as error:
            return Reply(id=request.id, error=Failure(code=error.code, detail=error.detail))
        except msgspec.ValidationError as error:
            return Reply(id=request.id, error=Failure(code="device.bad-params", detail=str(error)))

    def _call(self, request: Request) -> dict[str, Any]:
        if request.method == "configure":
            return self._configure(msgspec.convert(request.params, Configure))
        if self._driver is None:
            raise DriverError("device.not-configured", "configure comes first")
        part = self._part(self._driver, request.device)
        if request.method == "status":
            self._driver.open()
            return {"status": msgspec.to_builtins(part.status())}
        if request.method == "self_test":
            self._driver.open()
            return _builtins(SelfTest(findings=part.self_test()))
        method = part.methods.get(request.method)
        if method is None:
            raise DriverError("device.no-such-method", f"this driver has no method {request.method!r}")
        self._driver.open()
        return method(request.params)

    def _configure(self, given: Configure) -> dict[str, Any]:
        driver = self._load()(
            Context(
                settings=given.settings,
                cancelled=self._cancelled,
                files=Path(given.files),
                claimant=given.claimant,
                tell=lambda event, device, data: self._write(Event(event=event, device=device, data=data)),
                progress=lambda step: self._write(Event(event="progress", data={"id": self._current, "step": step})),
            )
        )
        self._driver = driver
        devices = [
            Announced(name=name, kind=part.kind, methods=sorted(part.methods), capabilities=part.capabilities)
            for name, part in driver.parts.items()
        ]
        return _builtins(Hello(contract=CONTRACT, devices=devices, version=driver.version))

    @staticmethod
    def _part(driver: Driver, name: str) -> Part:
        if not name:
            return next(iter(driver.parts.values()))
        part = driver.parts.get(name)
        if part is None:
            raise DriverError("device.no-such-device", f"known: {', '.join(driver.parts)}")
        return part

    def _write(self, message: Reply | Event) -> None:
        line = _encode(message) + b"\n"
        with self._writing:
            self._answers.write(line)


def _builtins(message: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(message)
    return found


if __name__ == "__main__":
    sys.exit(main())
