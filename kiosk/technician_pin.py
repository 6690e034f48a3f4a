"""The technician's PIN: kept as a slow hash, and not to be guessed by trying."""

import hashlib
import hmac
import os
from pathlib import Path
from typing import Final

import msgspec

from offline_cache.durable import write_durably

FILE: Final = "technician.json"
DIGITS: Final = 6
FREE_TRIES: Final = 3
FIRST_WAIT_S: Final = 30.0
MAX_WAIT_S: Final = 3600.0


class PinError(Exception):
    """The PIN cannot be set."""

    code = "technician.pin"
    exit_status = 2


class _Kept(msgspec.Struct, frozen=True):
    """failures: in a row; they count across restarts."""

    salt: bytes
    digest: bytes
    failures: int = 0


class TechnicianPin:
    """now: monotonic seconds. A wait that was under way when the program ended begins anew."""

    def __init__(self, data: Path, now: float) -> None:
        self._path = data / FILE
        self._kept: _Kept | None = None
        if self._path.exists():
            self._kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        self._until = now + self._wait_s()

    @property
    def is_set(self) -> bool:
        return self._kept is not None

    def set(self, pin: str) -> None:
        """Durable when it returns. Raises PinError."""
        if len(pin) != DIGITS or not pin.isdecimal() or not pin.isascii():
            raise PinError(f"a PIN has {DIGITS} digits")
        if len(set(pin)) == 1 or pin in "01234567890 9876543210":
            raise PinError("this PIN is the first that anybody would try: take another")
        salt = os.urandom(16)
        self._keep(_Kept(salt, _digest(pin, salt)))

    def wait_s(self, now: float) -> float:
        """Seconds until it may be tried again."""
        return max(0.0, self._until - now)

    def try_pin(self, pin: str, now: float) -> bool:
        """False too while there is to be waited."""
        if self._kept is None or self.wait_s(now) > 0:
            return False
        accepted = hmac.compare_digest(_digest(pin, self._kept.salt), self._kept.digest)
        self._keep(msgspec.structs.replace(self._kept, failures=0 if accepted else self._kept.failures + 1))
        self._until = now + self._wait_s()
        return accepted

    def _wait_s(self) -> float:
        over = self._kept.failures - FREE_TRIES if self._kept else -1
        return min(MAX_WAIT_S, FIRST_WAIT_S * 2.0**over) if over >= 0 else 0.0

    def _keep(self, kept: _Kept) -> None:
        write_durably(self._path, msgspec.json.encode(kept), 0o600)
        self._kept = kept


def _digest(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
