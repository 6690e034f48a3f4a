"""sqlite-utils' migrations over a sqlcipher3 connection. Import only when a schema has to change: it is slow."""

import sys

import sqlcipher3

# sqlite-utils takes pysqlite3 for sqlite3 when it is there; under this name it gets the SQLite that we use.
sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)

import sqlite_utils  # noqa: E402
from sqlite_utils import Migrations  # noqa: E402

from offline_cache.sqlite import Connection  # noqa: E402


def apply(migrations: Migrations, connection: Connection, schema: int) -> None:
    """Apply what is pending, then note `schema` as the file's user_version."""
    migrations.apply(sqlite_utils.Database(connection, execute_plugins=False))
    connection.execute(f"PRAGMA user_version={schema:d}")
