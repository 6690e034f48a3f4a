"""What a phone sends: a form's files, taken apart as they come, each at most MAX_FILE bytes, then locked and kept."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from offline_cache.attachments import FOLDER as ATTACHMENTS
from offline_cache.attachments import Attachments
from offline_cache.bodies import Attachment
from offline_cache.sealing import suite

FOLDER: Final = "phone"
MAX_FILE: Final = 10_000_000
MAX_PARTS: Final = 24
"""Of a form; more than there are files, since a form names each of its fields."""
STALLED_S: Final = 60.0
LEFTOVER_S: Final = 3600.0
_HEIC: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
EXTENSIONS: Final = {
    "image/jpeg": "jpg", "image/png": "png", "image/heic": "heic", "application/pdf": "pdf",
}  # fmt: skip

Refused = Literal["type", "size"]


class FormError(Exception):
    """What came is no form with files, or it ended before its end."""


def media_type(content: bytes) -> str:
    """By what it begins with; empty: none of those that are taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "image/heic"
    return ""


@dataclass
class _Part:
    is_file: bool
    content: bytearray
    refused: Refused | Literal[""] = ""

    def take(self, piece: bytes) -> None:
        """What is refused is let pass, so that the phone hears why; it is not kept."""
        if self.refused or not self.is_file:
            return
        if len(self.content) + len(piece) > MAX_FILE:
            self.refused = "size"
        elif not self.content and len(piece) >= 16 and not media_type(piece):
            self.refused = "type"
        else:
            self.content += piece
            return
        self.content.clear()


async def files(content_type: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes | Refused]:
    """Of a form, each as soon as it is whole; or why it is not taken. Holds one file at a time. Raises FormError; what
    was given before stands."""
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise FormError("not a form with files")
    part: _Part | None = None
    try:
        parser = PushMultipartParser(options["boundary"], max_segment_count=MAX_PARTS)
        async for piece in _in_time(pieces):
            for event in parser.parse(piece) if piece else ():
                if isinstance(event, MultipartSegment):
                    part = _Part(event.filename is not None, bytearray())
                elif event is not None and part is not None:
                    part.take(bytes(event))
                elif part is not None:
                    if (found := _ended(part)) is not None:
                        yield found
                    part = None
        parser.close()
    except MultipartError as error:
        raise FormError(str(error)) from error


def _ended(part: _Part) -> bytes | Refused | None:
    """None: nothing was chosen in this field."""
    if part.refused:
        return part.refused
    if not part.is_file or not part.content:
        return None
    return bytes(part.content) if media_type(bytes(part.content[:16])) else "type"


async def _in_time(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A phone that went away without a word does not hold its place for ever."""
    while True:
        try:
            async with asyncio.timeout(STALLED_S):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise FormError("nothing comes any more") from error
        yield piece


class PhoneFiles:
    """The platform's folder of files from phones. Each is locked with a key of its own, which is in the database."""

    def __init__(self, data: Path) -> None:
        self._data = data / FOLDER

    async def keep(self, suite_name: str, content: bytes) -> Attachment:
        """Durable when it returns. Raises StorageError."""
        return await asyncio.to_thread(self._of(suite_name).keep, content, media_type(content[:16]))

    def open(self, suite_name: str, attachment: Attachment) -> bytes:
        """Raises AttachmentError."""
        return self._of(suite_name).open(attachment)

    def delete(self, digests: list[bytes]) -> None:
        """Those that are gone already, too."""
        for digest in digests:
            (self._data / ATTACHMENTS / digest.hex()).unlink(missing_ok=True)

    def leftovers(self, known: set[bytes], now: Callable[[], float] = time.time) -> list[Path]:
        """Files of writes that were cut off before the database knew of them."""
        folder, names = self._data / ATTACHMENTS, {digest.hex() for digest in known}
        if not folder.is_dir():
            return []
        before = now() - LEFTOVER_S
        return [path for path in folder.iterdir() if path.name not in names and path.stat().st_mtime < before]

    def _of(self, suite_name: str) -> Attachments:
        return Attachments(self._data, suite(suite_name))
