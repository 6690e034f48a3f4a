"""The platform as a process of its own, and kiosks' journals to send to it."""

import asyncio
import io
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import TypeVar

import pytest

from central.cli import main
from central.cli_options import DATABASE_VARIABLE
from central.enrolment import new_code
from central.store import Job, Row, Transaction, open_store
from offline_cache import bodies
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.identity import Identity, save
from offline_cache.journal import Journal
from offline_cache.number import receipt_number
from offline_cache.sealing import suite
from offline_cache.upstream import Alone
from sync.client import PlatformClient
from sync.state import SyncStateReader
from sync.wire import EnrolmentRequest
from tests.central import postgresql, serving

T = TypeVar("T")
WAIT_S = 20.0
CENTRAL = (sys.executable, "-m", "central.cli")
APPLICANT = bodies.Applicant("ID", "王桂兰", "女", "1938-03-12", "四川省青禾县柳溪镇", "51990119380312024X", "长期")


def until(done: object, what: str) -> None:
    end = time.monotonic() + WAIT_S
    while not done():  # type: ignore[operator]
        assert time.monotonic() < end, f"{what} did not happen within {WAIT_S} s"
        time.sleep(0.01)  # another process is waited for: it needs the processor


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`central serve`, to be killed and started again at the same address. database: empty for SQLite."""

    data: Path
    database: str = ""
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: ForkServerProcess | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        arguments = ["serve", "--data", str(self.data), "--port", str(self.port), *self.options]
        self.process = serving.started(arguments, self.environment, self._said)
        until(self.answers, "the platform's start")

    @property
    def _said(self) -> Path:
        return self.data.with_name(f"{self.data.name}.stderr")

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, DATABASE_VARIABLE: self.database}

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=1).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def kill(self) -> str:
        """Ends it at once; what it said on stderr."""
        return self._end(signal.SIGKILL)

    def stop(self) -> str:
        """Ends it in order; what it said on stderr."""
        return self._end(signal.SIGTERM)

    def _end(self, number: int) -> str:
        if self.process is None:
            return ""
        assert self.process.pid is not None
        os.kill(self.process.pid, number)
        self.process.join(WAIT_S)
        assert self.process.exitcode is not None, f"the platform goes on after {number}"
        self.process = None
        said = self._said.read_text()
        self._said.unlink()
        return said

    def enrol_code(self) -> str:
        return self.do(lambda work: new_code(work, time.time_ns() // 1_000_000))

    def rows(self, query: str) -> list[tuple[object, ...]]:
        async def job(work: Transaction) -> Sequence[Row]:
            return await work.rows(query)

        return [tuple(row) for row in self.do(job)]

    def do(self, job: Job[T]) -> T:
        """In a process of its own beside the server's, as the command line does it."""

        async def run() -> T:
            store = await open_store(self.data, self.database)
            try:
                return await store.do(job)
            finally:
                await store.close()

        return asyncio.run(run())


def command(server: Server, *arguments: str, typed: str = "") -> tuple[int, dict[str, object]]:
    """`central ARGUMENTS --json` at the server's data, in this process: starting another takes a second. typed: what
    stands on its standard input."""
    written = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(written), redirect_stderr(io.StringIO()):
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        for name, value in server.environment.items():
            patch.setenv(name, value)
        code = main([*arguments, "--data", str(server.data), "--json"])
    return code, json.loads(written.getvalue())


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


BOTH_DATABASES = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
EITHER_DATABASE = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
"""On both by `make test-long`."""


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """SQLite, unless a test is marked by one of these."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return ""
    return postgresql.new_database(request.getfixturevalue("postgresql_folder"), "platform")


@pytest.fixture
def server(tmp_path: Path, database: str) -> Iterator[Server]:
    made = Server(tmp_path / "central", database)
    made.start()
    yield made
    made.kill()


def enrolled(server: Server, data: Path) -> Kiosk:
    return enrolled_at(server.url, server.enrol_code(), data)


def enrolled_at(url: str, code: str, data: Path) -> Kiosk:
    algorithms = suite("intl-1")
    private = algorithms.new_signing_key()
    client = PlatformClient(url, None, lambda: datetime.now(UTC))
    answer = client.enrol(EnrolmentRequest(code, "intl-1", algorithms.signing_key(private).public))
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
