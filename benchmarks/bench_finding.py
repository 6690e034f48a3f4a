"""What somebody types is looked for among the region's 1,185 entries: on average and at worst, against a plain scan
that knows characters only (`typed in name`), which finds nothing by sound or with a mistake."""

import time
from collections.abc import Callable
from typing import Final

from benchmarks.table import Row
from kiosk.services.catalogue import BUILT_IN, load_catalogue
from kiosk.services.findable import Findable
from kiosk.services.finding import Finder
from kiosk.services.sounds import sound

EVERY: Final = 8
"""Names of every eighth entry are typed."""
LETTERS: Final = 20
"""As many as the page takes."""
ROUNDS: Final = 3


def rows() -> list[Row]:
    entries = load_catalogue(BUILT_IN, "qinghe").findable()
    started = time.perf_counter()
    finder = Finder(entries)
    indexed = time.perf_counter() - started
    queries = sorted({typed for entry in entries[::EVERY] for typed in _typed(entry)})
    ours = [_shortest(finder.find, query) for query in queries]
    plain = [_shortest(lambda typed: [one for one in entries if _contains(one, typed)], query) for query in queries]
    count = f"{len(entries):,} entries, {len(queries):,} queries"
    return [
        Row(f"find, average ({count})", _mean(ours), "ms", "plain scan", _mean(plain)),
        Row("find, worst", 1000 * max(ours), "ms", "plain scan", 1000 * max(plain)),
        Row("index, once for a catalogue", 1000 * indexed, "ms"),
    ]


def _typed(entry: Findable) -> list[str]:
    """As people type: the beginning, in characters and letters, two parts, and with mistakes."""
    name, heard = entry.name, sound(entry.name)
    return [
        name[:2], name[:4], name[:LETTERS], f"{name[:3]} {name[3:5]}", heard[:3], heard[:LETTERS],
        heard[1:12].replace("n", "m"), f"{heard[:5]}x {heard[8:12]}q",
    ]  # fmt: skip


def _contains(entry: Findable, typed: str) -> bool:
    return any(typed in text for text in (entry.name, *entry.words))


def _shortest(find: Callable[[str], object], query: str) -> float:
    """In seconds of this process: others on the machine count little."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        find(query)
        times.append(time.process_time() - started)
    return min(times)


def _mean(times: list[float]) -> float:
    return 1000 * sum(times) / len(times)
