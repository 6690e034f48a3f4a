"""The schema on PostgreSQL, step by step from the first. A released step is never changed. Tables and columns are those
of central.schema."""

import logging
import secrets
from typing import Any, Final

from offline_cache.sqlite import StorageError

logger = logging.getLogger(__name__)

_LOCK: Final = 0x746F6E67
"""Advisory lock: of several processes that start, one migrates."""

_FIRST: Final = """
CREATE TABLE platform (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, kiosks BIGINT NOT NULL);
CREATE TABLE kiosks (
    kiosk TEXT PRIMARY KEY,
    suite TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    enrolled_ms BIGINT NOT NULL,
    request_key BYTEA NOT NULL,
    revoked_ms BIGINT,
    feed_cursor BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE enrol_codes (digest BYTEA PRIMARY KEY, expires_ms BIGINT NOT NULL, kiosk TEXT);
CREATE UNLOGGED TABLE nonces (
    kiosk TEXT NOT NULL, nonce TEXT NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (kiosk, nonce)
);
CREATE TABLE journals (
    journal BYTEA PRIMARY KEY, kiosk TEXT NOT NULL REFERENCES kiosks, next BIGINT NOT NULL, digest BYTEA NOT NULL
);
CREATE TABLE entries (
    row BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    journal BYTEA NOT NULL REFERENCES journals,
    sequence BIGINT NOT NULL,
    entry_id BYTEA NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    header BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    body BYTEA,
    received_ms BIGINT NOT NULL,
    opened TEXT NOT NULL DEFAULT '',
    carried INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX entries_in_chain ON entries (journal, sequence) WHERE carried = 0;
CREATE INDEX entries_to_open ON entries (row) WHERE opened = '';
CREATE INDEX entries_not_yet ON entries (row) WHERE opened = 'about.unknown';
CREATE TABLE alarms (
    row BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kiosk TEXT NOT NULL,
    journal BYTEA NOT NULL,
    sequence BIGINT NOT NULL,
    code TEXT NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE TABLE cases (
    row BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number TEXT UNIQUE,
    entry_id BYTEA NOT NULL UNIQUE,
    kiosk TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    receipt_number TEXT NOT NULL,
    token BYTEA NOT NULL UNIQUE,
    service TEXT NOT NULL,
    applicant_name TEXT NOT NULL,
    body BYTEA NOT NULL,
    return_key BYTEA NOT NULL,
    submitted_ms BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    state TEXT NOT NULL,
    changed_ms BIGINT NOT NULL,
    person BYTEA,
    duplicate_of TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    due TEXT NOT NULL DEFAULT '',
    days_left INTEGER
);
CREATE INDEX cases_by_receipt ON cases (receipt_number);
CREATE INDEX cases_by_person ON cases (person);
CREATE INDEX cases_by_due ON cases (due) WHERE due <> '';
CREATE TABLE case_history (
    row BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_row BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    entry_id BYTEA,
    body BYTEA
);
CREATE INDEX case_history_by_case ON case_history (case_row);
CREATE TABLE feed (
    kiosk TEXT NOT NULL, cursor BIGINT NOT NULL, about BYTEA NOT NULL, letter BYTEA NOT NULL,
    PRIMARY KEY (kiosk, cursor)
);
CREATE TABLE time_limits (service TEXT PRIMARY KEY, working_days INTEGER NOT NULL);
CREATE TABLE certificates (
    code TEXT PRIMARY KEY,
    case_row BIGINT NOT NULL,
    title TEXT NOT NULL,
    holder TEXT NOT NULL,
    text TEXT NOT NULL,
    office TEXT NOT NULL,
    issued_ms BIGINT NOT NULL,
    revoked_ms BIGINT,
    pdf BYTEA NOT NULL
);
CREATE INDEX certificates_by_case ON certificates (case_row);
"""
_ONLINE: Final = """
CREATE TABLE slots (
    slot TEXT PRIMARY KEY, service TEXT NOT NULL, starts TEXT NOT NULL, place TEXT NOT NULL, room INTEGER NOT NULL
);
CREATE INDEX slots_by_service ON slots (service, starts);
CREATE TABLE bookings (case_row BIGINT PRIMARY KEY, slot TEXT NOT NULL REFERENCES slots);
CREATE INDEX bookings_by_slot ON bookings (slot);
CREATE TABLE put_aside (person BYTEA PRIMARY KEY, draft BYTEA NOT NULL, put_ms BIGINT NOT NULL);
"""
_PHONE: Final = """
CREATE TABLE uploads (
    upload BYTEA PRIMARY KEY,
    person BYTEA NOT NULL,
    token_digest BYTEA NOT NULL UNIQUE,
    suite TEXT NOT NULL,
    name TEXT NOT NULL,
    opened_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    kept INTEGER NOT NULL,
    tied_ms BIGINT
);
CREATE INDEX uploads_left ON uploads (opened_ms) WHERE tied_ms IS NULL;
CREATE TABLE upload_files (
    row BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    upload BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    size BIGINT NOT NULL,
    file_key BYTEA NOT NULL,
    plain_digest BYTEA NOT NULL,
    media_type TEXT NOT NULL,
    trust TEXT NOT NULL,
    received_ms BIGINT NOT NULL,
    dropped INTEGER NOT NULL
);
CREATE INDEX upload_files_by_upload ON upload_files (upload);
CREATE INDEX upload_files_dropped ON upload_files (row) WHERE dropped = 1;
CREATE TABLE case_uploads (
    case_row BIGINT NOT NULL, upload BYTEA NOT NULL, material TEXT NOT NULL, PRIMARY KEY (case_row, upload)
);
"""
_ASSURANCE: Final = """
CREATE TABLE phones (person BYTEA PRIMARY KEY, phone TEXT NOT NULL, set_ms BIGINT NOT NULL);
CREATE TABLE codes_sent (
    row BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person BYTEA NOT NULL,
    kiosk TEXT NOT NULL,
    digest BYTEA NOT NULL,
    sent_ms BIGINT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    spent INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX codes_sent_by_person ON codes_sent (person, sent_ms);
CREATE INDEX codes_sent_by_kiosk ON codes_sent (kiosk, sent_ms);
CREATE TABLE assured (digest BYTEA PRIMARY KEY, person BYTEA NOT NULL, kiosk TEXT NOT NULL, until_ms BIGINT NOT NULL);
ALTER TABLE cases ADD COLUMN assurance TEXT NOT NULL DEFAULT '';
ALTER TABLE certificates ADD COLUMN kind TEXT NOT NULL DEFAULT '';
CREATE TABLE held_certificates (
    person BYTEA NOT NULL, kind TEXT NOT NULL, until TEXT NOT NULL, noted_ms BIGINT NOT NULL,
    PRIMARY KEY (person, kind)
);
CREATE TABLE harmless_kinds (kind TEXT PRIMARY KEY);
CREATE TABLE typed_acts (
    person BYTEA NOT NULL, kiosk TEXT NOT NULL, day TEXT NOT NULL, acts INTEGER NOT NULL,
    PRIMARY KEY (person, kiosk, day)
);
"""
_PAY: Final = """
CREATE TABLE prices (service TEXT PRIMARY KEY, fen BIGINT NOT NULL);
CREATE TABLE payments (
    payment TEXT PRIMARY KEY,
    entry_id BYTEA NOT NULL UNIQUE,
    person BYTEA NOT NULL,
    service TEXT NOT NULL,
    fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    opened_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    paid_ms BIGINT NOT NULL DEFAULT 0,
    reference TEXT NOT NULL DEFAULT ''
);
CREATE TABLE downloads (
    digest BYTEA PRIMARY KEY, code TEXT NOT NULL, expires_ms BIGINT NOT NULL, uses_left INTEGER NOT NULL
);
"""
_COMPANY: Final = """
CREATE TABLE companies (credit_code TEXT PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL);
CREATE TABLE authorisations (
    credit_code TEXT NOT NULL REFERENCES companies, person BYTEA NOT NULL, role TEXT NOT NULL, services TEXT NOT NULL,
    valid_until TEXT NOT NULL, revoked_ms BIGINT, PRIMARY KEY (credit_code, person)
);
ALTER TABLE cases ADD COLUMN company TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN company_name TEXT NOT NULL DEFAULT '';
"""
_SMALL: Final = """
ALTER TABLE alarms ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE alarms ADD COLUMN about TEXT NOT NULL DEFAULT '';
ALTER TABLE alarms ADD COLUMN settled_ms BIGINT;
ALTER TABLE cases ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
DELETE FROM put_aside;
"""
_PRICES_BY_ANSWER: Final = """
ALTER TABLE prices ADD COLUMN option TEXT NOT NULL DEFAULT '';
ALTER TABLE prices DROP CONSTRAINT prices_pkey;
ALTER TABLE prices ADD PRIMARY KEY (service, option);
ALTER TABLE payments ADD COLUMN option TEXT NOT NULL DEFAULT '';
CREATE TABLE payment_offers (
    payment TEXT NOT NULL REFERENCES payments, option TEXT NOT NULL, fen BIGINT NOT NULL,
    PRIMARY KEY (payment, option, fen)
);
INSERT INTO payment_offers SELECT payment, option, fen FROM payments;
"""
STEPS: Final = (_FIRST, _ONLINE, _PHONE, _ASSURANCE, _PAY, _COMPANY, _SMALL, _PRICES_BY_ANSWER)


async def migrate(connection: Any) -> None:
    """Up to the newest step; all or nothing. Raises StorageError for a database of a newer version."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute("CREATE TABLE IF NOT EXISTS schema_steps (step INTEGER PRIMARY KEY)")
        done = await connection.fetchval("SELECT coalesce(max(step), 0) FROM schema_steps")
        if done > len(STEPS):
            raise StorageError("storage.newer", "the database was written by a newer version; update this program")
        for number, step in enumerate(STEPS[done:], done + 1):
            await connection.execute(step)
            await connection.execute("INSERT INTO schema_steps VALUES ($1)", number)
        await connection.execute("INSERT INTO platform VALUES (1, $1, 0) ON CONFLICT DO NOTHING", secrets.token_hex(8))
