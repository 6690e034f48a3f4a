"""Entries on their way to the platform, by network or on a stick: MessagePack, zstd-compressed. Pure: no I/O."""

from typing import Final

import msgspec
import zstandard

from offline_cache.entry import Entry
from offline_cache.sealing import SealingError, unpack

MAX_BATCH_BYTES: Final = 16_000_000
"""The most that a batch may hold after decompression."""
BATCH_ENTRIES: Final = 100
BATCH_BYTES: Final = 1_000_000


class BatchError(Exception):
    """Bytes are not a batch."""

    code = "batch.malformed"


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Consecutive entries of one journal."""

    entries: list[Entry]


_decoder = msgspec.msgpack.Decoder(Batch)


def encode_batch(entries: list[Entry]) -> bytes:
    return zstandard.compress(msgspec.msgpack.encode(Batch(entries)))


def decode_batch(raw: bytes) -> Batch:
    """Raises BatchError for anything but one whole zstd frame of one Batch within MAX_BATCH_BYTES."""
    try:
        return _decoder.decode(unpack(raw, MAX_BATCH_BYTES))
    except (SealingError, ValueError) as error:
        raise BatchError(f"not a batch: {error}") from error


def fitting(entries: list[Entry]) -> list[Entry]:
    """As many of the first as fit BATCH_BYTES, at least one."""
    total = 0
    for at, entry in enumerate(entries):
        total += len(entry.header) + len(entry.body or b"") + 100
        if total > BATCH_BYTES and at:
            return entries[:at]
    return entries
