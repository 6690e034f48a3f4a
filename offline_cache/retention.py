"""What may go: bodies and files that the platform has had for long, prints that are long settled."""

from typing import Final

from offline_cache.attachments import Attachments, forget, kept
from offline_cache.journal import Journal
from offline_cache.position import position
from offline_cache.print_ledger import OUTCOMES
from offline_cache.sqlite import transaction
from offline_cache.upstream import Upstream

KEEP_DAYS: Final = 90
"""How long a delivered body is kept: a platform restored from a back-up of that age gets it again."""
SHED_DAYS: Final = 7
"""How long when room is short."""
PRINTS_MS: Final = KEEP_DAYS * 86_400_000
_CHUNK: Final = 500


def drop_delivered(journal: Journal, upstream: Upstream, days: int) -> int:
    """Drop the bodies that the platform has had for `days` of its own days; returns how many. The chain still verifies.
    Without word from the platform nothing is dropped: the kiosk's own clock is not asked. Raises StorageError."""
    anchor = upstream.anchor()
    if anchor is None:
        return 0
    connection, dropped = journal.connection, 0
    journals = connection.execute("SELECT ordinal, journal, dropped FROM journals").fetchall()
    for ordinal, identifier, done in journals:
        until = upstream.delivered_before(identifier, anchor.server_ms - days * 86_400_000)
        for first in range(done + 1, until + 1, _CHUNK):
            last = min(first + _CHUNK - 1, until)
            with transaction(connection, journal.path):
                dropped += connection.execute(
                    "UPDATE entries SET body = NULL WHERE position BETWEEN ? AND ? AND body IS NOT NULL",
                    (position(ordinal, first), position(ordinal, last)),
                ).rowcount
                connection.execute("UPDATE journals SET dropped = ? WHERE ordinal = ?", (last, ordinal))
    return dropped


def drop_uploaded(journal: Journal, attachments: Attachments, upstream: Upstream, days: int) -> int:
    """Drop the files that the platform has had for `days` of its own days; returns how many. Raises StorageError."""
    anchor = upstream.anchor()
    if anchor is None:
        return 0
    before = anchor.server_ms - days * 86_400_000
    filed = [row.digest for row in kept(journal.connection) if row.entry_id is not None]
    gone = [digest for digest in filed if upstream.uploaded_before(digest, before)]
    with transaction(journal.connection, journal.path):
        forget(journal.connection, gone)
    for digest in gone:
        attachments.remove(digest)
    return len(gone)


def drop_prints(journal: Journal, now_ms: int) -> None:
    """Drop settled prints of more than 90 days ago; their outcomes are in the journal. Raises StorageError."""
    marks = ", ".join("?" * len(OUTCOMES))
    with transaction(journal.connection, journal.path):
        journal.connection.execute(
            f"DELETE FROM prints WHERE state IN ({marks}) AND changed_ms < ?",  # noqa: S608
            (*OUTCOMES, now_ms - PRINTS_MS),
        )
