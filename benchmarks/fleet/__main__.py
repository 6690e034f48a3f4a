"""A fleet of simulated kiosks, an outage, and their return."""

import argparse
import asyncio
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

from benchmarks.fleet.kiosk import BUSY, SimulatedKiosk
from benchmarks.platform_of import enrol
from benchmarks.table import Row, show
from offline_cache.batch import BATCH_ENTRIES
from tests.central import postgresql
from tests.central.conftest import Server

BODY_BYTES: Final = 500
LOOK_S: Final = 0.5


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.fleet", description=__doc__)
    parser.add_argument("--kiosks", type=int, default=3000)
    parser.add_argument("--entries", type=int, default=20, help="what each kiosk writes during the outage")
    parser.add_argument("--outage", type=float, default=120.0, help="seconds that the platform is away")
    parser.add_argument("--capacity", type=float, default=300.0, help="requests a second of each of its processes")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f"open files: {soft} raised to {hard}; {options}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        if options.postgresql:
            with postgresql.running() as running:
                rows = asyncio.run(_run(Path(folder), postgresql.new_database(running, "fleet"), options))
        else:
            rows = asyncio.run(_run(Path(folder), "", options))
    print(show(rows))
    return 0


async def _run(folder: Path, database: str, options: argparse.Namespace) -> list[Row]:
    more = ("--capacity", str(options.capacity), "--workers", str(options.workers))
    server = Server(folder / "central", database, more)
    chance, answers = random.Random(1), Counter[int]()
    kiosks = [SimulatedKiosk(f"K{at:05}", server.port, chance, answers) for at in range(1, options.kiosks + 1)]
    await enrol(server.data, server.database, [(one.name, "intl-1", one.public_key) for one in kiosks])
    await asyncio.to_thread(server.start)
    try:
        return await _outage(server, kiosks, answers, options)
    finally:
        print(server.stop(), end="")


async def _outage(
    server: Server, kiosks: list[SimulatedKiosk], answers: Counter[int], options: argparse.Namespace
) -> list[Row]:
    capacity = options.capacity * options.workers
    tasks = []
    for kiosk in kiosks:
        tasks += [asyncio.create_task(kiosk.keep_feeding()), asyncio.create_task(kiosk.keep_pushing())]
        await asyncio.sleep(2.5 / capacity)
    _say("all polled once", answers)
    answers.clear()
    start = time.monotonic()
    await asyncio.sleep(options.outage / 4)
    steady = (sum(answers.values()) - answers[0]) / (time.monotonic() - start)
    refused_before = _refused(answers)
    _say("steady", answers)
    print(server.kill(), end="")
    for kiosk in kiosks:
        kiosk.write(options.entries, BODY_BYTES)
        await asyncio.sleep(0)
    await asyncio.sleep(options.outage)
    await asyncio.to_thread(server.start)
    answers.clear()
    start = time.monotonic()
    while waiting := sum(kiosk.waiting > 0 for kiosk in kiosks):
        await asyncio.sleep(LOOK_S)
        if int(time.monotonic() - start) % 20 == 0:
            _say(f"{waiting} kiosks still have entries", answers)
    taken = time.monotonic() - start
    refused = _refused(answers)
    _say("drained", answers)
    for task in tasks:
        task.cancel()
    crashed = [task for task in await asyncio.gather(*tasks, return_exceptions=True) if not _cancelled(task)]
    assert not crashed, crashed
    stored = await asyncio.to_thread(server.rows, "SELECT count(*), count(DISTINCT entry_id) FROM entries")
    assert stored == [(options.entries * len(kiosks),) * 2], stored
    batches = -(-options.entries // BATCH_ENTRIES)
    ideal = len(kiosks) * (batches + 1) / capacity
    return [
        Row(f"{len(kiosks)} kiosks, steady", steady, "requests/s", "capacity", capacity),
        Row("refused as busy, steady", refused_before, "%"),
        Row("drained after the outage", taken, "s", "every feed and batch once, at capacity", ideal),
        Row("refused as busy, returning", refused, "%", "allowed", 1.0),
    ]


def _refused(answers: Counter[int]) -> float:
    heard = sum(count for status, count in answers.items() if status)
    return 100 * sum(answers[status] for status in BUSY) / heard if heard else 0.0


def _cancelled(outcome: object) -> bool:
    return isinstance(outcome, asyncio.CancelledError)


def _say(what: str, answers: Counter[int]) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}: {dict(answers)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
