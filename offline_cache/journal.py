"""The journal: the kiosk's only way to tell the platform anything. Append-only, chained, signed, sealed.

One writer. An entry is durable when `append` returns. Other processes read with `JournalReader`.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offline_cache import entry as entries
from offline_cache.clock import ClockSource, moment
from offline_cache.database import JOURNAL_FILE, open_journal, open_journal_read_only
from offline_cache.entry import Entry, EntryError, Header, Kind
from offline_cache.identity import Identity
from offline_cache.sealing import suite
from offline_cache.sqlite import Connection, environment_errors, transaction

_COLUMNS: Final = "journal, sequence, entry_id, digest, signature, created_ms"


@dataclass(frozen=True)
class Written:
    """An entry that is durable. created_ms: Unix milliseconds."""

    journal: bytes
    sequence: int
    entry_id: bytes
    digest: bytes
    signature: bytes
    created_ms: int


Body = Callable[[int], bytes]
"""Makes the plain body, given the entry's sequence: a case's number is in its own body."""


class Journal:
    """The writer. offset_ms: tells the platform's clock minus ours, as last known."""

    def __init__(self, data: Path, identity: Identity, clock: ClockSource, offset_ms: Callable[[], int | None]) -> None:
        """Opens the newest journal of this kiosk, or a new one. Raises StorageError."""
        self.path = data / JOURNAL_FILE
        self.connection = open_journal(data)
        self._identity = identity
        self._clock = clock
        self._offset_ms = offset_ms
        self._suite = suite(identity.suite)
        self._signing_key = self._suite.signing_key(identity.signing_key)
        self._sealing_key = self._suite.sealing_key(identity.platform_public_key)
        self.journal, self._sequence, self._digest, self._floor_ms = self._resume()

    def append(self, kind: Kind, body: bytes) -> Written:
        """Raises StorageError; nothing was written then."""
        with self.writing(kind, os.urandom(16), lambda _: body, "") as written:
            return written

    @contextmanager
    def writing(self, kind: Kind, entry_id: bytes, body: Body, definition: str) -> Iterator[Written]:
        """Append an entry; what the block does with `connection` is in the same transaction. Durable after the block.

        An `entry_id` that is already there is not written again: the block gets what was written then, and has to be
        repeatable. Raises StorageError; nothing was written then.
        """
        with transaction(self.connection, self.path):
            written = self.find(entry_id) or self._insert(kind, entry_id, body, definition)
            yield written
        if written.sequence > self._sequence:
            self._sequence, self._digest, self._floor_ms = written.sequence, written.digest, written.created_ms

    def find(self, entry_id: bytes) -> Written | None:
        row = self.connection.execute(f"SELECT {_COLUMNS} FROM entries WHERE entry_id = ?", (entry_id,)).fetchone()  # noqa: S608
        return Written(*row) if row else None

    def close(self) -> None:
        self.connection.close()

    def _insert(self, kind: Kind, entry_id: bytes, body: Body, definition: str) -> Written:
        sequence = self._sequence + 1
        sealed = self._sealing_key.seal(body(sequence), entries.body_binding(entry_id))
        now = moment(self._clock, self._offset_ms(), self._floor_ms)
        header = Header(
            format=entries.FORMAT,
            kiosk=self._identity.kiosk,
            journal=self.journal,
            sequence=sequence,
            entry_id=entry_id,
            kind=kind,
            previous=self._digest,
            body_digest=self._suite.digest(sealed),
            suite=self._identity.suite,
            platform_key=self._identity.platform_key_id,
            definition=definition,
            created_ms=now.created_ms,
            clock=now.evidence,
        )
        made, digest = entries.build(self._suite, self._signing_key, header, sealed)
        self.connection.execute(
            "INSERT INTO entries (journal, sequence, entry_id, kind, created_ms, header, digest, signature, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.journal,
                sequence,
                entry_id,
                str(kind),
                now.created_ms,
                made.header,
                digest,
                made.signature,
                made.body,
            ),
        )
        return Written(self.journal, sequence, entry_id, digest, made.signature, now.created_ms)

    def _resume(self) -> tuple[bytes, int, bytes, int]:
        kiosk = self._identity.kiosk
        with environment_errors(self.path):
            row = self.connection.execute(
                "SELECT journal FROM journals WHERE kiosk = ? ORDER BY rowid DESC LIMIT 1", (kiosk,)
            ).fetchone()
            if row is None:
                return self._open_new(kiosk)
            last = self.connection.execute(
                "SELECT sequence, digest, created_ms FROM entries WHERE journal = ? ORDER BY sequence DESC LIMIT 1", row
            ).fetchone()
        journal: bytes = row[0]
        return (journal, *last) if last else (journal, 0, entries.genesis(self._suite, kiosk, journal), 0)

    def _open_new(self, kiosk: str) -> tuple[bytes, int, bytes, int]:
        journal = os.urandom(16)
        with transaction(self.connection, self.path):
            self.connection.execute(
                "INSERT INTO journals (journal, kiosk, opened_ms) VALUES (?, ?, ?)",
                (journal, kiosk, self._clock.wall_ms()),
            )
        return journal, 0, entries.genesis(self._suite, kiosk, journal), 0


@dataclass(frozen=True)
class Damage:
    """What is wrong with a journal, and at which entry."""

    journal: bytes
    sequence: int
    code: str
    message: str


class JournalReader:
    """Reads journal.db from another process than its writer. Raises StorageError on making."""

    def __init__(self, data: Path) -> None:
        self._path = data / JOURNAL_FILE
        self.connection: Connection = open_journal_read_only(data)

    def close(self) -> None:
        self.connection.close()

    def data_version(self) -> int:
        """Changes when the writer has committed; cheap to ask."""
        with environment_errors(self._path):
            found: int = self.connection.execute("PRAGMA data_version").fetchone()[0]
            return found

    def journals(self) -> list[tuple[bytes, str]]:
        """(journal, kiosk), oldest first."""
        with environment_errors(self._path):
            return list(self.connection.execute("SELECT journal, kiosk FROM journals ORDER BY rowid"))

    def last_sequence(self, journal: bytes) -> int:
        """0 for an empty journal."""
        with environment_errors(self._path):
            found: int = self.connection.execute(
                "SELECT coalesce(max(sequence), 0) FROM entries WHERE journal = ?", (journal,)
            ).fetchone()[0]
            return found

    def entries(self, journal: bytes, first: int, limit: int) -> list[Entry]:
        """At most `limit` entries from sequence `first` on, in order."""
        with environment_errors(self._path):
            rows = self.connection.execute(
                "SELECT header, signature, body FROM entries WHERE journal = ? AND sequence >= ?"
                " ORDER BY sequence LIMIT ?",
                (journal, first, limit),
            ).fetchall()
        return [Entry(*row) for row in rows]

    def verify(self, journal: bytes, kiosk: str, suite_name: str, public_key: bytes) -> Damage | None:
        """Walk the whole chain and check the last signature, which proves all before it. None: it is whole."""
        algorithms = suite(suite_name)
        previous, sequence = entries.genesis(algorithms, kiosk, journal), 0
        last: tuple[Entry, bytes, int] | None = None
        while batch := self.entries(journal, sequence + 1, 1000):
            for found in batch:
                try:
                    header, previous = entries.check_link(algorithms, found, previous, sequence + 1)
                except EntryError as error:
                    return Damage(journal, sequence + 1, error.code, str(error))
                sequence += 1
                last = found, previous, header.created_ms
        if last:
            try:
                entries.check_signature(algorithms.verifying_key(public_key), *last)
            except EntryError as error:
                return Damage(journal, sequence, error.code, str(error))
        return None
