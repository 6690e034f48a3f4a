"""What the running kiosk sees of its devices, for `kiosk doctor` beside it: a small file in memory."""

import os
from pathlib import Path
from typing import Final

import msgspec

from devices.contract import Status

FILE: Final = "status.json"


class Running(msgspec.Struct, frozen=True):
    """pid: of the kiosk's process."""

    pid: int
    devices: dict[str, Status]


def tell(runtime: Path, devices: dict[str, Status]) -> None:
    """The last one counts; nothing depends on it."""
    aside = runtime / f".{FILE}.new"
    aside.write_bytes(msgspec.json.encode(Running(os.getpid(), devices)))
    aside.rename(runtime / FILE)


def look(runtime: Path) -> Running | None:
    """None: no kiosk is running here."""
    try:
        found = msgspec.json.decode((runtime / FILE).read_bytes(), type=Running)
    except (OSError, ValueError):
        return None
    return found if Path(f"/proc/{found.pid}").exists() else None
