"""What became of each device lately, for its technician: a short file without personal data, kept across restarts."""

import contextlib
from pathlib import Path
from typing import Final

import msgspec

from devices.contract import Status
from offline_cache.durable import write_durably

FILE: Final = "device-history.json"
KEPT: Final = 200


class Change(msgspec.Struct, frozen=True):
    """at_ms: Unix milliseconds of the kiosk's own clock."""

    at_ms: int
    device: str
    state: str
    code: str


def add(data: Path, device: str, status: Status, now_ms: int) -> None:
    """Durable when it returns, if the disk lets it; the oldest change goes when there are too many."""
    changes = [*read(data), Change(now_ms, device, str(status.state), status.code)][-KEPT:]
    with contextlib.suppress(OSError):
        write_durably(data / FILE, msgspec.json.encode(changes), 0o600)


def read(data: Path) -> list[Change]:
    """Oldest first. A file that cannot be read is an empty history: nothing depends on it."""
    try:
        return msgspec.json.decode((data / FILE).read_bytes(), type=list[Change])
    except (OSError, ValueError):
        return []
