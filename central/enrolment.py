"""How a kiosk becomes known: a one-time code from the platform's people, and the kiosk's own public key."""

import hashlib
import secrets
from typing import Final

from offline_cache.sealing import REQUEST_SUITE, UnknownSuiteError, suite
from offline_cache.sqlite import Connection
from sync.wire import EnrolmentRequest

CODE_VALID_MS: Final = 24 * 3600 * 1000
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class EnrolmentError(Exception):
    """code: enrol.code or enrol.suite."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def new_code(connection: Connection, now_ms: int) -> str:
    """A one-time code, to be read out or typed: 12 characters, valid for a day. Only its digest is kept."""
    code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
    connection.execute(
        "INSERT INTO enrol_codes (digest, expires_ms) VALUES (?, ?)", (_digest(code), now_ms + CODE_VALID_MS)
    )
    return code


def enrol(connection: Connection, request: EnrolmentRequest, now_ms: int) -> str:
    """The id of the new kiosk. The same code with the same key gives the same id again. Raises EnrolmentError."""
    request_key = request.request_key or request.public_key
    try:
        suite(request.suite).verifying_key(request.public_key)
        suite(REQUEST_SUITE).verifying_key(request_key)
    except (UnknownSuiteError, ValueError) as error:
        raise EnrolmentError("enrol.suite", "the suite or the public key is not one that is known here") from error
    digest = _digest(request.code)
    row = connection.execute("SELECT expires_ms, kiosk FROM enrol_codes WHERE digest = ?", (digest,)).fetchone()
    if row is None or row[0] < now_ms:
        raise EnrolmentError("enrol.code", "the code is wrong, or older than a day: make a new one")
    if row[1] is not None:
        return _again(connection, row[1], request)
    known = connection.execute("SELECT count(*) FROM kiosks").fetchone()[0]
    kiosk = f"K{known + 1:04}"
    connection.execute(
        "INSERT INTO kiosks (kiosk, suite, public_key, request_key, enrolled_ms) VALUES (?, ?, ?, ?, ?)",
        (kiosk, request.suite, request.public_key, request_key, now_ms),
    )
    connection.execute("UPDATE enrol_codes SET kiosk = ? WHERE digest = ?", (kiosk, digest))
    return kiosk


def _again(connection: Connection, kiosk: str, request: EnrolmentRequest) -> str:
    known = connection.execute("SELECT public_key FROM kiosks WHERE kiosk = ?", (kiosk,)).fetchone()[0]
    if known != request.public_key:
        raise EnrolmentError("enrol.code", "the code has been used: make a new one")
    return kiosk


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.strip().upper().encode()).digest()
