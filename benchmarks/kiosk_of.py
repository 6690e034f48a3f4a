"""An invented kiosk, and a journal of any length for it."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from offline_cache import entry as entries
from offline_cache.clock import SystemClock, moment
from offline_cache.entry import Header, Kind
from offline_cache.identity import Identity
from offline_cache.journal import Journal
from offline_cache.position import position
from offline_cache.sealing import suite
from offline_cache.sqlite import transaction
from offline_cache.upstream import Alone

_CHUNK: Final = 10_000


def new_identity() -> Identity:
    algorithms = suite("intl-1")
    return Identity(
        kiosk="K0001",
        suite="intl-1",
        signing_key=algorithms.new_signing_key(),
        secret=os.urandom(32),
        platform_key_id="pk",
        platform_public_key=algorithms.opening_key(algorithms.new_opening_key()).public,
        public_address="",
    )


def fill(data: Path, identity: Identity, count: int, body_bytes: int) -> None:
    """Write `count` entries as the journal would, but for their bodies, which are random bytes, and for the commits:
    sealing and syncing a million one by one would take the benchmark most of an hour."""
    journal, algorithms = Journal(data, identity, SystemClock(), Alone()), suite(identity.suite)
    key = algorithms.signing_key(identity.signing_key)
    now = moment(SystemClock(), None, 0)
    previous = entries.genesis(algorithms, identity.kiosk, journal.journal)
    for first in range(1, count + 1, _CHUNK):
        with transaction(journal.connection, journal.path):
            for sequence in range(first, min(first + _CHUNK, count + 1)):
                body = os.urandom(body_bytes)
                header = Header(
                    format=entries.FORMAT, kiosk=identity.kiosk, journal=journal.journal, sequence=sequence,
                    entry_id=os.urandom(16), kind=Kind.CASE, previous=previous, body_digest=algorithms.digest(body),
                    suite=identity.suite, platform_key="pk", definition="bench@1",
                    created_ms=now.created_ms, clock=now.evidence,
                )  # fmt: skip
                made, previous = entries.build(algorithms, key, header, body)
                journal.connection.execute(
                    "INSERT INTO entries (position, header, signature, body) VALUES (?, ?, ?, ?)",
                    (position(1, sequence), made.header, made.signature, made.body),
                )
        journal.checkpoint()
    journal.close()


def seconds(job: Callable[[], object], times: int) -> float:
    """The median time of `times` calls."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[times // 2]
