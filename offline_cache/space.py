"""How much room there is, and what the kiosk stops first when it runs out. It never gives up what it has accepted."""

import os
from enum import IntEnum
from pathlib import Path
from typing import Final

from offline_cache.durable import sync_folder
from offline_cache.sqlite import Connection

BALLAST_FILE: Final = "ballast"
BALLAST_BYTES: Final = 32 * 1024 * 1024
"""Given back when the disk is full: SQLite needs room even to delete (facts: storage-sync, SQLite)."""
MEGABYTE: Final = 1024 * 1024


class Level(IntEnum):
    """What is left. Each level includes what the ones before it stop."""

    ENOUGH = 0
    SHED = 1
    """Caches go: delivered bodies and files that the platform has."""
    NO_ATTACHMENTS = 2
    NO_CASES = 3


FREE_BYTES: Final = {
    Level.SHED: 512 * MEGABYTE,
    Level.NO_ATTACHMENTS: 256 * MEGABYTE,
    Level.NO_CASES: 96 * MEGABYTE,
}
"""Below so many bytes the level begins: a case needs some 10 kB, an attachment up to 32 MB."""


def free_bytes(data: Path, connection: Connection) -> int:
    """What can still be written: free on the disk for us, and free inside the database."""
    disk = os.statvfs(data)
    pages: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    size: int = connection.execute("PRAGMA page_size").fetchone()[0]
    return disk.f_bavail * disk.f_frsize + pages * size


def level_for(free: int) -> Level:
    return max((level for level, bound in FREE_BYTES.items() if free < bound), default=Level.ENOUGH)


def has_ballast(data: Path) -> bool:
    path = data / BALLAST_FILE
    return path.exists() and path.stat().st_size == BALLAST_BYTES


def keep_ballast(data: Path, free: int) -> None:
    """Make the ballast when there is room for it."""
    if has_ballast(data) or free < FREE_BYTES[Level.SHED] + BALLAST_BYTES:
        return
    descriptor = os.open(data / BALLAST_FILE, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, BALLAST_BYTES)
    finally:
        os.close(descriptor)


def release_ballast(data: Path) -> bool:
    """Give its room back. False: it was gone already."""
    path = data / BALLAST_FILE
    if not path.exists():
        return False
    path.unlink()
    sync_folder(data)
    return True
