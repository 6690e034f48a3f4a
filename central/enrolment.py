"""How a kiosk becomes known: a one-time code from the platform's people, and the kiosk's own public key."""

import hashlib
from typing import Final

from central.spoken_code import as_printed, new
from central.store import Transaction
from offline_cache.sealing import REQUEST_SUITE, UnknownSuiteError, suite
from sync.wire import EnrolmentRequest

CODE_VALID_MS: Final = 24 * 3600 * 1000


class EnrolmentError(Exception):
    """code: enrol.code, enrol.suite or kiosk.unknown."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


async def new_code(work: Transaction, now_ms: int) -> str:
    """A one-time code, to be read out or typed: 12 characters, valid for a day. Only its digest is kept."""
    code = as_printed(new())
    await work.run(
        "INSERT INTO enrol_codes (digest, expires_ms) VALUES ($1, $2)", _digest(code), now_ms + CODE_VALID_MS
    )
    return code


async def enrol(work: Transaction, request: EnrolmentRequest, now_ms: int) -> str:
    """The id of the new kiosk. The same code with the same key gives the same id again. Raises EnrolmentError."""
    request_key = request.request_key or request.public_key
    try:
        suite(request.suite).verifying_key(request.public_key)
        suite(REQUEST_SUITE).verifying_key(request_key)
    except (UnknownSuiteError, ValueError) as error:
        raise EnrolmentError("enrol.suite", "the suite or the public key is not one that is known here") from error
    digest = _digest(request.code)
    row = await work.locked("SELECT expires_ms, kiosk FROM enrol_codes WHERE digest = $1", digest)
    if row is None or row[0] < now_ms:
        raise EnrolmentError("enrol.code", "the code is wrong, or older than a day: make a new one")
    if row[1] is not None:
        return await _again(work, row[1], request)
    counted = await work.row("UPDATE platform SET kiosks = kiosks + 1 RETURNING kiosks")
    assert counted is not None
    kiosk = f"K{counted[0]:04}"
    await work.run(
        "INSERT INTO kiosks (kiosk, suite, public_key, request_key, enrolled_ms) VALUES ($1, $2, $3, $4, $5)",
        kiosk, request.suite, request.public_key, request_key, now_ms,
    )  # fmt: skip
    await work.run("UPDATE enrol_codes SET kiosk = $1 WHERE digest = $2", kiosk, digest)
    return kiosk


async def revoke(work: Transaction, kiosk: str, now_ms: int) -> None:
    """From now on the kiosk is refused. What it sent stays. Raises EnrolmentError."""
    if await work.row("UPDATE kiosks SET revoked_ms = $1 WHERE kiosk = $2 RETURNING kiosk", now_ms, kiosk) is None:
        raise EnrolmentError("kiosk.unknown", f"no kiosk {kiosk} is enrolled here")


async def change_request_key(work: Transaction, kiosk: str, public_key: bytes) -> None:
    """The kiosk signs its requests with another key from now on. Raises EnrolmentError."""
    try:
        suite(REQUEST_SUITE).verifying_key(public_key)
    except ValueError as error:
        raise EnrolmentError("enrol.suite", "that is no public key for requests") from error
    await work.run("UPDATE kiosks SET request_key = $1 WHERE kiosk = $2", public_key, kiosk)


async def _again(work: Transaction, kiosk: str, request: EnrolmentRequest) -> str:
    known = await work.row("SELECT public_key FROM kiosks WHERE kiosk = $1", kiosk)
    if known is None or known[0] != request.public_key:
        raise EnrolmentError("enrol.code", "the code has been used: make a new one")
    return kiosk


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.strip().upper().encode()).digest()
