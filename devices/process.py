"""A host's process: lines in, lines out, and a certain end. Never blocks."""

import contextlib
import os
import secrets
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.contract import MAX_LINE_BYTES
from devices.loop import Loop

MARK: Final = "TONGBAN_HOST"
"""In the environment of every host, so that a child that left the process group is found, too."""
_LOOK_AGAIN_S: Final = 0.05


class HostProcess:
    """line: gets each line of the host's stdout. ended: called once, when stdout closed or a line grew too long, with
    device.crashed or device.protocol; neither after `kill` or `finish`."""

    def __init__(
        self,
        loop: Loop,
        command: list[str],
        line: Callable[[bytes], None],
        ended: Callable[[str], None],
        *,
        show_stderr: bool,
    ) -> None:
        """Raises OSError when the command cannot be started."""
        self._loop = loop
        self._line = line
        self._ended = ended
        self._mark = secrets.token_hex(8)
        self._buffer = b""
        self._over = False
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if show_stderr else subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, MARK: self._mark},
        )
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        self._out, self._in = self._process.stdout, self._process.stdin
        os.set_blocking(self._out.fileno(), False)
        os.set_blocking(self._in.fileno(), False)
        self._unwatch = loop.watch(self._out.fileno(), self._readable)

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, line: bytes) -> None:
        """A pipe holds 64 kB and at most one request is unread, so a short write means that the host does not read."""
        assert len(line) <= MAX_LINE_BYTES
        try:
            written = os.write(self._in.fileno(), line)
        except (BrokenPipeError, BlockingIOError):
            written = 0
        if written < len(line):
            self._loop.later(0, lambda: self._end("device.crashed"))

    def kill(self) -> None:
        """SIGKILL to the host's process group and to whatever carries its mark; it is reaped once the kernel lets it
        go. A process in a system call that does not end cannot be reaped yet, and nobody waits for it."""
        self._over = True
        self._unwatch()
        self._kill_all()
        for pipe in (self._in, self._out):
            with contextlib.suppress(OSError):
                pipe.close()
        self._reap()

    def finish(self, wait_s: float) -> bool:
        """Close its stdin and let it end by itself within `wait_s`, then kill what is left. False: it had to be."""
        self._over = True
        self._unwatch()
        with contextlib.suppress(OSError):
            self._in.close()
        try:
            self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            return False
        finally:
            self.kill()
        return True

    @property
    def gone(self) -> bool:
        return self._process.returncode is not None

    def wait(self, wait_s: float) -> None:
        """For a killed one, when nothing else is to be done any more."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(wait_s)

    def _reap(self) -> None:
        if self._process.poll() is None:
            self._loop.later(_LOOK_AGAIN_S, self._reap)
        else:
            self._kill_marked()  # what was forked while the first was dying

    def _kill_all(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._kill_marked()

    def _kill_marked(self) -> None:
        wanted = f"{MARK}={self._mark}".encode()
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)

    def _readable(self) -> None:
        try:
            data = os.read(self._out.fileno(), MAX_LINE_BYTES)
        except BlockingIOError:
            return
        if not data:
            self._end("device.crashed")
            return
        self._buffer += data
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            if self._over:
                return
            self._line(line)
        if len(self._buffer) > MAX_LINE_BYTES:
            self._end("device.protocol")

    def _end(self, code: str) -> None:
        if not self._over:
            self._ended(code)
