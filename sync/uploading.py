"""Attachments on their way up, behind the journal: in chunks, over any number of cuts, within a day's budget."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offline_cache.attachments import AttachmentError, Attachments, Kept, kept
from offline_cache.identity import Identity
from offline_cache.reader import JournalReader
from offline_cache.sealing import suite
from sync.client import PlatformClient, PlatformError
from sync.state import DAY_MS, SyncState, SyncStateReader, Upload

logger = logging.getLogger(__name__)

CHUNK: Final = 256 * 1024
LOCAL_DAMAGE: Final = "attachment.local-damage"
REFUSED: Final = ("attachment.size", "attachment.missing", LOCAL_DAMAGE)
"""What no repetition mends. The file stays here; the technician is told."""


@dataclass(frozen=True)
class Progress:
    """How far the attachments are. total_bytes: of all that are to go up; sent_bytes: of what the platform has."""

    files: int
    done: int
    failed: int
    total_bytes: int
    sent_bytes: int

    @property
    def waiting(self) -> int:
        """Files that are still to go up."""
        return self.files - self.done - self.failed


class Uploader:
    """Used by one thread. budget: bytes a day; None: as many as there are."""

    def __init__(
        self,
        data: Path,
        identity: Identity,
        client: PlatformClient,
        journal: JournalReader,
        state: SyncState,
        notes: SyncStateReader,
        budget: int | None,
    ) -> None:
        self._attachments = Attachments(data, suite(identity.suite))
        self._client = client
        self._journal = journal
        self._state = state
        self._notes = notes
        self._budget = budget
        self._offsets: dict[bytes, int] = {}
        self._open = b"", b""

    def step(self, now_ms: int) -> bool:
        """Send one chunk of the first attachment that is not there yet; False when none is to be sent now. now_ms: the
        platform's time. Raises PlatformError and StorageError."""
        waiting = next((row for row in _to_send(self._journal) if self._is_due(row)), None)
        if waiting is None:
            return False
        day = now_ms // DAY_MS
        left = CHUNK if self._budget is None else self._budget - self._notes.spent_on(day)
        if left <= 0:
            raise PlatformError("upload.budget", "today's budget for attachments is used up")
        self._send(waiting, min(left, CHUNK), day)
        return True

    def _is_due(self, row: Kept) -> bool:
        known = self._notes.upload(row.digest)
        return known is None or (known.done_ms is None and known.error_code not in REFUSED)

    def _send(self, row: Kept, limit: int, day: int) -> None:
        try:
            content = self._content(row)
        except AttachmentError as error:
            self._give_up(row, "attachment.missing" if error.code == "attachment.missing" else LOCAL_DAMAGE)
            return
        offset = self._offsets.pop(row.digest, None)
        if offset is None:
            here = self._client.attachment(row.digest)
            if here.complete:
                self._note(row, row.size, here.server_ms)
                return
            offset = here.offset
        self._send_chunk(row, offset, content[offset : offset + limit], day)

    def _send_chunk(self, row: Kept, offset: int, chunk: bytes, day: int) -> None:
        spent: list[int] = []
        try:
            answer = self._client.send_chunk(row.digest, offset, row.size, chunk, spent.append)
        except PlatformError as error:
            if error.code in REFUSED:
                self._give_up(row, error.code)
                return
            self._note(row, offset, None, error.code)
            raise
        finally:
            self._state.spent(day, sum(spent))
        self._offsets[row.digest] = answer.offset
        self._note(row, answer.offset, answer.server_ms if answer.complete else None)

    def _content(self, row: Kept) -> bytes:
        """The locked file, read and proved once for all its chunks. Raises AttachmentError."""
        if self._open[0] != row.digest:
            self._open = row.digest, self._attachments.locked(row.digest, row.size)
        return self._open[1]

    def _give_up(self, row: Kept, code: str) -> None:
        logger.error("attachment %s is not sent: %s", row.digest.hex()[:16], code)
        self._note(row, 0, None, code)

    def _note(self, row: Kept, sent: int, done_ms: int | None, code: str = "") -> None:
        self._state.uploaded(row.digest, Upload(row.size, sent, done_ms, code))


def progress(journal: JournalReader, notes: SyncStateReader) -> Progress:
    """Raises StorageError."""
    files = done = failed = total = sent = 0
    for row in _to_send(journal):
        known = notes.upload(row.digest)
        files += 1
        total += row.size
        sent += known.sent if known else 0
        done += bool(known and known.done_ms is not None)
        failed += bool(known and known.error_code in REFUSED)
    return Progress(files, done, failed, total, sent)


def _to_send(journal: JournalReader) -> list[Kept]:
    """Those that an entry refers to, oldest first."""
    return [row for row in kept(journal.connection) if row.entry_id is not None]
