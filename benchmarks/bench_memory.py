"""Memory of the journal's process over 100,000 submits."""

import os
import tempfile
from pathlib import Path
from typing import Final

import psutil

from benchmarks.kiosk_of import new_identity
from benchmarks.table import Row
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.journal import Journal
from offline_cache.upstream import Alone

SUBMITS: Final = 100_000
WARM_UP: Final = 5_000


def rows() -> list[Row]:
    body = b"0123456789abcdef" * 100 + os.urandom(400)
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder), new_identity(), SystemClock(), Alone())
        before = 0.0
        for number in range(SUBMITS):
            if number == WARM_UP:
                before = process.memory_info().rss / 1e6
            journal.append(Kind.CASE, body)
        after = process.memory_info().rss / 1e6
        journal.close()
    return [Row("memory after 100,000 submits", after, "MB", "after 5,000", before)]
