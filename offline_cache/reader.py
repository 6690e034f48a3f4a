"""Reads journal.db beside its writer: the agent, the command line, and whatever else wants to know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from offline_cache.database import JOURNAL_FILE, open_journal_read_only
from offline_cache.entry import Entry
from offline_cache.position import after_last, position, sequence_of
from offline_cache.sealing import suite
from offline_cache.sqlite import Connection, environment_errors, sound
from offline_cache.verify import ChainWalk

_CHUNK: Final = 1000


@dataclass(frozen=True)
class JournalInfo:
    """suite, public_key: of the kiosk that wrote it. closed: the last sequence that is sent under this journal's name;
    None while that is not decided. dropped: the last sequence whose body was dropped."""

    ordinal: int
    journal: bytes
    kiosk: str
    suite: str
    public_key: bytes
    closed: int | None
    dropped: int


class JournalReader:
    """Raises StorageError on making, and from every method."""

    def __init__(self, data: Path) -> None:
        self.path = data / JOURNAL_FILE
        self.connection: Connection = open_journal_read_only(data)

    def close(self) -> None:
        self.connection.close()

    def data_version(self) -> int:
        """Changes when the writer has committed; cheap to ask."""
        with environment_errors(self.path):
            found: int = self.connection.execute("PRAGMA data_version").fetchone()[0]
            return found

    def journals(self) -> list[JournalInfo]:
        """Oldest first."""
        with environment_errors(self.path):
            rows = self.connection.execute(
                "SELECT ordinal, journal, kiosk, suite, public_key, closed, dropped FROM journals ORDER BY ordinal"
            ).fetchall()
        return [JournalInfo(*sound(row, self.path, int, bytes, str, str, bytes, int | None, int)) for row in rows]

    def last_sequence(self, journal: JournalInfo) -> int:
        """0 for an empty journal."""
        with environment_errors(self.path):
            row = self.connection.execute(
                "SELECT position FROM entries WHERE position < ? ORDER BY position DESC LIMIT 1",
                (after_last(journal.ordinal),),
            ).fetchone()
        return sequence_of(row[0]) if row and row[0] > position(journal.ordinal, 0) else 0

    def to_send(self, journal: JournalInfo, first: int, limit: int) -> list[Entry]:
        """At most `limit` entries from sequence `first` on, without a gap, up to where the journal was closed."""
        end = after_last(journal.ordinal) if journal.closed is None else position(journal.ordinal, journal.closed + 1)
        with environment_errors(self.path):
            rows = self.connection.execute(
                "SELECT position, header, signature, body FROM entries WHERE position >= ? AND position < ?"
                " ORDER BY position LIMIT ?",
                (position(journal.ordinal, first), end, limit),
            ).fetchall()
        start = position(journal.ordinal, first)
        return [self._entry(row) for at, row in enumerate(rows) if row[0] == start + at]

    def stored(self, journal: JournalInfo, first: int = 1) -> Iterator[tuple[int, Entry]]:
        """(sequence, entry) of everything that is there, in order; sequences may be missing."""
        at, end = position(journal.ordinal, first), after_last(journal.ordinal)
        while True:
            with environment_errors(self.path):
                rows = self.connection.execute(
                    "SELECT position, header, signature, body FROM entries WHERE position >= ? AND position < ?"
                    " ORDER BY position LIMIT ?",
                    (at, end, _CHUNK),
                ).fetchall()
            if not rows:
                return
            for row in rows:
                yield sequence_of(row[0]), self._entry(row)
            at = rows[-1][0] + 1

    def verify(self, journal: JournalInfo, *, each: bool) -> ChainWalk:
        """Walk its chain to the end. each: check every signature, not only the last of each unbroken run."""
        algorithms = suite(journal.suite)
        key = algorithms.verifying_key(journal.public_key)
        walk = ChainWalk(algorithms, key, journal.kiosk, journal.journal, each=each)
        walk.walk(self.stored(journal))
        return walk

    def _entry(self, row: Sequence[Any]) -> Entry:
        return Entry(*sound(row, self.path, int, bytes, bytes, bytes | None)[1:])
