"""The worker that opens envelopes. It may be stopped anywhere: an entry and what it becomes are one transaction."""

import logging
from typing import Final

from central.cases import create
from central.platform_key import PlatformKey
from offline_cache.bodies import decode_case
from offline_cache.entry import Header, Kind, body_binding, decode_header
from offline_cache.sealing import SealingError, suite
from offline_cache.sqlite import Connection

logger = logging.getLogger(__name__)

CHUNK: Final = 100
OPENED: Final = "opened"


def open_some(connection: Connection, key: PlatformKey, now_ms: int) -> int:
    """Open at most CHUNK entries, oldest first; returns how many were looked at. Within a transaction.

    An entry that does not open is marked with its code and blocks nothing.
    """
    rows = connection.execute(
        "SELECT row, header, kind, body FROM entries WHERE opened = '' ORDER BY row LIMIT ?", (CHUNK,)
    ).fetchall()
    for row, raw, kind, body in rows:
        outcome = _open(connection, key, decode_header(raw), kind, body, now_ms)
        connection.execute("UPDATE entries SET opened = ? WHERE row = ?", (outcome, row))
    return len(rows)


def _open(connection: Connection, key: PlatformKey, header: Header, kind: str, body: bytes | None, now_ms: int) -> str:
    """What became of the entry: OPENED, or why not."""
    try:
        plain = suite(header.suite).opening_key(key.private_key).open(body or b"", body_binding(header.entry_id))
        if kind == Kind.CASE:
            case = decode_case(plain)
            create(connection, header.entry_id, header.kiosk, header.sequence, header.created_ms, case, plain, now_ms)
    except (SealingError, ValueError) as error:
        code = error.code if isinstance(error, SealingError) else "body.malformed"
        logger.warning("entry %s of %s does not open: %s", header.sequence, header.kiosk, code)
        return code
    return OPENED
