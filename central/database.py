"""Opens the platform's database."""

from pathlib import Path

from central.schema import SCHEMA, apply, database_path
from offline_cache.sqlite import Connection, StorageError, connect, environment_errors, transaction


def open_database(data: Path) -> Connection:
    """Created and migrated as needed. Raises StorageError."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = database_path(data)
    connection = connect(path)
    with environment_errors(path):
        found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > SCHEMA:
        raise StorageError("storage.newer", f"{path.name} was written by a newer version; update this program")
    if found < SCHEMA:
        with transaction(connection, path):
            apply(connection)
    return connection
