"""Threads that do what takes long, so that the screen never waits: one writes the journal, a few ask the platform."""

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
    """Runs jobs in threads of its own, in the order in which they were given, and reports in the loop's. With one
    thread, which is the default, what a job opens is used by jobs only. A job's expected failure reaches `failed` with
    its code; any other exception is raised in the loop."""

    def __init__(self, loop: Loop, name: str = "journal", threads: int = 1) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], Callable[[], None]] | None] = queue.SimpleQueue()
        self._reports: deque[Callable[[], None]] = deque()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        self._unwatch = loop.watch(self._wake_read, self._report)
        self._threads = [threading.Thread(target=self._run, name=f"{name}-{at}") for at in range(threads)]
        for thread in self._threads:
            thread.start()

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
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
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
