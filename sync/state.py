"""sync.db: what the agent knows of the platform. The agent writes it, everybody else reads."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from offline_cache.clock import Anchor, ClockSource
from offline_cache.database import migrate
from offline_cache.sqlite import Connection, connect, environment_errors, transaction
from sync.wire import FeedAnswer, PlatformKeyInfo, Verdict

FILE: Final = "sync.db"
SCHEMA: Final = 3
DAY_MS: Final = 86_400_000
DEFAULT_WINDOW_S: Final = 2.0


@dataclass(frozen=True)
class Contact:
    """cursor: how far the feed was read. contact_ms: the last answer, on the kiosk's wall clock; None: never.
    error_code: why the last try failed; empty when it did not. epoch, return_window_s: see sync.wire.FeedAnswer."""

    cursor: int
    contact_ms: int | None
    error_code: str
    error_ms: int | None
    epoch: str = ""
    return_window_s: float = 2.0


@dataclass(frozen=True)
class Upload:
    """sent: bytes that the platform has. error_code: why it cannot be sent; empty when it can."""

    size: int
    sent: int
    done_ms: int | None
    error_code: str


@dataclass(frozen=True)
class CatalogueState:
    """version: of the set that is served; 0: the one that the kiosk came with. error_code: why no newer one could be
    taken at the last try, at_ms by the kiosk's wall clock; empty: that is the newest."""

    version: int
    error_code: str
    at_ms: int


class SyncState:
    """The writer. The agent's threads take turns."""

    def __init__(self, data: Path, clock: ClockSource) -> None:
        """Raises StorageError."""
        self._path = data / FILE
        self._clock = clock
        self.connection = connect(self._path)
        migrate(self.connection, self._path, SCHEMA, "sync.migrations")
        self._turn = threading.Lock()

    def close(self) -> None:
        self.connection.close()

    def acknowledged(self, journal: bytes, wanted: int, verdicts: list[Verdict], server_ms: int) -> None:
        """The platform has everything before `wanted`; it may have moved back. server_ms: its clock when it said so."""
        with self._turn, transaction(self.connection, self._path):
            self.connection.execute("INSERT OR REPLACE INTO acknowledged VALUES (?, ?)", (journal, wanted))
            self.connection.execute("DELETE FROM delivered_by_day WHERE journal = ? AND next > ?", (journal, wanted))
            self.connection.execute(
                "INSERT OR REPLACE INTO delivered_by_day VALUES (?, ?, ?)", (journal, server_ms // DAY_MS, wanted)
            )
            self.connection.executemany(
                "INSERT OR REPLACE INTO refused VALUES (?, ?, ?)",
                [(journal, verdict.sequence, verdict.code) for verdict in verdicts if verdict.verdict == "refused"],
            )

    def forked(self, journal: bytes, first: int) -> None:
        """From sequence `first` on the journal cannot be sent: the platform holds other entries, or ours is damaged."""
        with self._turn, transaction(self.connection, self._path):
            self.connection.execute(
                "INSERT INTO forked VALUES (?, ?)"
                " ON CONFLICT (journal) DO UPDATE SET first = min(first, excluded.first)",
                (journal, first),
            )

    def fed(self, answer: FeedAnswer) -> None:
        """Letters and cursor together: a letter is never lost, nor an older one put over a newer."""
        with self._turn, transaction(self.connection, self._path):
            self.connection.executemany(
                "INSERT INTO letters VALUES (?, ?, ?) ON CONFLICT (about) DO UPDATE"
                " SET cursor = excluded.cursor, letter = excluded.letter WHERE excluded.cursor > cursor",
                [(item.about, item.cursor, item.letter) for item in answer.items],
            )
            self.connection.execute(
                "UPDATE contact SET cursor = ?, epoch = ?, return_window_s = ?",
                (answer.next, answer.epoch, answer.return_window_s or DEFAULT_WINDOW_S),
            )
            if answer.platform_key is not None:
                self.connection.execute(
                    "INSERT OR REPLACE INTO platform_key VALUES (1, ?, ?)",
                    (answer.platform_key.key_id, answer.platform_key.public_key),
                )

    def forget_platform(self, wanted: dict[bytes, int]) -> None:
        """The platform was restored from a back-up: it wants journals from where `wanted` says (from 1 on, where it
        says nothing), every attachment is to be offered again, and the feed begins anew."""
        with self._turn, transaction(self.connection, self._path):
            known = self.connection.execute("SELECT journal, next FROM acknowledged").fetchall()
            for journal, following in known:
                again = min(following, wanted.get(journal, 1))
                self.connection.execute("UPDATE acknowledged SET next = ? WHERE journal = ?", (again, journal))
                self.connection.execute("DELETE FROM delivered_by_day WHERE journal = ? AND next > ?", (journal, again))
            self.connection.execute("UPDATE uploads SET sent = 0, done_ms = NULL, error_code = ''")
            self.connection.execute("UPDATE letters SET cursor = 0")

    def uploaded(self, digest: bytes, upload: Upload) -> None:
        """How far an attachment is now."""
        with self._turn, transaction(self.connection, self._path):
            self.connection.execute(
                "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?)",
                (digest, upload.size, upload.sent, upload.done_ms, upload.error_code),
            )

    def spent(self, day: int, count: int) -> None:
        """So many bytes of attachments went out on that day; older days are forgotten."""
        with self._turn, transaction(self.connection, self._path):
            self.connection.execute("DELETE FROM upload_traffic WHERE day < ?", (day,))
            self.connection.execute(
                "INSERT INTO upload_traffic VALUES (?, ?)"
                " ON CONFLICT (day) DO UPDATE SET bytes = bytes + excluded.bytes",
                (day, count),
            )

    def catalogue_served(self, version: int) -> None:
        self._catalogue(version, "")

    def catalogue_failed(self, code: str) -> None:
        self._catalogue(None, code)

    def _catalogue(self, version: int | None, code: str) -> None:
        with self._turn, transaction(self.connection, self._path):
            self.connection.execute(
                "INSERT INTO catalogue VALUES (1, coalesce(:version, 0), :code, :at_ms) ON CONFLICT (one) DO UPDATE"
                " SET version = coalesce(:version, version), error_code = :code, at_ms = :at_ms",
                {"version": version, "code": code, "at_ms": self._clock.wall_ms()},
            )

    def contacted(self, server_ms: int) -> None:
        self._heard(server_ms, "contact_ms = :wall_ms, error_code = '', ")

    def clock_corrected(self, server_ms: int) -> None:
        """The platform refused a request as stale and named its time."""
        self._heard(server_ms, "")

    def failed(self, code: str) -> None:
        with self._turn, transaction(self.connection, self._path):
            self.connection.execute("UPDATE contact SET error_code = ?, error_ms = ?", (code, self._clock.wall_ms()))

    def _heard(self, server_ms: int, contact: str) -> None:
        moment = {
            "server_ms": server_ms,
            "wall_ms": self._clock.wall_ms(),
            "monotonic_ms": self._clock.monotonic_ms(),
            "boot_id": self._clock.boot_id(),
        }
        with self._turn, transaction(self.connection, self._path):
            self.connection.execute(
                f"UPDATE contact SET {contact} server_ms = :server_ms, wall_ms = :wall_ms,"  # noqa: S608
                " monotonic_ms = :monotonic_ms, boot_id = :boot_id",
                moment,
            )


class SyncStateReader:
    """For the screen and the command line; implements offline_cache.upstream.Upstream. Before the agent's first start
    it says that nothing is known."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE
        self._connection: Connection | None = None

    def contact(self) -> Contact:
        row = self._row("SELECT cursor, contact_ms, error_code, error_ms, epoch, return_window_s FROM contact")
        return Contact(*row) if row else Contact(0, None, "", None)

    def anchor(self) -> Anchor | None:
        row = self._row("SELECT server_ms, wall_ms, monotonic_ms, boot_id FROM contact WHERE server_ms IS NOT NULL")
        return Anchor(*row) if row else None

    def next_wanted(self, journal: bytes) -> int:
        """The first sequence that the platform has not acknowledged."""
        row = self._row("SELECT next FROM acknowledged WHERE journal = ?", journal)
        return int(row[0]) if row else 1

    def forked_at(self, journal: bytes) -> int | None:
        row = self._row("SELECT first FROM forked WHERE journal = ?", journal)
        return int(row[0]) if row else None

    def delivered_before(self, journal: bytes, before_ms: int) -> int:
        """The last sequence delivered on a day (of the platform's clock) that had ended by `before_ms`."""
        row = self._row(
            "SELECT max(next) FROM delivered_by_day WHERE journal = ? AND day < ?", journal, before_ms // DAY_MS
        )
        return int(row[0]) - 1 if row and row[0] else 0

    def platform_key(self) -> PlatformKeyInfo | None:
        """The newest key that the platform told; None: the one of enrolment."""
        row = self._row("SELECT key_id, public FROM platform_key")
        return PlatformKeyInfo(*row) if row else None

    def upload(self, digest: bytes) -> Upload | None:
        row = self._row("SELECT size, sent, done_ms, error_code FROM uploads WHERE digest = ?", digest)
        return Upload(*row) if row else None

    def uploaded_before(self, digest: bytes, before_ms: int) -> bool:
        row = self._row("SELECT 1 FROM uploads WHERE digest = ? AND done_ms < ?", digest, before_ms)
        return row is not None

    def spent_on(self, day: int) -> int:
        """Bytes of attachments that went out on that day."""
        row = self._row("SELECT bytes FROM upload_traffic WHERE day = ?", day)
        return int(row[0]) if row else 0

    def catalogue(self) -> CatalogueState | None:
        """None: nothing is published, or it was not asked yet."""
        row = self._row("SELECT version, error_code, at_ms FROM catalogue")
        return CatalogueState(*row) if row else None

    def letter(self, entry_id: bytes) -> bytes | None:
        row = self._row("SELECT letter FROM letters WHERE about = ?", entry_id)
        return bytes(row[0]) if row else None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _row(self, query: str, *parameters: bytes | int) -> tuple[Any, ...] | None:
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
