"""Submit to durable: the journal against a bare loop that does the same work, and against a raw insert."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.kiosk_of import new_identity
from benchmarks.table import Row
from kiosk.delivery import Link
from kiosk.effects import Submit
from kiosk.store import Store
from offline_cache.bodies import Applicant
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.identity import Identity, save
from offline_cache.journal import Journal
from offline_cache.sealing import suite
from offline_cache.sqlite import connect
from offline_cache.upstream import Alone

BODY_BYTES = 5000
ROUNDS = 100
A_ROUND = 15
CARD = os.urandom(1280)
WARM_UP = 2500
"""Until each write-ahead log has been filled once and is written over: so it is on a kiosk that has run for a day."""


def rows() -> list[Row]:
    algorithms, identity = suite("intl-1"), new_identity()
    body = (b"{'question': 'answer'}, " * BODY_BYTES)[: BODY_BYTES // 2] + os.urandom(BODY_BYTES // 2)
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder), identity, SystemClock(), Alone())
        connection = connect(Path(folder) / "bare.db")
        connection.execute("CREATE TABLE entries (row INTEGER PRIMARY KEY, signature BLOB, body BLOB)")
        signing, sealing = (
            algorithms.signing_key(identity.signing_key),
            algorithms.sealing_key(identity.platform_public_key),
        )
        sealed = sealing.seal(body, b"x")

        def bare() -> None:
            made = sealing.seal(body, b"x")
            signature = signing.sign(algorithms.digest(made))
            connection.execute("INSERT INTO entries (signature, body) VALUES (?, ?)", (signature, made))

        def raw() -> None:
            connection.execute("INSERT INTO entries (signature, body) VALUES (?, ?)", (sealed[:64], sealed))

        store = _store(Path(folder) / "store", identity)
        answers = {"question": body[-BODY_BYTES // 2 :].hex()}

        def whole() -> None:
            nobody = Applicant("", "", "", "", "", "", "")
            store.submit(CARD, Submit(os.urandom(16), "bench", 1, "bench", nobody, answers, {}))

        ways: dict[str, Callable[[], object]] = {
            "journal": lambda: journal.append(Kind.CASE, body),
            "whole": whole,
            "bare": bare,
            "raw": raw,
        }
        for way in ways.values():
            for _ in range(WARM_UP):
                way()
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                for _ in range(A_ROUND):
                    start = time.perf_counter()
                    way()
                    seconds[name].append(time.perf_counter() - start)
        store.close()
        journal.close()
        connection.close()
    rate = {name: 1 / statistics.median(taken) for name, taken in seconds.items()}
    return [
        Row("submit to durable, 5 kB", rate["journal"], "/s", "bare compress, seal, sign, FULL commit", rate["bare"]),
        Row("submit to durable, 5 kB", rate["journal"], "/s", "one raw insert of the same bytes, FULL", rate["raw"]),
        Row(
            "… with number and the card's receipt",
            rate["whole"],
            "/s",
            "bare compress, seal, sign, FULL commit",
            rate["bare"],
        ),
    ]


class _NoPlatform(Alone):
    """Implements kiosk.delivery.Delivery."""

    def link(self) -> Link:
        return Link(online=False)

    def platform_key(self) -> tuple[str, bytes] | None:
        return None

    def letter(self, _: bytes) -> bytes | None:
        return None


def _store(data: Path, identity: Identity) -> Store:
    data.mkdir()
    save(data, identity)
    store = Store(data, SystemClock(), _NoPlatform)
    store.open()
    store.cards_probed(stable=True)
    return store
