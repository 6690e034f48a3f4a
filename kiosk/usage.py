"""How often each service was handed in here lately: counted from the journal's headers, which name nobody."""

from collections import Counter
from typing import Final

from offline_cache.entry import EntryError, Kind, decode_header
from offline_cache.sqlite import Connection

LATELY_MS: Final = 90 * 24 * 3600 * 1000
_LOOKED_AT: Final = 5000
"""Entries, newest first: enough for a busy kiosk's fortnight, read in a twentieth of a second."""


def usage(connection: Connection, now_ms: int) -> Counter[str]:
    """By service id."""
    found: Counter[str] = Counter()
    for (raw,) in connection.execute("SELECT header FROM entries ORDER BY position DESC LIMIT ?", (_LOOKED_AT,)):
        try:
            header = decode_header(raw)
        except EntryError:
            continue
        if header.kind == Kind.CASE and header.created_ms > now_ms - LATELY_MS:
            found[header.definition.partition("@")[0]] += 1
    return found
