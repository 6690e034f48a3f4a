"""A new key for requests: one of the two works at every moment, whatever breaks off."""

from datetime import UTC, datetime

import pytest

from offline_cache.identity import Identity, load
from sync.client import PlatformClient, PlatformError
from sync.key_change import PENDING, rotate
from tests.central.conftest import Kiosk, Server, database, kiosk, server

__all__ = ["database", "kiosk", "server"]


def _client(server: Server, identity: Identity) -> PlatformClient:
    return PlatformClient(server.url, identity, lambda: datetime.now(UTC))


def _works(server: Server, identity: Identity) -> bool:
    client = _client(server, identity)
    code = ""
    try:
        client.feed(0, 0.0, "")
    except PlatformError as error:
        code = error.code
    client.close()
    assert code in ("", "request.unsigned")
    return not code


def test_only_the_new_key_counts_afterwards(server: Server, kiosk: Kiosk) -> None:
    rotate(kiosk.data, lambda identity: _client(server, identity))
    new = load(kiosk.data)
    assert new.signing_key == kiosk.identity.signing_key
    assert _works(server, new)
    assert not _works(server, kiosk.identity)
    rotate(kiosk.data, lambda identity: _client(server, identity))
    assert not _works(server, new)
    assert _works(server, load(kiosk.data))
    assert not (kiosk.data / PENDING).exists()


class _Cut(PlatformClient):
    """The answer does not arrive."""

    def change_request_key(self, private_key: bytes) -> None:
        super().change_request_key(private_key)
        raise PlatformError("platform.unreachable", "the line broke")


def test_a_lost_answer_locks_nobody_out(server: Server, kiosk: Kiosk) -> None:
    with pytest.raises(PlatformError, match="the line broke"):
        rotate(kiosk.data, lambda identity: _Cut(server.url, identity, lambda: datetime.now(UTC)))
    assert not _works(server, load(kiosk.data))
    rotate(kiosk.data, lambda identity: _client(server, identity))
    assert _works(server, load(kiosk.data))


def test_without_the_platform_the_old_key_stays(server: Server, kiosk: Kiosk) -> None:
    server.kill()
    with pytest.raises(PlatformError):
        rotate(kiosk.data, lambda identity: _client(server, identity))
    server.start()
    assert _works(server, load(kiosk.data))
