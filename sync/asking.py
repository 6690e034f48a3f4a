"""The agent's door for the screen: questions about the citizen whose card lies on the reader, asked online.

A socket in the kiosk's private runtime folder. One request a connection: a line of JSON (sync.wire.SealedQuestion),
answered by a line with either `sealed` or `code`. The agent cannot read either; it signs and carries.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from sync.client import PlatformClient, PlatformError
from sync.wire import SealedQuestion

FILE: Final = "agent.sock"
MAX_LINE: Final = 100_000
ANSWER_S: Final = 30.0
AT_ONCE: Final = 4
"""Questions that are carried at the same time."""
_MAX_ANSWER: Final = 6_000_000


class Carried(msgspec.Struct, frozen=True):
    """sealed: the platform's answer. code: why there is none; empty when there is one."""

    sealed: bytes = b""
    code: str = ""


class Door:
    """Serves from making to `close`, in a thread for each client: a question that hangs holds up no other."""

    def __init__(self, folder: Path, clients: Sequence[PlatformClient]) -> None:
        """folder: private to the kiosk's user."""
        self._clients = clients
        self._path = folder / FILE
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.unlink(missing_ok=True)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self._path))
        os.chmod(self._path, 0o600)
        self._listening.listen(4)
        self._threads = [
            threading.Thread(target=self._serve, args=(client,), name=f"door-{at}", daemon=True)
            for at, client in enumerate(clients)
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        for client in self._clients:
            client.abort()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join()
        self._path.unlink(missing_ok=True)
        for client in self._clients:
            client.close()

    def _serve(self, client: PlatformClient) -> None:
        while True:
            try:
                asking, _ = self._listening.accept()
            except OSError:
                return
            with asking, contextlib.suppress(OSError):
                asking.settimeout(ANSWER_S)
                asking.sendall(msgspec.json.encode(_answer(client, _line(asking, MAX_LINE))) + b"\n")


def ask(folder: Path, question: SealedQuestion) -> bytes:
    """The sealed answer, by way of the agent. Raises PlatformError; agent.silent: it does not run."""
    try:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(ANSWER_S)
            asking.connect(str(folder / FILE))
            asking.sendall(msgspec.json.encode(question) + b"\n")
            found = msgspec.json.decode(_line(asking, _MAX_ANSWER), type=Carried)
    except (OSError, ValueError) as error:
        raise PlatformError("agent.silent", "the agent of this kiosk does not answer") from error
    if found.code:
        raise PlatformError(found.code, "the platform did not answer the question")
    return found.sealed


def _answer(client: PlatformClient, line: bytes) -> Carried:
    try:
        question = msgspec.json.decode(line, type=SealedQuestion)
    except ValueError:
        return Carried(code="question.unreadable")
    try:
        return Carried(sealed=client.ask(question).sealed)
    except PlatformError as error:
        return Carried(code=error.code)


def _line(asking: socket.socket, limit: int) -> bytes:
    line = b""
    while not line.endswith(b"\n") and len(line) <= limit:
        piece = asking.recv(65536)
        if not piece:
            break
        line += piece
    return line
