"""The schema of journal.db, step by step from the first. A released step is never changed."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from offline_cache import migrating
from offline_cache.database import JOURNAL_SCHEMA
from offline_cache.sqlite import Connection

migrations = Migrations("journal")


def apply(connection: Connection) -> None:
    migrating.apply(migrations, connection, JOURNAL_SCHEMA)


@migrations()
def m001_first(db: Database) -> None:
    db.execute("CREATE TABLE journals (journal BLOB PRIMARY KEY, kiosk TEXT NOT NULL, opened_ms INTEGER NOT NULL)")
    db.execute(
        """CREATE TABLE entries (
            row INTEGER PRIMARY KEY,
            journal BLOB NOT NULL REFERENCES journals,
            sequence INTEGER NOT NULL,
            entry_id BLOB NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            created_ms INTEGER NOT NULL,
            header BLOB NOT NULL,
            digest BLOB NOT NULL,
            signature BLOB NOT NULL,
            body BLOB,
            UNIQUE (journal, sequence)
        )"""
    )
    db.execute(
        """CREATE TABLE receipts (
            entry_id BLOB PRIMARY KEY REFERENCES entries (entry_id),
            tag BLOB NOT NULL,
            sealed BLOB NOT NULL
        )"""
    )
    db.execute("CREATE INDEX receipts_by_tag ON receipts (tag)")
    db.execute(
        """CREATE TABLE drafts (
            tag BLOB PRIMARY KEY,
            sealed BLOB NOT NULL,
            written_ms INTEGER NOT NULL,
            boot_id BLOB NOT NULL,
            monotonic_ms INTEGER NOT NULL
        )"""
    )
    db.execute(
        """CREATE TABLE prints (
            print_id BLOB PRIMARY KEY,
            about BLOB NOT NULL,
            copy INTEGER NOT NULL,
            state TEXT NOT NULL,
            code TEXT NOT NULL,
            changed_ms INTEGER NOT NULL
        )"""
    )
