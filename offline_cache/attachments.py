"""Files that belong to cases: locked with a key of their own, named by the digest of the locked bytes.

The key and the content's digest are in the case's sealed body only. A file is durable under its name before anything
refers to it; what nothing refers to is collected at the next start.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offline_cache.bodies import Attachment
from offline_cache.card_key import CardKey
from offline_cache.durable import make_folder, sync_folder, write_durably
from offline_cache.sealing import Suite
from offline_cache.sqlite import Connection, StorageError

FOLDER: Final = "attachments"
MAX_BYTES: Final = 32_000_000
"""The most that one file may hold."""


class AttachmentError(Exception):
    """code: attachment.too-large, attachment.missing or attachment.damaged."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Kept:
    """A row of the table: a file that a case (entry_id) or a draft (tag) refers to."""

    digest: bytes
    size: int
    entry_id: bytes | None
    tag: bytes | None


class Attachments:
    """The folder of files; the table is in journal.db, changed within the transactions of its writer."""

    def __init__(self, data: Path, suite: Suite) -> None:
        self._suite = suite
        self.folder = data / FOLDER

    def keep(self, content: bytes, media_type: str) -> Attachment:
        """Durable when it returns, but not yet referred to. Raises AttachmentError and StorageError."""
        if len(content) > MAX_BYTES:
            raise AttachmentError("attachment.too-large", f"a file may have at most {MAX_BYTES} bytes")
        key = os.urandom(self._suite.file_key_bytes)
        locked = self._suite.lock(key, content)
        digest = self._suite.digest(locked)
        try:
            make_folder(self.folder, 0o700)
            write_durably(self._path(digest), locked, 0o600)
        except OSError as error:
            code = "storage.full" if error.errno in _FULL else "storage.disk"
            raise StorageError(code, f"an attachment cannot be written: {error.strerror}") from error
        return Attachment(digest, len(locked), key, self._suite.digest(content), media_type)

    def open(self, attachment: Attachment) -> bytes:
        """The content. Raises AttachmentError."""
        plain = self._suite.unlock(attachment.key, self.locked(attachment.digest, attachment.size))
        if self._suite.digest(plain) != attachment.plain_digest:
            raise AttachmentError("attachment.damaged", "an attachment is not what was handed in")
        return plain

    def locked(self, digest: bytes, size: int) -> bytes:
        """The file as it is stored and sent. Raises AttachmentError."""
        try:
            found = self._path(digest).read_bytes()
        except OSError as error:
            raise AttachmentError("attachment.missing", f"attachment {digest.hex()[:16]} is not there") from error
        if len(found) != size or self._suite.digest(found) != digest:
            raise AttachmentError("attachment.damaged", f"attachment {digest.hex()[:16]} has been changed")
        return found

    def collect(self, connection: Connection) -> int:
        """Remove what nothing refers to: leftovers of interrupted writes, files of drafts that are gone. Returns how
        many. Only while nothing is being kept: at the start."""
        if not self.folder.exists():
            return 0
        connection.execute("DELETE FROM attachments WHERE entry_id IS NULL AND tag NOT IN (SELECT tag FROM drafts)")
        known = {row[0].hex() for row in connection.execute("SELECT digest FROM attachments")}
        gone = [path for path in self.folder.iterdir() if path.name not in known]
        for path in gone:
            path.unlink()
        sync_folder(self.folder)
        return len(gone)

    def remove(self, digest: bytes) -> None:
        """The file of what nothing refers to any more."""
        self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: bytes) -> Path:
        return self.folder / digest.hex()


def refer_from_draft(connection: Connection, key: CardKey, attachment: Attachment, now_ms: int) -> None:
    """In the transaction that saves the draft."""
    connection.execute(
        "INSERT OR REPLACE INTO attachments (digest, size, entry_id, tag, kept_ms) VALUES (?, ?, NULL, ?, ?)",
        (attachment.digest, attachment.size, key.tag, now_ms),
    )


def refer_from_entry(connection: Connection, entry_id: bytes, attachments: list[Attachment], now_ms: int) -> None:
    """In the transaction that writes the entry."""
    connection.executemany(
        "INSERT OR REPLACE INTO attachments (digest, size, entry_id, tag, kept_ms) VALUES (?, ?, ?, NULL, ?)",
        [(one.digest, one.size, entry_id, now_ms) for one in attachments],
    )


def kept(connection: Connection) -> Iterator[Kept]:
    """Everything that is referred to."""
    for row in connection.execute("SELECT digest, size, entry_id, tag FROM attachments ORDER BY rowid"):
        yield Kept(*row)


def forget(connection: Connection, digests: list[bytes]) -> None:
    """Within a transaction: nothing refers to them any more. Their files may go after it; `collect` finds them, too."""
    connection.executemany("DELETE FROM attachments WHERE digest = ?", [(digest,) for digest in digests])


_FULL: Final = (28, 122)
"""ENOSPC and EDQUOT."""
