"""Finds rows in the bytes of a damaged SQLite database, page by page, without its B-trees.

Knows of the file format (sqlite.org/fileformat2) what is needed for that: table leaf pages, records, overflow chains,
frames of the write-ahead log. What it gives may be stale or wrong: the caller has to prove every row.
"""

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

Value = int | bytes | str | float | None
Pages = Mapping[int, bytes]

_TABLE_LEAF: Final = 0x0D
_PAGE_SIZES: Final = tuple(512 << shift for shift in range(8))
_DEFAULT_PAGE: Final = 4096
_WAL_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_MAX_RECORD: Final = 40_000_000


def rows(database: Path, log: Path) -> Iterator[tuple[int, list[Value]]]:
    """(rowid, values) of every record that can be read: first from the newest state of each page, then from what the
    database and its log still hold of older ones. Missing files count as empty."""
    raw = database.read_bytes() if database.exists() else b""
    size = _page_size(raw)
    stored = {at // size + 1: raw[at : at + size] for at in range(0, len(raw) - size + 1, size)}
    fresh, stale = _frames(log.read_bytes() if log.exists() else b"", size)
    newest = {**stored, **fresh}
    for pages in (newest, {**newest, **stored}, {**newest, **stale}):
        for number, page in pages.items():
            yield from _leaf(number, page, pages)


def header_is_sound(raw: bytes) -> bool:
    """Whether the first 100 bytes can be the header of one of our databases: SQLite itself takes some damage for a file
    that is only to be read."""
    return (
        raw[:16] == b"SQLite format 3\0"
        and int.from_bytes(raw[16:18], "big") == _DEFAULT_PAGE
        and raw[18:24] == b"\2\2\0\x40\x20\x20"
        and raw[56:60] == b"\0\0\0\1"
    )


def _page_size(raw: bytes) -> int:
    told = int.from_bytes(raw[16:18], "big")
    told = 65536 if told == 1 else told
    return told if told in _PAGE_SIZES and raw[:16] == b"SQLite format 3\0" else _DEFAULT_PAGE


def _frames(log: bytes, size: int) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """Pages of the log's present round, and of rounds before it that were not overwritten yet; the last of each."""
    fresh: dict[int, bytes] = {}
    stale: dict[int, bytes] = {}
    salts = log[16:24]
    for at in range(_WAL_HEADER, len(log) - _FRAME_HEADER - size + 1, _FRAME_HEADER + size):
        number = int.from_bytes(log[at : at + 4], "big")
        page = log[at + _FRAME_HEADER : at + _FRAME_HEADER + size]
        (fresh if log[at + 8 : at + 16] == salts else stale)[number] = page
    return fresh, stale


def _leaf(number: int, page: bytes, pages: Pages) -> Iterator[tuple[int, list[Value]]]:
    start = 100 if number == 1 else 0
    if len(page) < start + 8 or page[start] != _TABLE_LEAF:
        return
    cells = int.from_bytes(page[start + 3 : start + 5], "big")
    for at in range(start + 8, min(start + 8 + 2 * cells, len(page) - 1), 2):
        try:
            yield _cell(page, int.from_bytes(page[at : at + 2], "big"), pages)
        except (ValueError, IndexError, KeyError, struct.error):
            continue


def _cell(page: bytes, at: int, pages: Pages) -> tuple[int, list[Value]]:
    length, at = _varint(page, at)
    rowid, at = _varint(page, at)
    if length > _MAX_RECORD:
        raise ValueError("not a record")
    return rowid, _record(_payload(page, at, length, pages))


def _payload(page: bytes, at: int, length: int, pages: Pages) -> bytes:
    usable = len(page)
    if length <= usable - 35:
        return page[at : at + length]
    least = (usable - 12) * 32 // 255 - 23
    local = least + (length - least) % (usable - 4)
    local = local if local <= usable - 35 else least
    found = [page[at : at + local]]
    following = int.from_bytes(page[at + local : at + local + 4], "big")
    left = length - local
    while left > 0:
        overflow = pages[following]
        found.append(overflow[4 : 4 + min(left, usable - 4)])
        left -= len(found[-1])
        following = int.from_bytes(overflow[:4], "big")
    return b"".join(found)


def _record(payload: bytes) -> list[Value]:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[Value] = []
    for kind in kinds:
        size = _INTEGERS.get(kind, 8 if kind == 7 else max(0, (kind - 12) // 2))
        raw = payload[at : at + size]
        if len(raw) != size:
            raise ValueError("a record ends early")
        at += size
        values.append(_value(kind, raw))
    return values


_INTEGERS: Final = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0}


def _value(kind: int, raw: bytes) -> Value:
    if kind == 0:
        return None
    if kind in (8, 9):
        return kind - 8
    if kind in _INTEGERS:
        return int.from_bytes(raw, "big", signed=True)
    if kind == 7:
        return float(struct.unpack(">d", raw)[0])
    if kind in (10, 11):
        raise ValueError("a reserved serial type")
    return raw if kind % 2 == 0 else raw.decode("utf-8")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        byte = data[at]
        at += 1
        if count == 8:
            return value << 8 | byte, at
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    raise ValueError("not a varint")
