"""Ingest in batches of 100, 2 kB bodies, each batch's chain and last signature verified: against the same rows written
without a look, in the same batches, each batch durable."""

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from benchmarks.kiosk_of import fill, new_identity
from benchmarks.platform_of import enrol
from benchmarks.table import Row
from central.database import open_database
from central.ingest import Kiosk, ingest
from central.schema import database_path
from central.store import Transaction, open_store
from offline_cache.entry import Entry, decode_header, genesis
from offline_cache.reader import JournalReader
from offline_cache.sealing import suite
from offline_cache.sqlite import transaction
from tests.central import postgresql

ENTRIES: Final = 20_000
BATCH: Final = 100
BODY_BYTES: Final = 2000
_COLUMNS: Final = "journal, sequence, entry_id, kind, header, digest, signature, body, received_ms, carried"


@dataclass(frozen=True)
class Sender:
    """A kiosk with its journal."""

    kiosk: Kiosk
    data: Path
    journal: bytes

    def batches(self) -> list[list[Entry]]:
        reader = JournalReader(self.data)
        (info,) = reader.journals()
        entries = reader.to_send(info, 1, ENTRIES)
        reader.close()
        return [entries[at : at + BATCH] for at in range(0, ENTRIES, BATCH)]


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        senders = [_sender(folder / f"kiosk{at}", f"K{at:04}") for at in (1, 2)]
        found = _rows("SQLite", folder, str, senders, "executemany", _executemany(folder / "plain", senders[0]))
        with postgresql.running() as server:

            def database() -> str:
                return postgresql.new_database(server, "bench")

            return found + _rows("PostgreSQL", folder, database, senders, "psycopg COPY", _copy(database(), senders[0]))


def _rows(
    label: str, folder: Path, database: Callable[[], str], senders: list[Sender], against: str, baseline: float
) -> list[Row]:
    one = _ingested(folder / f"{label}-1", database(), senders[:1])
    two = _ingested(folder / f"{label}-2", database(), senders)
    return [
        Row(f"{label}, one worker", one, "rows/s", against, baseline),
        Row(f"{label}, two workers, both journals", two, "rows/s", "one worker", one),
    ]


def _sender(data: Path, name: str) -> Sender:
    identity = msgspec.structs.replace(new_identity(), kiosk=name)
    fill(data, identity, ENTRIES, BODY_BYTES)
    reader = JournalReader(data)
    (info,) = reader.journals()
    reader.close()
    public = suite(identity.suite).signing_key(identity.signing_key).public
    return Sender(Kiosk(name, identity.suite, public, public), data, info.journal)


def _ingested(data: Path, database: str, sent: list[Sender]) -> float:
    """Rows a second, with a process for each journal."""
    _enrol(data, database, sent)
    context = multiprocessing.get_context("fork")
    together, times = context.Barrier(len(sent)), context.SimpleQueue()
    workers = [context.Process(target=_worker, args=(data, database, one, together, times)) for one in sent]
    for worker in workers:
        worker.start()
    taken = [times.get() for _ in workers]
    for worker in workers:
        worker.join()
    assert all(worker.exitcode == 0 for worker in workers)
    return ENTRIES * len(sent) / (max(end for _, end in taken) - min(start for start, _ in taken))


def _worker(data: Path, database: str, sent: Sender, together: Any, times: Any) -> None:
    times.put(asyncio.run(_ingest_all(data, database, sent, together)))


async def _ingest_all(data: Path, database: str, sent: Sender, together: Any) -> tuple[float, float]:
    batches = sent.batches()
    store = await open_store(data, database)
    together.wait()
    start = time.perf_counter()
    for at, batch in enumerate(batches):
        first = at * BATCH + 1
        answer = await store.do(_job(sent, first, batch))
        assert answer.next == first + len(batch)
    end = time.perf_counter()
    await store.close()
    return start, end


def _job(sent: Sender, first: int, batch: list[Entry]) -> Callable[[Transaction], Any]:
    return lambda work: ingest(work, sent.kiosk, sent.journal, first, batch, 0)


def _enrol(data: Path, database: str, senders: list[Sender]) -> None:
    known = [(one.kiosk.kiosk, one.kiosk.suite, one.kiosk.public_key) for one in senders]
    asyncio.run(enrol(data, database, known))


def _records(sent: Sender) -> list[list[tuple[Any, ...]]]:
    """The rows as ingest makes them; made before the clock runs."""
    algorithms = suite(sent.kiosk.suite)
    made = []
    for batch in sent.batches():
        headers = [decode_header(one.header) for one in batch]
        made.append(
            [
                (sent.journal, header.sequence, header.entry_id, str(header.kind), one.header,
                 algorithms.digest(one.header), one.signature, one.body, 0, 0)
                for header, one in zip(headers, batch, strict=True)
            ]
        )  # fmt: skip
    return made


def _copy(database: str, sent: Sender) -> float:
    _enrol(Path(), database, [sent])
    records = _records(sent)
    with psycopg.connect(database) as connection:
        connection.execute("INSERT INTO journals VALUES (%s, %s, 1, %s)", _chain(sent))
        connection.commit()
        start = time.perf_counter()
        for batch in records:
            with connection.cursor().copy(f"COPY entries ({_COLUMNS}) FROM STDIN") as copy:
                for record in batch:
                    copy.write_row(record)
            connection.commit()
        return ENTRIES / (time.perf_counter() - start)


def _executemany(data: Path, sent: Sender) -> float:
    _enrol(data, "", [sent])
    records = _records(sent)
    connection = open_database(data)
    connection.execute("INSERT INTO journals VALUES (?, ?, 1, ?)", _chain(sent))
    start = time.perf_counter()
    marks = ", ".join("?" * 10)
    for batch in records:
        with transaction(connection, database_path(data)):
            connection.executemany(f"INSERT INTO entries ({_COLUMNS}) VALUES ({marks})", batch)  # noqa: S608
    taken = time.perf_counter() - start
    connection.close()
    return ENTRIES / taken


def _chain(sent: Sender) -> tuple[bytes, str, bytes]:
    return sent.journal, sent.kiosk.kiosk, genesis(suite(sent.kiosk.suite), sent.kiosk.kiosk, sent.journal)
