"""Take and acknowledge: the journal and the agent's notes against two queues on SQLite, all durable at every step."""

import os
import tempfile
import time
from pathlib import Path
from typing import Final

import litequeue
import persistqueue

from benchmarks.kiosk_of import fill, new_identity
from benchmarks.table import Row
from offline_cache.clock import SystemClock
from offline_cache.reader import JournalReader
from sync.state import SyncState

ENTRIES: Final = 3000
BATCH: Final = 100
BODY_BYTES: Final = 2000


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        ours = _journal(Path(folder))
        return [
            Row("take + acknowledge, batches of 100", ours, "/s", name, rate)
            for name, rate in (
                ("persist-queue SQLiteAckQueue, WAL and FULL", _persist_queue(Path(folder) / "persist")),
                ("litequeue, WAL and FULL", _litequeue(Path(folder) / "lite.db")),
            )
        ]


def _journal(data: Path) -> float:
    fill(data, new_identity(), ENTRIES, BODY_BYTES)
    reader, state = JournalReader(data), SyncState(data, SystemClock())
    (info,) = reader.journals()
    start, first = time.perf_counter(), 1
    while batch := reader.to_send(info, first, BATCH):
        first += len(batch)
        state.acknowledged(info.journal, first, [], 0)
    taken = time.perf_counter() - start
    state.close()
    reader.close()
    return ENTRIES / taken


def _persist_queue(path: Path) -> float:
    queue = persistqueue.SQLiteAckQueue(str(path), multithreading=True)
    for connection in (queue._putter, queue._getter):
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    for _ in range(ENTRIES):
        queue.put(os.urandom(BODY_BYTES))
    start = time.perf_counter()
    for _ in range(ENTRIES // BATCH):
        for item in [queue.get(raw=True) for _ in range(BATCH)]:
            queue.ack(id=item["pqid"])
    taken = time.perf_counter() - start
    queue.close()
    return ENTRIES / taken


def _litequeue(path: Path) -> float:
    queue = litequeue.LiteQueue(path)
    queue.conn.execute("PRAGMA synchronous = FULL")
    for _ in range(ENTRIES):
        queue.put(os.urandom(BODY_BYTES // 2).hex())
    start = time.perf_counter()
    for _ in range(ENTRIES // BATCH):
        for message in [queue.pop() for _ in range(BATCH)]:
            queue.done(message.message_id)
    taken = time.perf_counter() - start
    queue.conn.close()
    return ENTRIES / taken
