"""The key that kiosks seal to; made at the platform's first start, kept in a file of mode 0600."""

import secrets
from pathlib import Path

import msgspec

from offline_cache.durable import write_durably
from offline_cache.sealing import suite


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


def load_or_make(data: Path) -> PlatformKey:
    path = data / "platform-key.json"
    if not path.exists():
        made = PlatformKey(f"pk-{secrets.token_hex(4)}", "intl-1", suite("intl-1").new_opening_key())
        write_durably(path, msgspec.json.encode(made), 0o600)
    return msgspec.json.decode(path.read_bytes(), type=PlatformKey)
