"""The kiosk's own identity: keys made here, id and platform key from enrolment. Never leaves the kiosk.

Kept as systemd's credential `tongban-identity` where one is given, else as a file of the data folder with mode 0600.
"""

import os
from pathlib import Path
from typing import Final

import msgspec

from offline_cache.durable import make_folder, write_durably

FILE: Final = "identity.json"
CREDENTIAL: Final = "tongban-identity"


class IdentityError(Exception):
    """There is no usable identity. `code`: kiosk.not-enrolled or kiosk.identity."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Identity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """signing_key: the suite's raw private key. request_key: the raw Ed25519 key of HTTP requests, where the suite
    signs with another algorithm; else empty. secret: 32 random bytes, for card keys. platform_*: as told at enrolment.
    public_address: where phones ask for a case's progress."""

    kiosk: str
    suite: str
    signing_key: bytes
    secret: bytes
    platform_key_id: str
    platform_public_key: bytes
    public_address: str
    request_key: bytes = b""

    @property
    def http_key(self) -> bytes:
        """The raw Ed25519 key that signs HTTP requests."""
        return self.request_key or self.signing_key

    def __repr__(self) -> str:
        return f"Identity({self.kiosk}, {self.suite})"


def save(data: Path, identity: Identity) -> None:
    """Durable when it returns."""
    make_folder(data, 0o700)
    write_durably(data / FILE, msgspec.json.encode(identity), 0o600)


def load(data: Path) -> Identity:
    """Raises IdentityError."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(credentials) / CREDENTIAL if credentials else data / FILE
    if not path.exists():
        path = data / FILE
    try:
        raw = path.read_bytes()
        open_to_others = path.parent == data and path.stat().st_mode & 0o077
    except FileNotFoundError as error:
        raise IdentityError(
            "kiosk.not-enrolled", f"this kiosk is not enrolled: there is no {FILE} in {data}"
        ) from error
    except OSError as error:
        raise IdentityError("kiosk.identity", f"{path} cannot be read: {error.strerror}") from error
    if open_to_others:
        raise IdentityError("kiosk.identity", f"{path} can be read by others: chmod 600, or enrol anew")
    try:
        return msgspec.json.decode(raw, type=Identity)
    except ValueError as error:
        raise IdentityError(
            "kiosk.identity", f"{path} is damaged: restore it from the back-up, or enrol anew"
        ) from error
