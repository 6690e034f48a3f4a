"""kill -9 of the agent or the platform at random moments, while cases come in: every entry exactly once."""

import random
import subprocess
import threading

import pytest

from tests.central.conftest import EITHER_DATABASE, Kiosk, Server, database, kiosk, server, until
from tests.offline_cache.conftest import stored
from tests.sync.test_agent import Running, command, delivered

__all__ = ["database", "kiosk", "server"]


def _kill_again_and_again(server: Server, kiosk: Kiosk, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    never = threading.Event()
    agent = subprocess.Popen(command(kiosk, server.url, "agent"))
    for _ in range(kills):
        kiosk.submit(chance.randrange(1, 25))
        never.wait(chance.uniform(0.0, 0.6))
        if chance.random() < 0.5:
            agent.kill()
            agent.wait()
            agent = subprocess.Popen(command(kiosk, server.url, "agent"))
        else:
            server.kill()
            server.start()
    agent.kill()
    agent.wait()
    with Running(kiosk, server.url):
        until(lambda: delivered(kiosk), "the rest")
    (count, entries, last) = server.rows("SELECT count(*), count(DISTINCT entry_id), max(sequence) FROM entries")[0]
    assert count == entries == last == len(stored(kiosk.data))
    assert server.rows("SELECT count(*) FROM alarms") == [(0,)]
    until(lambda: server.rows("SELECT count(*) FROM cases") == [(count,)], "all cases")


@EITHER_DATABASE
def test_25_kills_on_each_database(server: Server, kiosk: Kiosk) -> None:
    _kill_again_and_again(server, kiosk, 25, 11)


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_250_kills_on_each_database(server: Server, kiosk: Kiosk) -> None:
    _kill_again_and_again(server, kiosk, 250, 12)
