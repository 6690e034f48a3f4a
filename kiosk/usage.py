"""How much each service is used here: counted from the journal's headers, which name nobody. What was handed in today
counts most, and half as much a week later, so that a burst of one service is seen within a day and forgotten."""

from collections import Counter
from typing import Final

from offline_cache.entry import EntryError, Kind, decode_header
from offline_cache.sqlite import Connection

DAY_MS: Final = 24 * 3600 * 1000
LATELY_MS: Final = 90 * DAY_MS
_WEEK: Final = (1024, 927, 840, 761, 689, 624, 565)
"""What one counts after 0 to 6 days: half as much after seven. In whole numbers, so that every kiosk counts alike."""
_LOOKED_AT: Final = 5000
"""Entries, newest first: enough for a busy kiosk's fortnight, read in a twentieth of a second."""


def weight(age_ms: int) -> int:
    """Of one that was handed in so long ago; a clock that was set back makes none older than new."""
    weeks, days = divmod(max(age_ms, 0) // DAY_MS, len(_WEEK))
    return _WEEK[days] >> weeks


def usage(connection: Connection, now_ms: int) -> Counter[str]:
    """By service id, 1024 for each that was handed in just now."""
    found: Counter[str] = Counter()
    for (raw,) in connection.execute("SELECT header FROM entries ORDER BY position DESC LIMIT ?", (_LOOKED_AT,)):
        try:
            header = decode_header(raw)
        except EntryError:
            continue
        if header.kind == Kind.CASE and header.created_ms > now_ms - LATELY_MS:
            found[header.definition.partition("@")[0]] += weight(now_ms - header.created_ms)
    return found
