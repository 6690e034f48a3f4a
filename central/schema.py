"""The schema of the platform's database, step by step from the first. A released step is never changed."""

from pathlib import Path
from typing import Final

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from offline_cache import migrating
from offline_cache.sqlite import Connection

SCHEMA: Final = 10
migrations = Migrations("central")


def apply(connection: Connection) -> None:
    migrating.apply(migrations, connection, SCHEMA)


def database_path(data: Path) -> Path:
    return data / "central.db"


@migrations()
def m001_first(db: Database) -> None:
    db.execute(
        "CREATE TABLE kiosks (kiosk TEXT PRIMARY KEY, suite TEXT NOT NULL, public_key BLOB NOT NULL,"
        " enrolled_ms INTEGER NOT NULL)"
    )
    db.execute("CREATE TABLE enrol_codes (digest BLOB PRIMARY KEY, expires_ms INTEGER NOT NULL, kiosk TEXT)")
    db.execute(
        "CREATE TABLE journals (journal BLOB PRIMARY KEY, kiosk TEXT NOT NULL REFERENCES kiosks,"
        " next INTEGER NOT NULL, digest BLOB NOT NULL)"
    )
    db.execute(
        """CREATE TABLE entries (
            row INTEGER PRIMARY KEY,
            journal BLOB NOT NULL REFERENCES journals,
            sequence INTEGER NOT NULL,
            entry_id BLOB NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            header BLOB NOT NULL,
            digest BLOB NOT NULL,
            signature BLOB NOT NULL,
            body BLOB,
            received_ms INTEGER NOT NULL,
            opened TEXT NOT NULL DEFAULT '',
            UNIQUE (journal, sequence)
        )"""
    )
    db.execute("CREATE INDEX entries_to_open ON entries (row) WHERE opened = ''")
    db.execute(
        "CREATE TABLE alarms (row INTEGER PRIMARY KEY, kiosk TEXT NOT NULL, journal BLOB NOT NULL,"
        " sequence INTEGER NOT NULL, code TEXT NOT NULL, at_ms INTEGER NOT NULL)"
    )
    db.execute(
        """CREATE TABLE cases (
            row INTEGER PRIMARY KEY,
            number TEXT UNIQUE,
            entry_id BLOB NOT NULL UNIQUE REFERENCES entries (entry_id),
            kiosk TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            receipt_number TEXT NOT NULL,
            token BLOB NOT NULL UNIQUE,
            service TEXT NOT NULL,
            applicant_name TEXT NOT NULL,
            body BLOB NOT NULL,
            return_key BLOB NOT NULL,
            submitted_ms INTEGER NOT NULL,
            received_ms INTEGER NOT NULL,
            state TEXT NOT NULL,
            changed_ms INTEGER NOT NULL
        )"""
    )
    db.execute("CREATE INDEX cases_by_receipt ON cases (receipt_number)")
    db.execute(
        "CREATE TABLE feed (cursor INTEGER PRIMARY KEY AUTOINCREMENT, kiosk TEXT NOT NULL, about BLOB NOT NULL,"
        " letter BLOB NOT NULL)"
    )
    db.execute("CREATE INDEX feed_by_kiosk ON feed (kiosk, cursor)")


@migrations()
def m002_carried(db: Database) -> None:
    """Entries that another journal carried stand beside the chain; kiosks sign requests with a key of their own."""
    db.execute("ALTER TABLE kiosks ADD COLUMN request_key BLOB NOT NULL DEFAULT x''")
    db.execute("UPDATE kiosks SET request_key = public_key")
    db.execute("ALTER TABLE cases RENAME TO old_cases")
    db.execute("ALTER TABLE entries RENAME TO old_entries")
    db.execute("DROP INDEX cases_by_receipt")
    db.execute("DROP INDEX entries_to_open")
    db.execute(
        """CREATE TABLE entries (
            row INTEGER PRIMARY KEY,
            journal BLOB NOT NULL REFERENCES journals,
            sequence INTEGER NOT NULL,
            entry_id BLOB NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            header BLOB NOT NULL,
            digest BLOB NOT NULL,
            signature BLOB NOT NULL,
            body BLOB,
            received_ms INTEGER NOT NULL,
            opened TEXT NOT NULL DEFAULT '',
            carried INTEGER NOT NULL DEFAULT 0
        )"""
    )
    db.execute(
        """CREATE TABLE cases (
            row INTEGER PRIMARY KEY,
            number TEXT UNIQUE,
            entry_id BLOB NOT NULL UNIQUE,
            kiosk TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            receipt_number TEXT NOT NULL,
            token BLOB NOT NULL UNIQUE,
            service TEXT NOT NULL,
            applicant_name TEXT NOT NULL,
            body BLOB NOT NULL,
            return_key BLOB NOT NULL,
            submitted_ms INTEGER NOT NULL,
            received_ms INTEGER NOT NULL,
            state TEXT NOT NULL,
            changed_ms INTEGER NOT NULL
        )"""
    )
    db.execute("INSERT INTO entries SELECT *, 0 FROM old_entries ORDER BY row")
    db.execute("INSERT INTO cases SELECT * FROM old_cases ORDER BY row")
    db.execute("DROP TABLE old_cases")
    db.execute("DROP TABLE old_entries")
    db.execute("CREATE UNIQUE INDEX entries_in_chain ON entries (journal, sequence) WHERE carried = 0")
    db.execute("CREATE INDEX entries_to_open ON entries (row) WHERE opened = ''")
    db.execute("CREATE INDEX cases_by_receipt ON cases (receipt_number)")


@migrations()
def m003_platform(db: Database) -> None:
    """Revocation, replays, a feed that counts for each kiosk, the workflow with its time limits, certificates."""
    db.execute("ALTER TABLE kiosks ADD COLUMN revoked_ms INTEGER")
    db.execute("ALTER TABLE kiosks ADD COLUMN feed_cursor INTEGER NOT NULL DEFAULT 0")
    db.execute(
        "CREATE TABLE platform (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, kiosks INTEGER NOT NULL)"
    )
    db.execute("INSERT INTO platform SELECT 1, lower(hex(randomblob(8))), count(*) FROM kiosks")
    db.execute(
        "CREATE TABLE nonces (kiosk TEXT NOT NULL, nonce TEXT NOT NULL, at_ms INTEGER NOT NULL,"
        " PRIMARY KEY (kiosk, nonce)) WITHOUT ROWID"
    )
    db.execute("ALTER TABLE feed RENAME TO old_feed")
    db.execute(
        "CREATE TABLE feed (kiosk TEXT NOT NULL, cursor INTEGER NOT NULL, about BLOB NOT NULL, letter BLOB NOT NULL,"
        " PRIMARY KEY (kiosk, cursor)) WITHOUT ROWID"
    )
    db.execute("INSERT INTO feed SELECT kiosk, cursor, about, letter FROM old_feed")
    db.execute("DROP TABLE old_feed")
    db.execute(
        "UPDATE kiosks SET feed_cursor = coalesce((SELECT max(cursor) FROM feed WHERE feed.kiosk = kiosks.kiosk), 0)"
    )
    db.execute("ALTER TABLE cases ADD COLUMN person BLOB")
    db.execute("ALTER TABLE cases ADD COLUMN duplicate_of TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE cases ADD COLUMN message TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE cases ADD COLUMN due TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE cases ADD COLUMN days_left INTEGER")
    db.execute("CREATE INDEX entries_not_yet ON entries (row) WHERE opened = 'about.unknown'")
    db.execute("CREATE INDEX cases_by_person ON cases (person)")
    db.execute("CREATE INDEX cases_by_due ON cases (due) WHERE due <> ''")
    db.execute(
        "CREATE TABLE case_history (row INTEGER PRIMARY KEY, case_row INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
        " event TEXT NOT NULL, state TEXT NOT NULL, message TEXT NOT NULL, entry_id BLOB, body BLOB)"
    )
    db.execute("CREATE INDEX case_history_by_case ON case_history (case_row)")
    db.execute("CREATE TABLE time_limits (service TEXT PRIMARY KEY, working_days INTEGER NOT NULL)")
    db.execute(
        "CREATE TABLE certificates (code TEXT PRIMARY KEY, case_row INTEGER NOT NULL, title TEXT NOT NULL,"
        " holder TEXT NOT NULL, text TEXT NOT NULL, office TEXT NOT NULL, issued_ms INTEGER NOT NULL,"
        " revoked_ms INTEGER, pdf BLOB NOT NULL)"
    )
    db.execute("CREATE INDEX certificates_by_case ON certificates (case_row)")


@migrations()
def m004_online(db: Database) -> None:
    """What is done while the citizen waits: slots, and applications put aside for another kiosk."""
    db.execute(
        "CREATE TABLE slots (slot TEXT PRIMARY KEY, service TEXT NOT NULL, starts TEXT NOT NULL, place TEXT NOT NULL,"
        " room INTEGER NOT NULL)"
    )
    db.execute("CREATE INDEX slots_by_service ON slots (service, starts)")
    db.execute("CREATE TABLE bookings (case_row INTEGER PRIMARY KEY, slot TEXT NOT NULL REFERENCES slots)")
    db.execute("CREATE INDEX bookings_by_slot ON bookings (slot)")
    db.execute("CREATE TABLE put_aside (person BLOB PRIMARY KEY, draft BLOB NOT NULL, put_ms INTEGER NOT NULL)")


@migrations()
def m005_phone(db: Database) -> None:
    """Papers sent by phone. file_key: unlocks the file. kept: the citizen said that it is all. dropped: to go."""
    db.execute(
        "CREATE TABLE uploads (upload BLOB PRIMARY KEY, person BLOB NOT NULL, token_digest BLOB NOT NULL UNIQUE,"
        " suite TEXT NOT NULL, name TEXT NOT NULL, opened_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL,"
        " kept INTEGER NOT NULL, tied_ms INTEGER)"
    )
    db.execute("CREATE INDEX uploads_left ON uploads (opened_ms) WHERE tied_ms IS NULL")
    db.execute(
        "CREATE TABLE upload_files (row INTEGER PRIMARY KEY, upload BLOB NOT NULL, digest BLOB NOT NULL,"
        " size INTEGER NOT NULL, file_key BLOB NOT NULL, plain_digest BLOB NOT NULL, media_type TEXT NOT NULL,"
        " trust TEXT NOT NULL, received_ms INTEGER NOT NULL, dropped INTEGER NOT NULL)"
    )
    db.execute("CREATE INDEX upload_files_by_upload ON upload_files (upload)")
    db.execute("CREATE INDEX upload_files_dropped ON upload_files (row) WHERE dropped = 1")
    db.execute(
        "CREATE TABLE case_uploads (case_row INTEGER NOT NULL, upload BLOB NOT NULL, material TEXT NOT NULL,"
        " PRIMARY KEY (case_row, upload))"
    )


@migrations()
def m006_assurance(db: Database) -> None:
    """Phones on record and the codes sent to them, what they proved, certificates by kind, acts on typed numbers."""
    db.execute("CREATE TABLE phones (person BLOB PRIMARY KEY, phone TEXT NOT NULL, set_ms INTEGER NOT NULL)")
    db.execute(
        "CREATE TABLE codes_sent (row INTEGER PRIMARY KEY, person BLOB NOT NULL, kiosk TEXT NOT NULL,"
        " digest BLOB NOT NULL, sent_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,"
        " spent INTEGER NOT NULL DEFAULT 0)"
    )
    db.execute("CREATE INDEX codes_sent_by_person ON codes_sent (person, sent_ms)")
    db.execute("CREATE INDEX codes_sent_by_kiosk ON codes_sent (kiosk, sent_ms)")
    db.execute(
        "CREATE TABLE assured (digest BLOB PRIMARY KEY, person BLOB NOT NULL, kiosk TEXT NOT NULL,"
        " until_ms INTEGER NOT NULL)"
    )
    db.execute("ALTER TABLE cases ADD COLUMN assurance TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE certificates ADD COLUMN kind TEXT NOT NULL DEFAULT ''")
    db.execute(
        "CREATE TABLE held_certificates (person BLOB NOT NULL, kind TEXT NOT NULL, until TEXT NOT NULL,"
        " noted_ms INTEGER NOT NULL, PRIMARY KEY (person, kind))"
    )
    db.execute("CREATE TABLE harmless_kinds (kind TEXT PRIMARY KEY)")
    db.execute(
        "CREATE TABLE typed_acts (person BLOB NOT NULL, kiosk TEXT NOT NULL, day TEXT NOT NULL, acts INTEGER NOT NULL,"
        " PRIMARY KEY (person, kiosk, day))"
    )


@migrations()
def m007_pay(db: Database) -> None:
    """Prices, one order a case, and links by which phones fetch certificates."""
    db.execute("CREATE TABLE prices (service TEXT PRIMARY KEY, fen INTEGER NOT NULL)")
    db.execute(
        """CREATE TABLE payments (
            payment TEXT PRIMARY KEY,
            entry_id BLOB NOT NULL UNIQUE,
            person BLOB NOT NULL,
            service TEXT NOT NULL,
            fen INTEGER NOT NULL,
            state TEXT NOT NULL,
            opened_ms INTEGER NOT NULL,
            expires_ms INTEGER NOT NULL,
            paid_ms INTEGER NOT NULL DEFAULT 0,
            reference TEXT NOT NULL DEFAULT ''
        )"""
    )
    db.execute(
        "CREATE TABLE downloads (digest BLOB PRIMARY KEY, code TEXT NOT NULL, expires_ms INTEGER NOT NULL,"
        " uses_left INTEGER NOT NULL)"
    )


@migrations()
def m008_company(db: Database) -> None:
    """Legal persons, who may act for them, and whose case is whose. company: the credit code; empty: a person's."""
    db.execute("CREATE TABLE companies (credit_code TEXT PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL)")
    db.execute(
        "CREATE TABLE authorisations (credit_code TEXT NOT NULL REFERENCES companies, person BLOB NOT NULL,"
        " role TEXT NOT NULL, services TEXT NOT NULL, valid_until TEXT NOT NULL, revoked_ms INTEGER,"
        " PRIMARY KEY (credit_code, person)) WITHOUT ROWID"
    )
    db.execute("ALTER TABLE cases ADD COLUMN company TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE cases ADD COLUMN company_name TEXT NOT NULL DEFAULT ''")


@migrations()
def m009_small(db: Database) -> None:
    """Alarms for people: where from, about which case, and that somebody saw to it. Cases that wait behind nothing.
    Applications put aside are locked at rest."""
    db.execute("ALTER TABLE alarms ADD COLUMN place TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE alarms ADD COLUMN about TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE alarms ADD COLUMN settled_ms INTEGER")
    db.execute("ALTER TABLE cases ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0")
    db.execute("DELETE FROM put_aside")  # in clear until now, and none is kept longer than a day


@migrations()
def m010_prices_by_answer(db: Database) -> None:
    """A price may depend on an answer; an order keeps the amounts that it was opened with."""
    db.execute(
        "CREATE TABLE prices_by_answer (service TEXT NOT NULL, option TEXT NOT NULL, fen INTEGER NOT NULL,"
        " PRIMARY KEY (service, option)) WITHOUT ROWID"
    )
    db.execute("INSERT INTO prices_by_answer SELECT service, '', fen FROM prices")
    db.execute("DROP TABLE prices")
    db.execute("ALTER TABLE prices_by_answer RENAME TO prices")
    db.execute("ALTER TABLE payments ADD COLUMN option TEXT NOT NULL DEFAULT ''")
    db.execute(
        "CREATE TABLE payment_offers (payment TEXT NOT NULL REFERENCES payments, option TEXT NOT NULL,"
        " fen INTEGER NOT NULL, PRIMARY KEY (payment, option, fen)) WITHOUT ROWID"
    )
    db.execute("INSERT INTO payment_offers SELECT payment, option, fen FROM payments")
