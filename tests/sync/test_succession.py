"""A kiosk that was restored, enrolled again, damaged, or told another key, goes on; nothing is lost on the way."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from offline_cache import bodies, salvage
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind, decode_header
from offline_cache.identity import load
from offline_cache.journal import Journal
from offline_cache.position import position
from offline_cache.retention import drop_delivered
from offline_cache.sqlite import connect
from sync.state import SyncStateReader
from tests.central.conftest import Kiosk, Server, database, kiosk, server, until
from tests.offline_cache.conftest import Told, damages, stored
from tests.sync.test_agent import Running, delivered, run

__all__ = ["database", "kiosk", "server"]


def reopen(kiosk: Kiosk) -> Kiosk:
    """As the kiosk's program does: with what the agent knows."""
    kiosk.close()
    kiosk.identity = load(kiosk.data)
    kiosk.notes = SyncStateReader(kiosk.data)
    kiosk.journal = Journal(kiosk.data, kiosk.identity, SystemClock(), kiosk.notes)
    return kiosk


def back_up(kiosk: Kiosk, folder: Path) -> None:
    folder.mkdir()
    for name in ("journal.db", "sync.db"):
        if (kiosk.data / name).exists():
            with closing(connect(kiosk.data / name, read_only=True)) as connection:
                connection.execute("VACUUM INTO ?", (str(folder / name),))


def restore(kiosk: Kiosk, folder: Path, *names: str) -> None:
    """As after a technician copied files back, and started the kiosk."""
    kiosk.close()
    for name in names:
        for suffix in ("", "-wal", "-shm"):
            (kiosk.data / f"{name}{suffix}").unlink(missing_ok=True)
        shutil.copy(folder / name, kiosk.data / name)
    reopen(kiosk)


def numbers(cases: list[bodies.Case]) -> set[str]:
    return {case.number for case in cases}


def at_the_platform(server: Server) -> set[str]:
    return {str(row[0]) for row in server.rows("SELECT receipt_number FROM cases")}


def deliver(kiosk: Kiosk, server: Server) -> None:
    with Running(kiosk, server.url):
        until(lambda: delivered(kiosk), "delivery")


def arrive(server: Server, cases: list[bodies.Case]) -> None:
    """All of them, and each once."""
    tokens = {case.token for case in cases}
    until(lambda: tokens <= {row[0] for row in server.rows("SELECT token FROM cases")}, "the cases' arrival")
    assert server.rows("SELECT count(*) - count(DISTINCT token) FROM cases") == [(0,)]


def test_a_kiosk_restored_from_an_old_copy_goes_on_in_a_new_journal(
    server: Server, kiosk: Kiosk, tmp_path: Path, expected_logs: list[str]
) -> None:
    expected_logs += ["cannot be sent from entry 4 on", "wants entries"]
    cases = kiosk.submit(3)
    deliver(kiosk, server)
    back_up(kiosk, tmp_path / "copy")
    cases += kiosk.submit(2)
    deliver(kiosk, server)
    restore(kiosk, tmp_path / "copy", "journal.db", "sync.db")
    first = kiosk.journal.journal
    cases += kiosk.submit(2)
    with Running(kiosk, server.url):
        reader = SyncStateReader(kiosk.data)
        until(lambda: reader.forked_at(first) == 4, "the fork's discovery")
        assert kiosk.journal.settle_fork() == 2
        assert kiosk.journal.settle_fork() is None
        cases += kiosk.submit(1)
        until(lambda: delivered(kiosk), "delivery")
        reader.close()
    arrive(server, cases)
    assert kiosk.journal.journal != first
    assert not damages(kiosk.data, each=True)
    twice = cases[3].number
    command = [sys.executable, "-m", "central.cli", "accept", twice, "--data", str(server.data)]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (refused.returncode, "case.ambiguous" in refused.stderr) == (1, True)
    assert server.rows("SELECT count(*) FROM alarms WHERE code = 'journal.conflict'")[0][0] == 1


def test_a_kiosk_of_which_the_journal_alone_was_restored_goes_on(server: Server, kiosk: Kiosk, tmp_path: Path) -> None:
    cases = kiosk.submit(2)
    back_up(kiosk, tmp_path / "copy")
    cases += kiosk.submit(2)
    deliver(kiosk, server)
    restore(kiosk, tmp_path / "copy", "journal.db")
    cases += kiosk.submit(1)
    deliver(kiosk, server)
    arrive(server, cases)


def test_a_kiosk_enrolled_again_delivers_what_it_had(server: Server, kiosk: Kiosk) -> None:
    cases = kiosk.submit(3)
    old = kiosk.identity
    done = run(kiosk, server.url, "enrol", "--again", "--code", server.enrol_code())
    assert done.returncode == 0, done.stderr
    reopen(kiosk)
    assert kiosk.identity.kiosk != old.kiosk
    assert kiosk.identity.secret == old.secret
    cases += kiosk.submit(1)
    deliver(kiosk, server)
    arrive(server, cases)


def test_a_kiosk_with_the_national_suite_delivers(server: Server, kiosk: Kiosk) -> None:
    done = run(kiosk, server.url, "enrol", "--again", "--suite", "sm-1", "--code", server.enrol_code())
    assert done.returncode == 0, done.stderr
    reopen(kiosk)
    cases = kiosk.submit(3)
    deliver(kiosk, server)
    arrive(server, cases)
    assert kiosk.identity.suite == "sm-1"
    assert not damages(kiosk.data, each=True)


def test_a_salvaged_journal_delivers_all_that_was_sound(server: Server, kiosk: Kiosk, expected_logs: list[str]) -> None:
    delivered_before = kiosk.submit(20)
    deliver(kiosk, server)
    later = kiosk.submit(20)
    kiosk.journal.give_back()
    kiosk.journal.close()
    path = kiosk.data / "journal.db"
    raw = bytearray(path.read_bytes())
    raw[4096 * 8 : 4096 * 9] = os.urandom(4096)
    path.write_bytes(raw)
    upstream = SyncStateReader(kiosk.data)
    kiosk.journal, salvaged = salvage.open_or_salvage(kiosk.data, kiosk.identity, SystemClock(), upstream, damaged=True)
    assert salvaged is not None
    lost = salvaged.lost
    last = kiosk.submit(1)
    deliver(kiosk, server)
    until(lambda: len(at_the_platform(server)) == 41 - lost, "the cases' arrival")
    assert numbers(delivered_before) | numbers(last) <= at_the_platform(server)
    assert at_the_platform(server) <= numbers(delivered_before + later + last)
    assert lost <= 5


def test_a_new_key_of_the_platform_is_used_from_the_next_case_on(server: Server, kiosk: Kiosk) -> None:
    cases = kiosk.submit(1)
    command = [sys.executable, "-m", "central.cli", "rotate-key", "--data", str(server.data), "--json"]
    assert subprocess.run(command, check=True, capture_output=True).returncode == 0
    with Running(kiosk, server.url):
        reader = SyncStateReader(kiosk.data)
        until(lambda: reader.platform_key() is not None, "word of the new key")
        key = reader.platform_key()
        assert key is not None
        kiosk.journal.use_platform_key(key.key_id, key.public_key)
        cases += kiosk.submit(1)
        until(lambda: delivered(kiosk), "delivery")
        reader.close()
    arrive(server, cases)
    used = {decode_header(one.header).platform_key for _, one in stored(kiosk.data)}
    assert used == {kiosk.identity.platform_key_id, key.key_id}


def test_a_platform_restored_from_long_ago_gets_the_chain_of_dropped_bodies(
    server: Server, kiosk: Kiosk, tmp_path: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("wants entries from 1 on again")
    server.stop()
    shutil.copytree(server.data, tmp_path / "copy")
    server.start()
    cases = kiosk.submit(4)
    deliver(kiosk, server)
    reader = SyncStateReader(kiosk.data)
    until(lambda: reader.anchor() is not None, "the platform's time")
    assert drop_delivered(kiosk.journal, Told(at=reader.anchor(), delivered=3), 90) == 3
    server.stop()
    shutil.rmtree(server.data)
    shutil.copytree(tmp_path / "copy", server.data)
    server.start()
    cases += kiosk.submit(1)
    with Running(kiosk, server.url):
        until(lambda: server.rows("SELECT count(*) FROM entries") == [(5,)], "all headers")
    arrive(server, cases[3:])
    assert server.rows("SELECT opened, count(*) FROM entries GROUP BY opened ORDER BY opened") == [
        ("body.dropped", 3),
        ("opened", 2),
    ]


@pytest.mark.parametrize("column", ["body", "header", "signature"])
def test_a_damaged_entry_holds_no_other_up(server: Server, kiosk: Kiosk, column: str, expected_logs: list[str]) -> None:
    expected_logs += ["is damaged", "cannot be sent"]
    cases = kiosk.submit(5)
    spoil = f"UPDATE entries SET {column} = zeroblob(length({column})) WHERE position = ?"  # noqa: S608
    kiosk.journal.connection.execute(spoil, (position(1, 3),))
    with Running(kiosk, server.url):
        if column == "header":
            reader = SyncStateReader(kiosk.data)
            until(lambda: reader.forked_at(kiosk.journal.journal) == 3, "the discovery")
            kiosk.journal._upstream = reader
            assert kiosk.journal.settle_fork() == 2
        cases += kiosk.submit(1)
        until(lambda: delivered(kiosk), "delivery")
    arrive(server, [case for at, case in enumerate(cases) if at != 2])


def test_every_kind_of_entry_is_understood_by_the_platform(server: Server, kiosk: Kiosk) -> None:
    session, unknown = os.urandom(16), os.urandom(16)
    kiosk.submit(1)
    deliver(kiosk, server)
    until(lambda: server.rows("SELECT count(*) FROM cases") == [(1,)], "the case")
    [(case,)] = server.rows("SELECT entry_id FROM cases")
    assert isinstance(case, bytes)
    for kind, body in (
        (Kind.SUPPLEMENT, bodies.Supplement(case, {"phone": "13800000018"}, [])),
        (Kind.RATING, bodies.Rating(case, 5)),
        (Kind.RATING, bodies.Rating(unknown, 5)),
        (Kind.WITHDRAWAL, bodies.Withdrawal(case, "other")),
        (Kind.TECHNICIAN, bodies.TechnicianLogin(accepted=True)),
        (Kind.SESSION_STARTED, bodies.SessionEvent(session, "")),
        (Kind.SESSION_WIPED, bodies.SessionWiped(session, ["clipboard"], [])),
        (Kind.DEVICE, bodies.DeviceState("reader", "online", [], "")),
        (Kind.PRINT, bodies.PrintOutcome(b"p" * 16, b"", "confirmed", "", 0)),
    ):
        kiosk.journal.append(kind, bodies.encode(body))
    deliver(kiosk, server)
    until(lambda: server.rows("SELECT count(*) FROM entries WHERE opened = ''") == [(0,)], "opening")
    assert server.rows("SELECT opened, count(*) FROM entries GROUP BY opened ORDER BY opened") == [
        ("about.unknown", 1),
        ("opened", 9),
    ]
