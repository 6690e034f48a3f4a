"""One writer of the data folder."""

import fcntl
import os
from pathlib import Path
from typing import Final

FILE: Final = "kiosk.lock"


class HeldError(Exception):
    """Another process has the folder."""

    code = "cache.held"


class FolderLock:
    """Held from making until `release`, or until the process ends. name: what to hold, one file each."""

    def __init__(self, data: Path, name: str = FILE) -> None:
        """Raises HeldError with the holder's process id."""
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._descriptor = os.open(data / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._descriptor)
            raise HeldError(f"process {holder} already works on {data}; end it first") from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        os.close(self._descriptor)
