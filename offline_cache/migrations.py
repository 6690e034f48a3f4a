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


@migrations()
def m002_positions(db: Database) -> None:
    """Entries are found by journal and sequence without an index; journals know their key; attachments; readers."""
    db.execute("ALTER TABLE journals RENAME TO old_journals")
    db.execute("ALTER TABLE entries RENAME TO old_entries")
    db.execute("ALTER TABLE receipts RENAME TO old_receipts")
    db.execute("DROP INDEX receipts_by_tag")
    db.execute(
        """CREATE TABLE journals (
            ordinal INTEGER PRIMARY KEY,
            journal BLOB NOT NULL UNIQUE,
            kiosk TEXT NOT NULL,
            suite TEXT NOT NULL,
            public_key BLOB NOT NULL,
            opened_ms INTEGER NOT NULL,
            closed INTEGER,
            dropped INTEGER NOT NULL
        )"""
    )
    db.execute(
        """CREATE TABLE entries (
            position INTEGER PRIMARY KEY,
            header BLOB NOT NULL,
            signature BLOB NOT NULL,
            body BLOB
        )"""
    )
    db.execute("CREATE TABLE receipts (position INTEGER PRIMARY KEY, tag BLOB NOT NULL, sealed BLOB NOT NULL)")
    db.execute("INSERT INTO journals SELECT rowid, journal, kiosk, 'intl-1', x'', opened_ms, NULL, 0 FROM old_journals")
    db.execute(
        "INSERT INTO entries SELECT (ordinal << 40) | sequence, header, signature, body"
        " FROM old_entries JOIN journals USING (journal) ORDER BY 1"
    )
    db.execute(
        "INSERT INTO receipts SELECT (ordinal << 40) | sequence, tag, sealed"
        " FROM old_receipts JOIN old_entries USING (entry_id) JOIN journals USING (journal)"
    )
    db.execute("CREATE INDEX receipts_by_tag ON receipts (tag)")
    for table in ("receipts", "entries", "journals"):
        db.execute(f"DROP TABLE old_{table}")
    db.execute(
        """CREATE TABLE attachments (
            digest BLOB PRIMARY KEY,
            size INTEGER NOT NULL,
            entry_id BLOB,
            tag BLOB,
            kept_ms INTEGER NOT NULL
        )"""
    )
    db.execute("CREATE TABLE readers (reader TEXT PRIMARY KEY, stable INTEGER NOT NULL)")
