"""Serves the platform with uvicorn until SIGTERM; long polls are answered at once then, not cut off."""

import multiprocessing
import os
import signal
import socket
import sys
import threading
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Final

import uvicorn
from litestar import Litestar

from central import platform_key
from central.app import Settings, make_app

SHUTDOWN_S: Final = 5
_LOOK_S: Final = 1.0


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, app: Litestar) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        platform = getattr(self._app.state, "platform", None)
        if platform is not None:
            platform.stopping.set()
        super().handle_exit(sig, frame)


def serve(settings: Settings, host: str, port: int, workers: int) -> int:
    """Returns the exit status. Raises StorageError when the data folder cannot be used."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    platform_key.lookup_key(settings.data)
    listening = socket.create_server((host, port), backlog=2048)
    with listening:
        return _serve_here(settings, listening) if workers == 1 else _Workers(settings, listening, workers).run()


def _serve_here(settings: Settings, listening: socket.socket) -> int:
    app = make_app(settings)
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=SHUTDOWN_S)
    server = _Server(config, app)
    server.run([listening])
    return 0 if server.started else 1


def _serve_as_worker(settings: Settings, listening: socket.socket) -> None:
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    sys.exit(_serve_here(settings, listening))


def _end_with_parent() -> None:
    """Whoever starts the platform anew must not find its socket held by workers of the one that was killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


class _Workers:
    """Keeps so many processes at one socket. One that dies is started again; SIGTERM ends all in order."""

    def __init__(self, settings: Settings, listening: socket.socket, count: int) -> None:
        self._settings = settings
        self._listening = listening
        self._context = multiprocessing.get_context("spawn")
        self._processes: list[SpawnProcess] = []
        self._count = count
        self._ending = False

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        while not self._ending:
            self._processes = [one for one in self._processes if one.is_alive()]
            while len(self._processes) < self._count:
                self._processes.append(self._start())
            multiprocessing.connection.wait([one.sentinel for one in self._processes], _LOOK_S)
        for process in self._processes:
            process.join(SHUTDOWN_S * 2)
        return 0

    def _start(self) -> SpawnProcess:
        process = self._context.Process(target=_serve_as_worker, args=(self._settings, self._listening), daemon=True)
        process.start()
        return process

    def _end(self, _: int, __: FrameType | None) -> None:
        self._ending = True
        for process in self._processes:
            process.terminate()
