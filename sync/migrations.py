"""The schema of sync.db, step by step from the first. A released step is never changed."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from offline_cache import migrating
from offline_cache.sqlite import Connection
from sync.state import SCHEMA

migrations = Migrations("sync")


def apply(connection: Connection) -> None:
    migrating.apply(migrations, connection, SCHEMA)


@migrations()
def m001_first(db: Database) -> None:
    db.execute("CREATE TABLE acknowledged (journal BLOB PRIMARY KEY, next INTEGER NOT NULL)")
    db.execute(
        "CREATE TABLE refused (journal BLOB NOT NULL, sequence INTEGER NOT NULL, code TEXT NOT NULL,"
        " PRIMARY KEY (journal, sequence))"
    )
    db.execute("CREATE TABLE letters (about BLOB PRIMARY KEY, cursor INTEGER NOT NULL, letter BLOB NOT NULL)")
    db.execute(
        "CREATE TABLE contact (one INTEGER PRIMARY KEY CHECK (one = 1), cursor INTEGER NOT NULL, contact_ms INTEGER,"
        " offset_ms INTEGER, error_code TEXT NOT NULL, error_ms INTEGER)"
    )
    db.execute("INSERT INTO contact (one, cursor, error_code) VALUES (1, 0, '')")


@migrations()
def m002_anchor(db: Database) -> None:
    """The platform's time with the kiosk's clocks of that moment; forks, days of delivery, the platform's key."""
    db.execute("ALTER TABLE contact RENAME TO old_contact")
    db.execute(
        """CREATE TABLE contact (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            cursor INTEGER NOT NULL,
            contact_ms INTEGER,
            error_code TEXT NOT NULL,
            error_ms INTEGER,
            server_ms INTEGER,
            wall_ms INTEGER,
            monotonic_ms INTEGER,
            boot_id BLOB
        )"""
    )
    db.execute(
        "INSERT INTO contact SELECT one, cursor, contact_ms, error_code, error_ms, contact_ms + offset_ms, contact_ms,"
        " 0, x'' FROM old_contact"
    )
    db.execute("DROP TABLE old_contact")
    db.execute("CREATE TABLE forked (journal BLOB PRIMARY KEY, first INTEGER NOT NULL)")
    db.execute(
        "CREATE TABLE delivered_by_day (journal BLOB NOT NULL, day INTEGER NOT NULL, next INTEGER NOT NULL,"
        " PRIMARY KEY (journal, day))"
    )
    db.execute(
        "CREATE TABLE platform_key (one INTEGER PRIMARY KEY CHECK (one = 1), key_id TEXT NOT NULL,"
        " public BLOB NOT NULL)"
    )


@migrations()
def m003_uploads(db: Database) -> None:
    """The platform's epoch and return window; attachments on their way, and how much of a day's budget they took; the
    published catalogue."""
    db.execute("ALTER TABLE contact ADD COLUMN epoch TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE contact ADD COLUMN return_window_s REAL NOT NULL DEFAULT 2.0")
    db.execute(
        "CREATE TABLE uploads (digest BLOB PRIMARY KEY, size INTEGER NOT NULL, sent INTEGER NOT NULL,"
        " done_ms INTEGER, error_code TEXT NOT NULL DEFAULT '')"
    )
    db.execute("CREATE TABLE upload_traffic (day INTEGER PRIMARY KEY, bytes INTEGER NOT NULL)")
    db.execute(
        "CREATE TABLE catalogue (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, error_code TEXT NOT"
        " NULL, at_ms INTEGER NOT NULL)"
    )
