"""A kiosk of many years: a million entries of 500 bytes. Opening, status, submitting, verifying."""

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.kiosk_of import fill, new_identity, seconds
from benchmarks.table import Row
from kiosk.cli.cache import status
from offline_cache import entry as entries
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.identity import Identity
from offline_cache.journal import Journal
from offline_cache.reader import JournalReader
from offline_cache.sealing import suite
from offline_cache.upstream import Alone
from offline_cache.verify import ChainWalk

ENTRIES: Final = 1_000_000
BODY: Final = b"0123456789abcdef" * 15 + os.urandom(260)
WARM_UP: Final = 4000
ROUNDS: Final = 100
A_ROUND: Final = 15


def rows() -> list[Row]:
    identity = new_identity()
    with tempfile.TemporaryDirectory() as folder:
        full, empty = Path(folder) / "full", Path(folder) / "empty"
        full.mkdir()
        empty.mkdir()
        fill(full, identity, ENTRIES, len(BODY))
        return [
            Row("opening, 1,000,000 entries (at most 100)", 1000 * seconds(lambda: _open(full, identity), 9), "ms"),
            Row("status, 1,000,000 entries (at most 50)", 1000 * seconds(lambda: status(full), 9), "ms"),
            *_submits(full, empty, identity),
            *_verify(full, identity),
        ]


def _open(data: Path, identity: Identity) -> None:
    Journal(data, identity, SystemClock(), Alone()).close()


def _submits(full: Path, empty: Path, identity: Identity) -> list[Row]:
    """The median time of an append with a million before it, over that with few before it (at most 1.2)."""
    journals = [Journal(data, identity, SystemClock(), Alone()) for data in (full, empty)]
    taken: list[list[float]] = [[], []]
    for journal in journals:
        for _ in range(WARM_UP):
            journal.append(Kind.CASE, BODY)
    for _ in range(ROUNDS):
        for journal, times in zip(journals, taken, strict=True):
            for _ in range(A_ROUND):
                start = time.perf_counter()
                journal.append(Kind.CASE, BODY)
                times.append(time.perf_counter() - start)
    for journal in journals:
        journal.close()
    long, short = (statistics.median(times) * 1e6 for times in taken)
    return [Row("submit, 1,000,000 entries before it (ratio at most 1.2)", long, "µs", "few entries before it", short)]


def _verify(data: Path, identity: Identity) -> list[Row]:
    chain, each = (_walk(data, identity, each=each, limit=limit) for each, limit in ((False, ENTRIES), (True, 60_000)))
    bare = _bare(data, identity)
    return [
        Row("verify, chain and last signature (at least 20,000)", chain, "entries/s"),
        Row("verify --each (ratio at least 0.8)", each, "entries/s", "a bare Ed25519 verify loop", bare),
    ]


def _walk(data: Path, identity: Identity, *, each: bool, limit: int) -> float:
    reader, algorithms = JournalReader(data), suite(identity.suite)
    (info,) = reader.journals()
    walk = ChainWalk(algorithms, algorithms.verifying_key(info.public_key), info.kiosk, info.journal, each=each)
    start = time.perf_counter()
    walk.walk(found for _, found in zip(range(limit), reader.stored(info), strict=False))
    taken = time.perf_counter() - start
    assert walk.entries == limit
    assert not walk.damages
    reader.close()
    return limit / taken


def _bare(data: Path, identity: Identity) -> float:
    reader, algorithms = JournalReader(data), suite(identity.suite)
    (info,) = reader.journals()
    key = algorithms.verifying_key(info.public_key)
    found = []
    for (_, one), _ in zip(reader.stored(info), range(20_000), strict=False):
        digest = entries.entry_digest(algorithms, one.header)
        created = entries.decode_header(one.header).created_ms
        found.append((one.signature, entries.signed_message(digest, created)))
    reader.close()
    start = time.perf_counter()
    good = sum(key.verify(*one) for one in found)
    taken = time.perf_counter() - start
    assert good == len(found)
    return good / taken
