"""A camera's preview: a ring of frames in shared memory, so that pictures pass without copies through pipes.

The file, in the connection's private folder, all numbers little-endian:

    0   8 bytes  magic "TBFRAME1"
    8   u32      slots
    12  u32      bytes a slot may hold
    16  u64      number of the newest frame, from 1; 0: none yet
    64  slots, each: u64 sequence, u32 width, u32 height, u32 length, u32 format (1: RGB, 2: JPEG), then the bytes,
        padded to a multiple of 8

Frame n is in slot n mod slots. Its sequence is 2n - 1 while it is written and 2n when it is whole; a reader copies the
frame and believes it when the sequence was 2n before and after. Source: the seqlock of the Linux kernel.
"""

import mmap
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MAGIC: Final = b"TBFRAME1"
RGB, JPEG = 1, 2
_RING: Final = struct.Struct("<8sII")
_NUMBER: Final = struct.Struct("<Q")
_SLOT: Final = struct.Struct("<QIIII")
_FIRST: Final = 64
_NEWEST_AT: Final = 16
MAX_RING_BYTES: Final = 256_000_000


class FrameError(Exception):
    """The file is no ring of frames, or a frame is too large for it."""

    code = "device.frames"


@dataclass(frozen=True)
class Frame:
    """number: counts from 1. format: RGB (width * height * 3 bytes) or JPEG."""

    number: int
    width: int
    height: int
    format: int
    data: bytes


class FrameWriter:
    """The driver's end. Makes the ring; one writer."""

    def __init__(self, path: Path, slots: int, slot_bytes: int) -> None:
        self._slots = slots
        self._room = slot_bytes
        self._stride = _stride(slot_bytes)
        size = _FIRST + slots * self._stride
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.ftruncate(descriptor, size)
            self._map = mmap.mmap(descriptor, size)
        finally:
            os.close(descriptor)
        _RING.pack_into(self._map, 0, MAGIC, slots, slot_bytes)
        self._number = 0

    def write(self, width: int, height: int, format_: int, data: bytes) -> int:
        """Returns the frame's number, for the event `frame`. Raises FrameError."""
        if len(data) > self._room:
            raise FrameError(f"a frame of {len(data)} bytes does not fit a slot of {self._room}")
        number = self._number = self._number + 1
        at = _FIRST + number % self._slots * self._stride
        _SLOT.pack_into(self._map, at, 2 * number - 1, width, height, len(data), format_)
        self._map[at + _SLOT.size : at + _SLOT.size + len(data)] = data
        _NUMBER.pack_into(self._map, at, 2 * number)
        _NUMBER.pack_into(self._map, _NEWEST_AT, number)
        return number

    def close(self) -> None:
        self._map.close()


class FrameReader:
    """The kiosk's end."""

    def __init__(self, path: Path) -> None:
        """Raises FrameError."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                size = os.fstat(descriptor).st_size
                if not _FIRST < size <= MAX_RING_BYTES:
                    raise FrameError(f"{path.name} has {size} bytes: no ring of frames")
                self._map = mmap.mmap(descriptor, size, prot=mmap.PROT_READ)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise FrameError(f"{path.name}: {error.strerror}") from error
        magic, self._slots, self._room = _RING.unpack_from(self._map, 0)
        if magic != MAGIC or not self._slots or _FIRST + self._slots * _stride(self._room) != size:
            self._map.close()
            raise FrameError(f"{path.name} is no ring of frames")

    def newest(self) -> Frame | None:
        """None: there is none yet, or the driver was faster; ask again."""
        (number,) = _NUMBER.unpack_from(self._map, _NEWEST_AT)
        if number == 0:
            return None
        at = _FIRST + number % self._slots * _stride(self._room)
        before, width, height, length, format_ = _SLOT.unpack_from(self._map, at)
        if before != 2 * number or length > self._room:
            return None
        data = self._map[at + _SLOT.size : at + _SLOT.size + length]
        (after,) = _NUMBER.unpack_from(self._map, at)
        return Frame(number, width, height, format_, data) if after == before else None

    def close(self) -> None:
        self._map.close()


def _stride(slot_bytes: int) -> int:
    return -(-(_SLOT.size + slot_bytes) // 8) * 8
