"""sync.db: what the agent knows of the platform. The agent writes it, everybody else reads."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from offline_cache.database import migrate
from offline_cache.sqlite import Connection, connect, environment_errors, transaction
from sync.wire import FeedAnswer, Verdict

FILE: Final = "sync.db"
SCHEMA: Final = 1


@dataclass(frozen=True)
class Contact:
    """cursor: how far the feed was read. contact_ms: the last answer, on the kiosk's wall clock; None: never.
    offset_ms: platform clock minus kiosk clock. error_code: why the last try failed; empty when it did not."""

    cursor: int
    contact_ms: int | None
    offset_ms: int | None
    error_code: str
    error_ms: int | None


class SyncState:
    """The writer. The agent's two threads take turns."""

    def __init__(self, data: Path) -> None:
        """Raises StorageError."""
        self._path = data / FILE
        self.connection = connect(self._path)
        migrate(self.connection, self._path, SCHEMA, "sync.migrations")
        self._turn = threading.Lock()

    def close(self) -> None:
        self.connection.close()

    def acknowledged(self, journal: bytes, wanted: int, verdicts: list[Verdict]) -> None:
        """The platform has everything before `wanted`; it may have moved back."""
        with self._turn, transaction(self.connection, self._path):
            self.connection.execute("INSERT OR REPLACE INTO acknowledged VALUES (?, ?)", (journal, wanted))
            self.connection.executemany(
                "INSERT OR REPLACE INTO refused VALUES (?, ?, ?)",
                [(journal, verdict.sequence, verdict.code) for verdict in verdicts if verdict.verdict == "refused"],
            )

    def fed(self, answer: FeedAnswer) -> None:
        """Letters and cursor together: a letter is never lost, nor an older one put over a newer."""
        with self._turn, transaction(self.connection, self._path):
            self.connection.executemany(
                "INSERT INTO letters VALUES (?, ?, ?) ON CONFLICT (about) DO UPDATE"
                " SET cursor = excluded.cursor, letter = excluded.letter WHERE excluded.cursor > cursor",
                [(item.about, item.cursor, item.letter) for item in answer.items],
            )
            self.connection.execute("UPDATE contact SET cursor = ?", (answer.next,))

    def contacted(self, now_ms: int, server_ms: int) -> None:
        with self._turn, transaction(self.connection, self._path):
            self.connection.execute(
                "UPDATE contact SET contact_ms = ?, offset_ms = ?, error_code = ''", (now_ms, server_ms - now_ms)
            )

    def failed(self, now_ms: int, code: str) -> None:
        with self._turn, transaction(self.connection, self._path):
            self.connection.execute("UPDATE contact SET error_code = ?, error_ms = ?", (code, now_ms))

    def clock_corrected(self, now_ms: int, server_ms: int) -> None:
        """The platform refused a request as stale and named its time."""
        with self._turn, transaction(self.connection, self._path):
            self.connection.execute("UPDATE contact SET offset_ms = ?", (server_ms - now_ms,))


class SyncStateReader:
    """For the screen and the command line. Before the agent's first start it says that nothing is known."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE
        self._connection: Connection | None = None

    def contact(self) -> Contact:
        row = self._row("SELECT cursor, contact_ms, offset_ms, error_code, error_ms FROM contact")
        return Contact(*row) if row else Contact(0, None, None, "", None)

    def next_wanted(self, journal: bytes) -> int:
        """The first sequence that the platform has not acknowledged."""
        row = self._row("SELECT next FROM acknowledged WHERE journal = ?", journal)
        return int(row[0]) if row else 1

    def letter(self, entry_id: bytes) -> bytes | None:
        row = self._row("SELECT letter FROM letters WHERE about = ?", entry_id)
        return bytes(row[0]) if row else None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _row(self, query: str, *parameters: bytes) -> tuple[Any, ...] | None:
        if self._connection is None:
            if not self._path.exists():
                return None
            connection = connect(self._path, read_only=True)
            with environment_errors(self._path):
                if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA:
                    connection.close()
                    return None
            self._connection = connection
        with environment_errors(self._path):
            row: tuple[Any, ...] | None = self._connection.execute(query, parameters).fetchone()
            return row
