"""The platform's secrets: the keys that kiosks seal to (old ones stay, to open with), and the key that hides id numbers
in the database. Made when first needed, kept in files of mode 0600."""

import fcntl
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from offline_cache.durable import write_durably
from offline_cache.sealing import suite

FILE: Final = "platform-keys.json"
LOOKUP_FILE: Final = "lookup-key"
_LOCK: Final = "platform-keys.lock"
_FIRST_FILE: Final = "platform-key.json"
"""What version 0.1.0 kept its one key in."""


class PlatformKey(msgspec.Struct, frozen=True):
    """private_key: raw, of the suite."""

    key_id: str
    suite: str
    private_key: bytes

    def __repr__(self) -> str:
        return f"PlatformKey({self.key_id})"

    @property
    def public_key(self) -> bytes:
        return suite(self.suite).opening_key(self.private_key).public


def keys(data: Path) -> dict[str, PlatformKey]:
    """All of them, by id, oldest first."""
    return {key.key_id: key for key in _load(data)}


def current(data: Path, suite_name: str) -> PlatformKey:
    """The newest key of that suite; made when there is none."""
    found = [key for key in _load(data) if key.suite == suite_name]
    if found:
        return found[-1]
    with _alone(data):
        found = [key for key in _load(data) if key.suite == suite_name]
        return found[-1] if found else _add(data, suite_name)


def rotate(data: Path, suite_name: str) -> PlatformKey:
    """A new key for that suite. Durable when it returns; kiosks learn of it with their next feed."""
    with _alone(data):
        return _add(data, suite_name)


def _add(data: Path, suite_name: str) -> PlatformKey:
    made = PlatformKey(f"pk-{secrets.token_hex(4)}", suite_name, suite(suite_name).new_opening_key())
    write_durably(data / FILE, msgspec.json.encode([*_load(data), made]), 0o600)
    return made


def lookup_key(data: Path) -> bytes:
    """The secret under which a person's cases are found again; made when first needed."""
    path = data / LOOKUP_FILE
    if not path.exists():
        with _alone(data):
            if not path.exists():
                write_durably(path, secrets.token_bytes(32), 0o600)
    return path.read_bytes()


def person_key(lookup: bytes, id_number: str) -> bytes:
    """What stands in the database for an id number: without the secret, the few numbers there are cannot be tried."""
    return hmac.digest(lookup, id_number.strip().upper().encode(), "sha256")


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Two processes that both find no key must not make two."""
    with (data / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _load(data: Path) -> list[PlatformKey]:
    if (data / FILE).exists():
        return msgspec.json.decode((data / FILE).read_bytes(), type=list[PlatformKey])
    first = data / _FIRST_FILE
    return [msgspec.json.decode(first.read_bytes(), type=PlatformKey)] if first.exists() else []
