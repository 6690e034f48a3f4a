"""Who holds a connection: a lock file for each serial port or address, so that a second opener learns by whom."""

import fcntl
import hashlib
import json
import os
import tempfile
from pathlib import Path

from devices.driver import DriverError


class Claim:
    """Held from making until `release`, or until the process ends."""

    def __init__(self, address: str, claimant: str) -> None:
        """address: the real path of a port, or host:port. claimant: `NAME of PROGRAM`.

        Raises DriverError device.held, which names the holder."""
        path = _folder() / hashlib.sha256(address.encode()).hexdigest()[:32]
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._descriptor, 500, 0)
            os.close(self._descriptor)
            raise DriverError("device.held", f"{address} is held by {_named(holder)}") from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps({"pid": os.getpid(), "claimant": claimant}).encode(), 0)

    def release(self) -> None:
        os.close(self._descriptor)


def _named(holder: bytes) -> str:
    try:
        found = json.loads(holder)
        return f"{found['claimant']}, process {found['pid']}"
    except (ValueError, KeyError, TypeError):
        return "another program"


def _folder() -> Path:
    given = os.environ.get("TONGBAN_RUNTIME_DIR") or os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(given) / "tongban" if given else Path(tempfile.gettempdir()) / f"tongban-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise DriverError("device.held", f"{folder} belongs to somebody else: set TONGBAN_RUNTIME_DIR")
    return folder
