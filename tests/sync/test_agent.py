"""The agent between a real journal and a real platform: every entry exactly once, whatever is stopped or killed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from offline_cache import bodies
from offline_cache.clock import ClockSource, SystemClock
from offline_cache.entry import Kind, decode_header
from offline_cache.reader import JournalReader
from sync.agent import Agent, Uplink
from sync.pushing import Pusher
from sync.state import SyncState, SyncStateReader
from tests.central.conftest import APPLICANT, Kiosk, Server, database, kiosk, server, until
from tests.offline_cache.conftest import stored

__all__ = ["database", "kiosk", "server"]


def config(kiosk: Kiosk, url: str) -> Path:
    path = kiosk.data.parent / "kiosk.toml"
    path.write_text(f'place = "x"\ndata = "{kiosk.data}"\nplatform = "{url}"\nregion = "qinghe"\n', encoding="utf-8")
    return path


def command(kiosk: Kiosk, url: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "kiosk.cli", *arguments, "--config", str(config(kiosk, url))]


def run(kiosk: Kiosk, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(kiosk, url, *arguments), capture_output=True, text=True, check=False)


def delivered(kiosk: Kiosk) -> bool:
    reader, journal = SyncStateReader(kiosk.data), JournalReader(kiosk.data)
    try:
        (*_, info) = journal.journals()
        return reader.next_wanted(info.journal) == journal.last_sequence(info) + 1
    finally:
        reader.close()
        journal.close()


class Running:
    """An agent in this process, stopped at the end."""

    def __init__(self, kiosk: Kiosk, url: str, clock: ClockSource | None = None) -> None:
        self.agent = Agent(kiosk.data, Uplink(url), kiosk.identity, random.Random(1), clock or SystemClock())
        self._thread = threading.Thread(target=self.agent.run)

    def __enter__(self) -> "Running":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.agent.stop()
        self._thread.join()


def test_new_entries_go_up_and_letters_come_down(server: Server, kiosk: Kiosk) -> None:
    with Running(kiosk, server.url):
        kiosk.submit(250)
        until(lambda: delivered(kiosk), "delivery")
        kiosk.submit(1)
        until(lambda: delivered(kiosk), "delivery of one more")
        reader = SyncStateReader(kiosk.data)
        entry = decode_header(stored(kiosk.data)[-1][1].header).entry_id
        until(lambda: reader.letter(entry) is not None, "the letter")
        contact = reader.contact()
        assert contact.error_code == ""
        assert contact.contact_ms is not None
        anchor = reader.anchor()
        assert anchor is not None
        assert abs(anchor.offset_ms) < 5000
        reader.close()
    assert server.rows("SELECT count(*), count(DISTINCT entry_id) FROM entries") == [(251, 251)]


def test_an_outage_delays_and_loses_nothing(server: Server, kiosk: Kiosk) -> None:
    server.kill()
    with Running(kiosk, server.url):
        kiosk.submit(5)
        reader = SyncStateReader(kiosk.data)
        until(lambda: reader.contact().error_code == "platform.unreachable", "the agent's notice")
        server.start()
        until(lambda: delivered(kiosk), "delivery after the outage")
        reader.close()
    assert server.rows("SELECT count(*) FROM entries") == [(5,)]


def test_a_platform_restored_from_an_old_copy_gets_what_it_lost(
    server: Server, kiosk: Kiosk, tmp_path: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("wants entries from 3 on again")
    kiosk.submit(2)
    with Running(kiosk, server.url):
        until(lambda: delivered(kiosk), "delivery")
    server.stop()
    shutil.copytree(server.data, tmp_path / "copy")
    server.start()
    kiosk.submit(3)
    with Running(kiosk, server.url):
        until(lambda: delivered(kiosk), "delivery")
    server.stop()
    shutil.rmtree(server.data)
    shutil.copytree(tmp_path / "copy", server.data)
    server.start()
    kiosk.submit(1)
    with Running(kiosk, server.url):
        until(lambda: server.rows("SELECT count(*) FROM entries") == [(6,)], "what was lost")


@pytest.mark.parametrize("victims", ["agent", "platform"])
def test_kill_9_of_either_side_doubles_and_loses_nothing(server: Server, kiosk: Kiosk, victims: str) -> None:
    chance = random.Random(7)
    for _ in range(3):
        kiosk.submit(150)
        agent = subprocess.Popen(command(kiosk, server.url, "agent"))
        before = server.rows("SELECT count(*) FROM entries")[0][0]
        target = int(str(before)) + chance.choice([0, 50, 100])
        until(lambda: int(str(server.rows("SELECT count(*) FROM entries")[0][0])) >= target, "some delivery")  # noqa: B023
        if victims == "platform":
            server.kill()
            server.start()
            until(lambda: delivered(kiosk), "delivery")
        agent.kill()
        agent.wait()
    with Running(kiosk, server.url):
        until(lambda: delivered(kiosk), "the rest")
    assert server.rows("SELECT count(*), count(DISTINCT entry_id), max(sequence) FROM entries") == [(450, 450, 450)]
    until(lambda: server.rows("SELECT count(*) FROM cases") == [(450,)], "all cases")
    assert server.rows("SELECT count(*) FROM alarms") == [(0,)]


class Ahead(SystemClock):
    """A wall clock that is 40 days ahead, or behind."""

    def __init__(self, days: int) -> None:
        super().__init__()
        self._ms = days * 86_400_000

    def wall_ms(self) -> int:
        return super().wall_ms() + self._ms


@pytest.mark.parametrize("days", [40, -40])
def test_a_wrong_clock_is_corrected_by_the_platforms_answer(server: Server, kiosk: Kiosk, days: int) -> None:
    kiosk.submit(1)
    with Running(kiosk, server.url, Ahead(days)):
        until(lambda: delivered(kiosk), "delivery in spite of the clock")
        reader = SyncStateReader(kiosk.data)
        until(lambda: reader.anchor() is not None, "the platform's time")
    anchor = reader.anchor()
    assert anchor is not None
    assert abs(anchor.offset_ms + days * 86_400_000) < 60_000
    reader.close()


def test_once_by_hand(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(3)
    done = run(kiosk, server.url, "sync", "--once")
    assert done.returncode == 0
    assert "3 entries sent, 0 refused" in done.stdout
    assert delivered(kiosk)


def test_a_running_agent_is_named(server: Server, kiosk: Kiosk) -> None:
    agent = subprocess.Popen(command(kiosk, server.url, "agent"))
    kiosk.submit(1)
    until(lambda: delivered(kiosk), "delivery")
    done = run(kiosk, server.url, "sync", "--once")
    assert done.returncode == 1
    assert f"process {agent.pid}" in done.stderr
    assert "cache.held" in done.stderr
    agent.send_signal(signal.SIGTERM)
    assert agent.wait(10) == 0


def test_failures_have_codes(server: Server, kiosk: Kiosk, tmp_path: Path) -> None:
    server.kill()
    done = run(kiosk, server.url, "sync", "--once", "--json")
    assert done.returncode == 1
    assert '"code": "platform.unreachable"' in done.stdout
    done = run(kiosk, server.url, "enrol", "--code", "AAAA-AAAA-AAAA")
    assert done.returncode == 1
    assert "kiosk.enrolled" in done.stderr
    (kiosk.data / "identity.json").unlink()
    done = run(kiosk, server.url, "agent")
    assert done.returncode == 1
    assert "kiosk.not-enrolled" in done.stderr


def test_an_urgent_service_waits_behind_no_backlog(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(150)
    case = bodies.Case("linshi-jiuzhu", 1, "N", os.urandom(16), os.urandom(32), APPLICANT, {}, {})
    with kiosk.journal.writing(Kind.CASE, os.urandom(16), lambda _: bodies.encode(case), "linshi-jiuzhu@1"):
        pass
    journal, notes, client = JournalReader(kiosk.data), SyncStateReader(kiosk.data), kiosk.client(server.url)
    state = SyncState(kiosk.data, SystemClock())
    Pusher(kiosk.identity, client, journal, state, notes, frozenset({"linshi-jiuzhu"})).push()
    until(lambda: server.rows("SELECT max(sequence) FROM cases") == [(151,)], "the urgent case")
    (stored_ahead,) = server.rows("SELECT count(*) FROM entries")
    assert stored_ahead[0] == 101, "one batch, and what is urgent"
    state.close()
    for reader in (journal, notes, client):
        reader.close()
