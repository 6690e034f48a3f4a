"""A new key for the kiosk's requests, over any number of power cuts: the new key is on the disk before the platform
hears of it, and the old one is forgotten after the platform has answered."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from offline_cache.durable import sync_folder, write_durably
from offline_cache.identity import CREDENTIAL, Identity, IdentityError, load, save
from offline_cache.sealing import REQUEST_SUITE, suite
from sync.client import PlatformClient, PlatformError

PENDING: Final = "request-key.new"


def rotate(data: Path, client_of: Callable[[Identity], PlatformClient]) -> None:
    """To be called while no agent signs. Raises IdentityError and PlatformError; may be repeated after either."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials and (Path(credentials) / CREDENTIAL).exists():
        raise IdentityError("kiosk.identity", "the identity is a credential of the system: change it there, enrol anew")
    old, pending = load(data), data / PENDING
    if not pending.exists():
        write_durably(pending, suite(REQUEST_SUITE).new_signing_key(), 0o600)
    new = msgspec.structs.replace(old, request_key=pending.read_bytes())
    try:
        _tell(client_of(old), new)
    except PlatformError as error:
        if error.code != "request.unsigned":
            raise
        # An earlier try was cut after the platform had taken it: only the new key counts there by now.
        _tell(client_of(new), new)
    save(data, new)
    pending.unlink()
    sync_folder(data)


def _tell(client: PlatformClient, new: Identity) -> None:
    try:
        client.change_request_key(new.request_key)
    finally:
        client.close()
