"""The process of one device: `python -m devices.host DRIVER`. Reads Request lines, answers Reply lines.

The protocol's descriptors are taken away before the driver's code is loaded: what a vendor's library prints goes to
stderr. When stdin closes, the request in hand is finished and the process ends.
"""

import os
import queue
import sys
import threading
from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Any, BinaryIO

import msgspec

from devices.contract import Failure, Reply, Request
from devices.driver import Driver, DriverError

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
    Host(next(iter(found)).load(), requests, answers).serve()
    return 0


def _take_descriptors() -> tuple[BinaryIO, BinaryIO]:
    requests, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb", buffering=0)


class Host:
    """Serves one driver. Requests are read in a thread of their own, so that `cancel` reaches a method that waits."""

    def __init__(self, driver: type[Driver], requests: BinaryIO, answers: BinaryIO) -> None:
        self._make = driver
        self._requests = requests
        self._answers = answers
        self._waiting: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._current = 0
        self._driver: Driver | None = None

    def serve(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()
        while (request := self._waiting.get()) is not None:
            with self._lock:
                self._current = request.id
                self._cancelled.clear()
            self._write(self._answer(request))
            with self._lock:
                self._current = 0
        if self._driver is not None:
            self._driver.close()

    def _read(self) -> None:
        for line in self._requests:
            request = _decode(line)
            if request.method == "cancel":
                with self._lock:
                    if request.params.get("id") == self._current:
                        self._cancelled.set()
            else:
                self._waiting.put(request)
        self._cancelled.set()
        self._waiting.put(None)

    def _answer(self, request: Request) -> Reply:
        try:
            return Reply(id=request.id, result=self._call(request))
        except DriverError as error:
            return Reply(id=request.id, error=Failure(code=error.code, detail=error.detail))

    def _call(self, request: Request) -> dict[str, Any]:
        if request.method == "configure":
            self._driver = self._make(request.params, self._cancelled)
            return {}
        if self._driver is None:
            raise DriverError("device.protocol", "configure comes first")
        if request.method == "status":
            self._driver.open()
            status = self._driver.status()
            return {"status": msgspec.to_builtins(status)}
        method = self._driver.methods.get(request.method)
        if method is None:
            raise DriverError("device.no-such-method", f"this driver has no method {request.method!r}")
        self._driver.open()
        return method(request.params)

    def _write(self, reply: Reply) -> None:
        self._answers.write(_encode(reply) + b"\n")


if __name__ == "__main__":
    sys.exit(main())
