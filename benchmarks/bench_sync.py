"""A backlog of 10,000 cases on its way to the real platform; bytes on the wire; the agent with nothing to do."""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil
import requests

from benchmarks.kiosk_of import fill, new_identity
from benchmarks.platform_of import enrol
from benchmarks.table import Row
from offline_cache.attachments import refer_from_entry
from offline_cache.batch import BATCH_ENTRIES, encode_batch
from offline_cache.bodies import Attachment
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.identity import Identity, save
from offline_cache.journal import Journal
from offline_cache.reader import JournalReader
from offline_cache.sealing import suite
from offline_cache.upstream import Alone
from sync.agent import Agent, Uplink
from sync.signature import sign
from sync.state import SyncState, Upload
from sync.wire import BATCH_TYPE
from tests.central.conftest import Server
from tests.sync.fault_proxy import proxying

CASES: Final = 10_000
BODY_BYTES: Final = 2_000
ON_THE_WIRE: Final = 1_000
UPLOADS: Final = 2_000
IDLE_S: Final = 30.0


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        return [_drained(Path(name)), _wire(Path(name) / "wire"), *_idle(Path(name) / "idle")]


def _drained(folder: Path) -> Row:
    identity = new_identity()
    fill(folder / "kiosk", identity, CASES, BODY_BYTES)
    with _platform(folder / "first", identity) as url:
        prepared = _prepared(folder / "kiosk", identity, url)
        start = time.perf_counter()
        with requests.Session() as session:
            for one in prepared:
                assert session.send(one).status_code == 200
        bare = CASES / (time.perf_counter() - start)
    with _platform(folder / "second", identity) as url:
        start = time.perf_counter()
        pushed, _ = _agent(folder / "kiosk", identity, url).once()
        ours = CASES / (time.perf_counter() - start)
        assert pushed.sent == CASES
    return Row("backlog drained by the agent", ours, "cases/s", "requests posting the same, signed before", bare)


def _wire(folder: Path) -> Row:
    identity = new_identity()
    fill(folder / "kiosk", identity, ON_THE_WIRE, BODY_BYTES)
    with _platform(folder / "platform", identity) as url, proxying(int(url.rpartition(":")[2]), lambda _: None) as line:
        _agent(folder / "kiosk", identity, line.url).once()
        sealed = ON_THE_WIRE * BODY_BYTES
        return Row("bytes sent, TCP payload, with the feed's requests", line.up, "bytes", "sealed bodies", sealed)


def _idle(folder: Path) -> list[Row]:
    """With a night's journal delivered and many uploads done."""
    identity = new_identity()
    data = folder / "kiosk"
    fill(data, identity, ON_THE_WIRE, BODY_BYTES)
    save(data, identity)
    _note_uploads(data, identity)
    with _platform(folder / "platform", identity) as url:
        _agent(data, identity, url).once()
        config = folder / "kiosk.toml"
        config.write_text(f'place = "x"\ndata = "{data}"\nplatform = "{url}"\nregion = "qinghe"\n', "utf-8")
        command = [sys.executable, "-m", "kiosk.cli", "agent", "--config", str(config)]
        agent = subprocess.Popen(command)
        try:
            process = psutil.Process(agent.pid)
            time.sleep(5)
            before = process.cpu_times()
            time.sleep(IDLE_S)
            after = process.cpu_times()
            share = 100 * (after.user + after.system - before.user - before.system) / IDLE_S
            memory = process.memory_full_info().uss / 1e6
        finally:
            agent.terminate()
            agent.wait()
    bare = subprocess.Popen([sys.executable, "-c", "import requests, time; time.sleep(60)"])
    time.sleep(3)
    baseline = psutil.Process(bare.pid).memory_full_info().uss / 1e6
    bare.kill()
    bare.wait()
    return [
        Row("agent with nothing to do", share, "% of a core", "allowed", 0.5),
        Row("its memory of its own", memory, "MB", "a Python that has imported requests", baseline),
    ]


def _note_uploads(data: Path, identity: Identity) -> None:
    """Files that are delivered and not yet forgotten."""
    files = [Attachment(os.urandom(32), 1000, b"", b"", "image/png") for _ in range(UPLOADS)]
    journal = Journal(data, identity, SystemClock(), Alone())
    entry_id = os.urandom(16)
    with journal.writing(Kind.SESSION_STARTED, entry_id, lambda _: b"\x80", ""):
        refer_from_entry(journal.connection, entry_id, files, 0)
    journal.close()
    state = SyncState(data, SystemClock())
    for file in files:
        state.uploaded(file.digest, Upload(file.size, file.size, 1, ""))
    state.close()


@contextmanager
def _platform(data: Path, identity: Identity) -> Iterator[str]:
    """The real server, which knows the kiosk."""
    public = suite(identity.suite).signing_key(identity.signing_key).public
    asyncio.run(enrol(data, "", [(identity.kiosk, identity.suite, public)]))
    server = Server(data, options=("--capacity", "100000"))
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def _agent(data: Path, identity: Identity, url: str) -> Agent:
    return Agent(data, Uplink(url), identity, random.Random(1), SystemClock())


def _prepared(data: Path, identity: Identity, url: str) -> list[requests.PreparedRequest]:
    """Every batch of the journal, as the agent would send it."""
    reader = JournalReader(data)
    (info,) = reader.journals()
    made, first = [], 1
    while batch := reader.to_send(info, first, BATCH_ENTRIES):
        body = encode_batch(batch)
        path = f"{url}/v1/kiosks/{identity.kiosk}/journals/{info.journal.hex()}/{first}"
        one = requests.Request("PUT", path, data=body, headers={"Content-Type": BATCH_TYPE}).prepare()
        sign(one, body, identity.kiosk, identity.http_key, datetime.now(UTC))
        made.append(one)
        first += len(batch)
    reader.close()
    return made
