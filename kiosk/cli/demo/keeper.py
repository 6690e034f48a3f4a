"""Stands in for systemd in the demo and in end-to-end tests: starts programs and restarts whatever is killed."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RESTART_PAUSE_S: Final = 0.3
END_S: Final = 5.0


@dataclass(frozen=True)
class Start:
    """How to start a program once. pass_fds: descriptors that it inherits; they are closed here afterwards."""

    command: list[str]
    environment: dict[str, str]
    pass_fds: tuple[int, ...] = ()


class Kept:
    """One program that is kept running until `stop`."""

    def __init__(self, name: str, start: Callable[[], Start], log: Path, restarted: Callable[[str], None]) -> None:
        """log: where its stderr and stdout go."""
        self.name = name
        self._start = start
        self._log = log
        self._restarted = restarted
        self._stopping = threading.Event()
        self._started = threading.Event()
        self._started_at = time.monotonic()
        self._process = self._spawn()
        self._thread = threading.Thread(target=self._keep, name=f"keeper of {name}", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """As a power cut would: it comes back."""
        os.kill(self._process.pid, signal.SIGKILL)

    def restart(self) -> float:
        """End it in order; returns the moment (monotonic seconds) at which it was started again."""
        before = self._process
        before.terminate()
        while self._process is before:
            self._started.wait()
            self._started.clear()
        return self._started_at

    def stop(self) -> None:
        """End it and everything it started."""
        self._stopping.set()
        process = self._process
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join()
        self._end_group(self._process)

    def _spawn(self) -> subprocess.Popen[bytes]:
        start = self._start()
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                start.command,
                env={**os.environ, **start.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=start.pass_fds,
                start_new_session=True,
            )
        for descriptor in start.pass_fds:
            os.close(descriptor)
        return process

    def _keep(self) -> None:
        while True:
            self._process.wait()
            if self._stopping.is_set():
                return
            self._end_group(self._process)
            if self._stopping.wait(RESTART_PAUSE_S):
                return
            self._restarted(self.name)
            self._started_at = time.monotonic()
            self._process = self._spawn()
            self._started.set()
            if self._stopping.is_set():
                self._process.terminate()

    @staticmethod
    def _end_group(process: subprocess.Popen[bytes]) -> None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
