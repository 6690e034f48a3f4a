"""The platform as a process of its own, and kiosks' journals to send to it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from central.database import open_database
from central.enrolment import new_code
from central.schema import database_path
from offline_cache import bodies
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.identity import Identity, save
from offline_cache.journal import Journal
from offline_cache.number import receipt_number
from offline_cache.sealing import suite
from offline_cache.sqlite import transaction
from offline_cache.upstream import Alone
from sync.client import PlatformClient
from sync.state import SyncStateReader
from sync.wire import EnrolmentRequest

WAIT_S = 20.0
APPLICANT = bodies.Applicant("ID", "王桂兰", "女", "1938-03-12", "四川省青禾县柳溪镇", "51990119380312024X", "长期")


def until(done: object, what: str) -> None:
    end = time.monotonic() + WAIT_S
    while not done():  # type: ignore[operator]
        assert time.monotonic() < end, f"{what} did not happen within {WAIT_S} s"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`central serve`, to be killed and started again at the same address."""

    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "central.cli", "serve", "--data", str(self.data), "--port", str(self.port)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE)
        until(self.answers, "the platform's start")

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=1).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> str:
        """Ends it in order; what it said on stderr."""
        return self._end(signal.SIGTERM)

    def _end(self, number: int) -> str:
        if self.process is None:
            return ""
        os.kill(self.process.pid, number)
        _, said = self.process.communicate(timeout=WAIT_S)
        self.process = None
        return said.decode()

    def enrol_code(self) -> str:
        connection = open_database(self.data)
        with transaction(connection, database_path(self.data)):
            code = new_code(connection, time.time_ns() // 1_000_000)
        connection.close()
        return code

    def rows(self, query: str) -> list[tuple[object, ...]]:
        connection = open_database(self.data)
        try:
            return list(connection.execute(query))
        finally:
            connection.close()


@dataclass
class Kiosk:
    """An enrolled kiosk with a journal. notes: the agent's, once the kiosk's program was started with them."""

    identity: Identity
    data: Path
    journal: Journal
    notes: SyncStateReader | None = None

    def close(self) -> None:
        self.journal.close()
        if self.notes is not None:
            self.notes.close()

    def client(self, url: str) -> PlatformClient:
        return PlatformClient(url, self.identity, lambda: datetime.now(UTC))

    def submit(self, count: int = 1) -> list[bodies.Case]:
        """Write cases to the journal."""
        return [self._submit() for _ in range(count)]

    def _submit(self) -> bodies.Case:
        made: list[bodies.Case] = []

        def body(sequence: int) -> bytes:
            number = receipt_number(self.identity.kiosk, self.journal.journal, sequence)
            token, key = os.urandom(16), os.urandom(32)
            made.append(bodies.Case("gaoling-jintie", 1, number, token, key, APPLICANT, {"phone": "13800000018"}, {}))
            return bodies.encode(made[0])

        with self.journal.writing(Kind.CASE, os.urandom(16), body, "gaoling-jintie@1"):
            pass
        return made[0]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "central")
    made.start()
    yield made
    made.kill()


def enrolled(server: Server, data: Path) -> Kiosk:
    algorithms = suite("intl-1")
    private = algorithms.new_signing_key()
    client = PlatformClient(server.url, None, lambda: datetime.now(UTC))
    answer = client.enrol(EnrolmentRequest(server.enrol_code(), "intl-1", algorithms.signing_key(private).public))
    client.close()
    identity = Identity(
        kiosk=answer.kiosk,
        suite="intl-1",
        signing_key=private,
        secret=os.urandom(32),
        platform_key_id=answer.platform_key_id,
        platform_public_key=answer.platform_public_key,
        public_address=answer.public_address,
    )
    save(data, identity)
    return Kiosk(identity, data, Journal(data, identity, SystemClock(), Alone()))


@pytest.fixture
def kiosk(server: Server, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(server, tmp_path / "kiosk")
    yield made
    made.close()
