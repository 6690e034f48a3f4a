"""What still waits for the platform, read from the journal and the agent's notes."""

from dataclasses import dataclass
from pathlib import Path

from offline_cache.reader import JournalReader
from sync.state import Contact, SyncStateReader
from sync.uploading import Progress, progress


@dataclass(frozen=True)
class Backlog:
    """entries: written and not acknowledged."""

    entries: int
    files: Progress
    contact: Contact


def backlog(data: Path) -> Backlog:
    """Raises StorageError."""
    journal, notes = JournalReader(data), SyncStateReader(data)
    try:
        waiting = 0
        for info in journal.journals():
            last = journal.last_sequence(info)
            waiting += max(0, (last if info.closed is None else info.closed) - notes.next_wanted(info.journal) + 1)
        return Backlog(waiting, progress(journal, notes), notes.contact())
    finally:
        journal.close()
        notes.close()
