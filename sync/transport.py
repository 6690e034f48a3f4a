"""Connections that can be broken off from outside: an answer that never ends, a long poll when the agent shall stop."""

import contextlib
import logging
import socket
import threading
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

logging.getLogger("urllib3.connection").setLevel(logging.ERROR)
"""It warns of answers that break off within their head; so does this program, by a code and without the address."""


class OpenSockets:
    """Those of one client."""

    def __init__(self) -> None:
        self._sockets: set[socket.socket] = set()
        self._turn = threading.Lock()
        self._aborted = False

    def add(self, made: socket.socket) -> None:
        with self._turn:
            self._sockets = {one for one in self._sockets if one.fileno() >= 0} | {made}
            if self._aborted:
                _shut(made)

    def abort(self, *, for_good: bool) -> None:
        """Whoever reads from one of them gets an error. for_good: those that are opened later, too."""
        with self._turn:
            self._aborted = self._aborted or for_good
            for one in self._sockets:
                _shut(one)


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


class AbortableAdapter(HTTPAdapter):
    """requests' own, without retries, that knows its sockets."""

    def __init__(self, sockets: OpenSockets) -> None:
        self._own = sockets
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _pools(self._own)

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*arguments, **options)
        manager.pool_classes_by_scheme = _pools(self._own)
        return manager


def _pools(sockets: OpenSockets) -> dict[str, Any]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
