"""The worker that opens envelopes. It may be stopped anywhere: an entry and what it becomes are one transaction."""

import logging
from typing import Final

from central.cases import create
from central.ingest import ingest_carried
from central.platform_key import PlatformKey
from offline_cache.bodies import Carried, Case, decode
from offline_cache.entry import Header, Kind, body_binding, decode_header
from offline_cache.sealing import SealingError, suite
from offline_cache.sqlite import Connection

logger = logging.getLogger(__name__)

CHUNK: Final = 100
OPENED: Final = "opened"


def open_some(connection: Connection, keys: dict[str, PlatformKey], now_ms: int) -> int:
    """Open at most CHUNK entries, oldest first; returns how many were looked at. Within a transaction. keys: the
    platform's, by their ids.

    An entry that does not open is marked with its code and blocks nothing.
    """
    rows = connection.execute(
        "SELECT row, header, kind, body FROM entries WHERE opened = '' ORDER BY row LIMIT ?", (CHUNK,)
    ).fetchall()
    for row, raw, kind, body in rows:
        outcome = _open(connection, keys, decode_header(raw), kind, body, now_ms)
        connection.execute("UPDATE entries SET opened = ? WHERE row = ?", (outcome, row))
    return len(rows)


def _open(
    connection: Connection, keys: dict[str, PlatformKey], header: Header, kind: str, body: bytes | None, now_ms: int
) -> str:
    """What became of the entry: OPENED, or why not."""
    if body is None:
        return "body.dropped"
    key = keys.get(header.platform_key)
    if key is None or key.suite != header.suite:
        return "seal.unknown-key"
    try:
        plain = suite(header.suite).opening_key(key.private_key).open(body, body_binding(header.entry_id))
        content = decode(Kind(kind), plain)
    except (SealingError, ValueError) as error:
        code = error.code if isinstance(error, SealingError) else "body.malformed"
        logger.warning("entry %s of %s does not open: %s", header.sequence, header.kiosk, code)
        return code
    if isinstance(content, Case):
        create(connection, header.entry_id, header.kiosk, header.sequence, header.created_ms, content, plain, now_ms)
    elif isinstance(content, Carried):
        refused = ingest_carried(connection, content.entry, now_ms)
        if refused:
            logger.warning("entry %s of %s carries what is refused: %s", header.sequence, header.kiosk, refused)
            return refused
    return OPENED
