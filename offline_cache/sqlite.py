"""SQLite as Tongban uses it: WAL, synchronous=FULL, explicit transactions, failures split in two.

What the environment did (full, busy, corrupt, read-only) is a StorageError with a stable code; what we did wrong stays
the driver's exception and crashes. The SQLite inside sqlcipher3 is free of the WAL-reset bug that Debian 12's has
(facts: storage-sync, SQLite).
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import UnionType
from typing import Any, Final
from urllib.parse import quote

from sqlcipher3 import dbapi2

from offline_cache.durable import sync_folder

BUSY_TIMEOUT_MS: Final = 5000
CHECKPOINT_PAGES: Final = 4000
"""How long the write-ahead log may grow before a commit has to move it into the database. The kiosk does that when
nobody waits; this is the bound when somebody always does."""

Connection = Any
"""A sqlcipher3 connection; the package has no types."""


class StorageError(Exception):
    """The environment keeps the database from doing its work. `code` says how."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


_CODES: Final = (
    ("SQLITE_FULL", "storage.full", "the disk is full"),
    ("SQLITE_BUSY", "storage.busy", "another program holds the database"),
    ("SQLITE_LOCKED", "storage.busy", "another program holds the database"),
    ("SQLITE_CORRUPT", "storage.corrupt", "the database is damaged"),
    ("SQLITE_NOTADB", "storage.corrupt", "the file is not a database"),
    ("SQLITE_READONLY", "storage.read-only", "the database cannot be written"),
    ("SQLITE_CANTOPEN", "storage.cannot-open", "the database cannot be opened"),
    ("SQLITE_IOERR", "storage.disk", "the disk does not read or write"),
)


_DAMAGE: Final = ("Could not decode to UTF-8", "unsupported file format")
"""What SQLite, or its driver, tells of a damaged file as if it were our mistake."""


@contextmanager
def environment_errors(path: Path) -> Iterator[None]:
    """Turn what the environment did into StorageError; let our own mistakes through."""
    try:
        yield
    except (dbapi2.DatabaseError, UnicodeDecodeError) as error:
        _raise_storage_error(error, path)
        raise


def _raise_storage_error(error: Exception, path: Path) -> None:
    """Unless it was our own mistake. All text is UTF-8: what is not is damage, in a message of SQLite's too."""
    if isinstance(error, UnicodeDecodeError):
        raise StorageError("storage.corrupt", f"{path.name}: the database is damaged") from error
    name = getattr(error, "sqlite_errorname", "")
    if any(text in str(error) for text in _DAMAGE):
        name = "SQLITE_CORRUPT"
    for prefix, code, sentence in _CODES:
        if name.startswith(prefix):
            raise StorageError(code, f"{path.name}: {sentence}") from error


def connect(path: Path, *, read_only: bool = False) -> Connection:
    """Open `path`; created when missing, unless read_only. Raises StorageError."""
    with environment_errors(path):
        if not read_only:
            _make(path)
        mode = "ro" if read_only else "rw"
        connection = dbapi2.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=BUSY_TIMEOUT_MS / 1000,
            check_same_thread=False,
        )
        if not read_only:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection


def _make(path: Path) -> None:
    """An empty file that only we can read, durable in its folder: SQLite does not sync a new database's folder."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StorageError("storage.cannot-open", f"{path.name}: cannot be made: {error.strerror}") from error
    sync_folder(path.parent)


def sound(row: Sequence[Any], path: Path, *types: UnionType | type) -> Sequence[Any]:
    """The row; SQLite itself takes a damaged record for one of other types. Raises StorageError."""
    if not all(isinstance(value, kind) for value, kind in zip(row, types, strict=True)):
        raise StorageError("storage.corrupt", f"{path.name}: a row is damaged")
    return row


@contextmanager
def transaction(connection: Connection, path: Path) -> Iterator[None]:
    """All or nothing, durable when it ends. Raises StorageError."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if isinstance(error, dbapi2.DatabaseError | UnicodeDecodeError):
            _raise_storage_error(error, path)
        raise
