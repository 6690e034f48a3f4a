"""A thread that does one thing after the other, so that the screen never waits: one writes the journal, one asks the
platform."""

import os
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from devices.loop import Loop
from kiosk.failures import code_of

T = TypeVar("T")


class Worker:
    """Runs jobs one after the other in its own thread and reports in the loop's. What a job opens is used by jobs
    only. A job's expected failure reaches `failed` with its code; any other exception is raised in the loop."""

    def __init__(self, loop: Loop, name: str = "journal") -> None:
        self._jobs: queue.SimpleQueue[Callable[[], Callable[[], None]] | None] = queue.SimpleQueue()
        self._reports: deque[Callable[[], None]] = deque()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        self._unwatch = loop.watch(self._wake_read, self._report)
        self._thread = threading.Thread(target=self._run, name=name)
        self._thread.start()

    def do(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[str], None] | None = None) -> None:
        """failed: gets the code; without it an expected failure too is raised in the loop."""

        def run() -> Callable[[], None]:
            try:
                result = job()
            except Exception as error:
                code = code_of(error)
                if code is None or failed is None:
                    return _raiser(error)
                return lambda: failed(code)
            return lambda: done(result)

        self._jobs.put(run)

    def close(self) -> None:
        """Finish the jobs that were given; their reports are dropped."""
        self._jobs.put(None)
        self._thread.join()
        self._unwatch()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._reports.append(job())
            # A session that a job's report goes to must not live on here until the next job comes.
            del job
            os.write(self._wake_write, b"!")

    def _report(self) -> None:
        os.read(self._wake_read, 4096)
        while self._reports:
            self._reports.popleft()()


def _raiser(error: Exception) -> Callable[[], None]:
    def report() -> None:
        raise error

    return report
