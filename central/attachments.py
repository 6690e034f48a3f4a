"""Attachments as they come: locked files, named by their digest, in pieces over any number of cuts.

What arrived before a cut is kept, also of a chunk that was not finished: only the digest of the whole decides. A chunk
that is whole and wrong is taken back.
"""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from offline_cache.durable import make_folder, sync_folder
from offline_cache.sealing import Suite

FOLDER: Final = "attachments"
MAX_BYTES: Final = 33_000_000
"""A little more than the largest content, for its lock."""


class UploadError(Exception):
    """code: attachment.offset (wanted: where the next chunk begins), attachment.size or attachment.damaged."""

    def __init__(self, code: str, message: str, wanted: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.wanted = wanted


class Uploads:
    """One kiosk's uploads. Several kiosks may send the same file; each in a file of its own until it is whole."""

    def __init__(self, data: Path, kiosk: str, suite: Suite) -> None:
        self._folder = data / FOLDER
        self._kiosk = kiosk
        self._suite = suite

    def state(self, digest: bytes) -> tuple[int, bool]:
        """(bytes that are here, whether that is all)."""
        whole = self._folder / digest.hex()
        if whole.exists():
            return whole.stat().st_size, True
        part = self._part(digest)
        return (part.stat().st_size if part.exists() else 0), False

    async def take(self, digest: bytes, offset: int, size: int, pieces: AsyncIterator[bytes]) -> bytes:
        """Append a chunk that begins at `offset` of `size` bytes in all; returns the SHA-256 of the chunk. What comes
        before the connection breaks is kept. Raises UploadError."""
        if size > MAX_BYTES:
            raise UploadError("attachment.size", f"an attachment may have at most {MAX_BYTES} bytes")
        make_folder(self._folder, 0o700)
        counted = hashlib.sha256()
        with self._part(digest).open("ab") as file:
            _hold(file.fileno())
            found, complete = self.state(digest)
            if complete or offset != found:
                raise UploadError("attachment.offset", f"the next chunk begins at {found}", found)
            async for piece in pieces:
                if file.tell() + len(piece) > size:
                    raise UploadError("attachment.offset", f"the chunk goes past the end at {size}", found)
                file.write(piece)
                file.flush()
                counted.update(piece)
        return counted.digest()

    def take_back(self, digest: bytes, offset: int) -> None:
        """What came from `offset` on was damaged on its way."""
        os.truncate(self._part(digest), offset)

    async def finish(self, digest: bytes, size: int) -> bool:
        """Durable under its name, if all is there. Raises UploadError when it is not what its name says."""
        part = self._part(digest)
        if not part.exists() or part.stat().st_size < size:
            return False
        return await asyncio.to_thread(self._finish, digest)

    def _finish(self, digest: bytes) -> bool:
        part = self._part(digest)
        if self._suite.digest(part.read_bytes()) != digest:
            part.unlink()
            raise UploadError("attachment.damaged", "all is there, and it is not what its name says: begin anew")
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.rename(self._folder / digest.hex())
        sync_folder(self._folder)
        return True

    def _part(self, digest: bytes) -> Path:
        return self._folder / f"{digest.hex()}.{self._kiosk}.part"


def _hold(descriptor: int) -> None:
    """One chunk at a time: the one before may be held by a connection whose end has not been noticed yet."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UploadError("attachment.offset", "an earlier chunk is still coming: ask again how far it got") from error
