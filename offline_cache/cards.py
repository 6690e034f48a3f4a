"""Whether a reader gives the same bytes each time it reads a card: only then can anything be kept under a card's key.

A reader that adds something of its own to the photo would seal receipts and drafts that no card opens again.
"""

from offline_cache.sqlite import Connection


def are_stable(connection: Connection, reader: str) -> bool | None:
    """What was found for that reader; None: not tried yet."""
    row = connection.execute("SELECT stable FROM readers WHERE reader = ?", (reader,)).fetchone()
    return bool(row[0]) if row else None


def note(connection: Connection, reader: str, *, stable: bool) -> None:
    """Within a transaction."""
    connection.execute("INSERT OR REPLACE INTO readers (reader, stable) VALUES (?, ?)", (reader, stable))
