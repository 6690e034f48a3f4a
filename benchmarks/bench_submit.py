"""Submit to durable: the journal against a bare loop that does the same work, and against a raw insert."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.table import Row
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.identity import Identity
from offline_cache.journal import Journal
from offline_cache.sealing import suite
from offline_cache.sqlite import connect
from offline_cache.upstream import Alone

BODY_BYTES = 5000
ROUNDS = 8
A_ROUND = 60


def rows() -> list[Row]:
    algorithms = suite("intl-1")
    private = algorithms.new_signing_key()
    platform = algorithms.opening_key(algorithms.new_opening_key()).public
    identity = Identity(
        kiosk="K0001", suite="intl-1", signing_key=private, secret=os.urandom(32), platform_key_id="pk",
        platform_public_key=platform, public_address="",
    )  # fmt: skip
    body = (b"{'question': 'answer'}, " * BODY_BYTES)[: BODY_BYTES // 2] + os.urandom(BODY_BYTES // 2)
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder), identity, SystemClock(), Alone())
        connection = connect(Path(folder) / "bare.db")
        connection.execute("CREATE TABLE entries (row INTEGER PRIMARY KEY, signature BLOB, body BLOB)")
        signing, sealing = algorithms.signing_key(private), algorithms.sealing_key(platform)
        sealed = sealing.seal(body, b"x")

        def bare() -> None:
            made = sealing.seal(body, b"x")
            signature = signing.sign(algorithms.digest(made))
            connection.execute("INSERT INTO entries (signature, body) VALUES (?, ?)", (signature, made))

        def raw() -> None:
            connection.execute("INSERT INTO entries (signature, body) VALUES (?, ?)", (sealed[:64], sealed))

        ways: dict[str, Callable[[], object]] = {
            "journal": lambda: journal.append(Kind.CASE, body),
            "bare": bare,
            "raw": raw,
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                for _ in range(A_ROUND):
                    start = time.perf_counter()
                    way()
                    seconds[name].append(time.perf_counter() - start)
        journal.close()
        connection.close()
    rate = {name: 1 / statistics.median(taken) for name, taken in seconds.items()}
    return [
        Row("submit to durable, 5 kB", rate["journal"], "/s", "bare compress, seal, sign, FULL commit", rate["bare"]),
        Row("submit to durable, 5 kB", rate["journal"], "/s", "one raw insert of the same bytes, FULL", rate["raw"]),
    ]
