"""Where a virtual device is reached: a TCP port, or a pty behind a link as udev's by-id links are."""

import contextlib
import os
import pty
import select
import socket
import termios
import threading
import tty
from collections.abc import Callable
from pathlib import Path

Opened = Callable[[Callable[[bytes], None]], None]
"""Called for a new connection, with how to answer on it."""
Received = Callable[[bytes], bool]
"""Gets what came; False breaks the connection off."""


class TcpEndpoint:
    """Serves one connection after the other in a thread, as such printers do, from making to `stop`."""

    def __init__(self, port: int, opened: Opened, received: Received) -> None:
        self._opened = opened
        self._received = received
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="virtual TCP", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        # Closing alone would leave the thread waiting in accept, and the port taken.
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                self._opened(connection.sendall)
                while (data := connection.recv(512)) and self._received(data):
                    pass


class PtyEndpoint:
    """A pty, served in a thread from making to `stop`."""

    def __init__(self, link: Path, opened: Opened, received: Received) -> None:
        self._received = received
        self._ours, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        self.port = os.ttyname(self._theirs)
        link_to(link, self.port)
        self._wake_read, self._wake_write = os.pipe()
        opened(self._write)
        self._thread = threading.Thread(target=self._serve, name="virtual pty", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Unplug it: the port is gone."""
        os.write(self._wake_write, b"!")
        self._thread.join()
        for descriptor in (self._theirs, self._ours, self._wake_read, self._wake_write):
            os.close(descriptor)

    def speed(self) -> int:
        """The speed that the other side has set, as termios names it."""
        found: int = termios.tcgetattr(self._theirs)[5]
        return found

    def _write(self, data: bytes) -> None:
        os.write(self._ours, data)

    def _serve(self) -> None:
        while True:
            ready, _, _ = select.select([self._ours, self._wake_read], [], [])
            if self._wake_read in ready:
                return
            self._received(os.read(self._ours, 4096))


def link_to(link: Path, target: str) -> None:
    """Lead `link` to `target`, in one step."""
    aside = link.with_name(f".{link.name}.new")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.rename(link)
