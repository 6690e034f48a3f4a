"""Opens the databases of the data folder in the schema that this program knows."""

import hashlib
import importlib
from pathlib import Path
from typing import Final

from offline_cache.durable import make_folder
from offline_cache.sqlite import Connection, StorageError, connect, environment_errors, transaction

JOURNAL_FILE: Final = "journal.db"
JOURNAL_SCHEMA: Final = 2
JOURNAL_DIGEST: Final = "b36ce8e171b3c74e"
"""`schema_digest` of that schema: a damaged one must not pass for a mistake of ours."""


def open_journal(data: Path) -> Connection:
    """`journal.db` of the data folder, for its one writer; created and migrated as needed. Raises StorageError."""
    make_folder(data, 0o700)
    path = data / JOURNAL_FILE
    connection = connect(path)
    try:
        _bring_up_to_date(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up_to_date(connection: Connection, path: Path) -> None:
    # Its number alone may be damaged: then it is no other schema that would have to be migrated, or refused.
    if schema_of(connection, path) == JOURNAL_SCHEMA or schema_digest(connection, path) != JOURNAL_DIGEST:
        migrate(connection, path, JOURNAL_SCHEMA, "offline_cache.migrations")
    if (schema_of(connection, path), schema_digest(connection, path)) != (JOURNAL_SCHEMA, JOURNAL_DIGEST):
        raise StorageError("storage.corrupt", f"{path.name}: the description of its tables is damaged")


def schema_digest(connection: Connection, path: Path) -> str:
    """Of what the tables and indexes are, without those that SQLite and the migrations keep for themselves."""
    with environment_errors(path):
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' AND name NOT LIKE '%migrations%' ORDER BY name"
        ).fetchall()
    return hashlib.sha256("\n".join(row[0] for row in rows).encode()).hexdigest()[:16]


def open_journal_read_only(data: Path) -> Connection:
    """For other processes than the writer. Raises StorageError, also when there is no journal yet."""
    path = data / JOURNAL_FILE
    if not path.exists():
        raise StorageError("storage.cannot-open", f"{path}: there is no journal yet")
    connection = connect(path, read_only=True)
    found = schema_of(connection, path)
    if found != JOURNAL_SCHEMA:
        raise StorageError(
            "storage.schema",
            f"{path.name} has schema {found}, this program reads {JOURNAL_SCHEMA}; start the kiosk once",
        )
    return connection


def schema_of(connection: Connection, path: Path) -> int:
    with environment_errors(path):
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return found


def migrate(connection: Connection, path: Path, known: int, migrations: str) -> None:
    """Bring the schema to `known`. `migrations`: a module with `apply(connection)`; imported only when needed, because
    sqlite-utils takes a quarter of a second. Raises StorageError `storage.newer` for a database of a newer program."""
    found = schema_of(connection, path)
    if found > known:
        raise StorageError(
            "storage.newer",
            f"{path.name} was written by a newer version (schema {found}, known here: {known}); update this program",
        )
    if found < known:
        with transaction(connection, path):
            importlib.import_module(migrations).apply(connection)
