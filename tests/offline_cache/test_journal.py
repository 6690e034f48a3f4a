"""The journal: nothing lost, nothing doubled, nothing readable."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from offline_cache.clock import BUILD_MS, Anchor
from offline_cache.database import JOURNAL_FILE, JOURNAL_SCHEMA
from offline_cache.entry import Kind, body_binding, decode_header
from offline_cache.identity import Identity
from offline_cache.journal import Journal
from offline_cache.reader import JournalReader
from offline_cache.sealing import OpeningKey
from offline_cache.sqlite import StorageError, connect, transaction
from offline_cache.upstream import Alone
from tests.offline_cache.conftest import FixedClock, Told, damages, new_identity, stored


def test_an_entry_is_there_for_another_process_and_opens_with_the_platforms_key(
    journal: Journal, tmp_path: Path, identity: Identity, opening: OpeningKey
) -> None:
    written = journal.append(Kind.SESSION_STARTED, b"a body")
    ((_, found),) = stored(tmp_path)
    assert found.body is not None
    assert opening.open(found.body, body_binding(written.entry_id)) == b"a body"
    assert not damages(tmp_path)


def test_the_chain_goes_on_after_a_restart(tmp_path: Path, identity: Identity, clock: FixedClock) -> None:
    for _ in range(3):
        journal = Journal(tmp_path, identity, clock, Alone())
        journal.append(Kind.SESSION_STARTED, b"x")
        journal.close()
    assert [sequence for sequence, _ in stored(tmp_path)] == [1, 2, 3]
    assert not damages(tmp_path)


def test_another_kiosk_opens_another_journal(tmp_path: Path, opening: OpeningKey, clock: FixedClock) -> None:
    names = set()
    for kiosk in ("K0001", "K0002"):
        journal = Journal(tmp_path, new_identity(opening, kiosk), clock, Alone())
        journal.append(Kind.SESSION_STARTED, b"x")
        names.add(journal.journal)
        journal.close()
    assert len(names) == 2


def test_the_same_entry_is_written_once(journal: Journal) -> None:
    made = []

    def body(sequence: int) -> bytes:
        made.append(sequence)
        return b"case"

    for _ in range(3):
        with journal.writing(Kind.CASE, b"e" * 16, body, "x@1") as written:
            assert written.sequence == 1
    assert made == [1]


def test_what_fails_inside_leaves_nothing_and_the_journal_goes_on(
    journal: Journal, tmp_path: Path, identity: Identity
) -> None:
    class BrokenError(Exception):
        pass

    with pytest.raises(BrokenError), journal.writing(Kind.CASE, b"e" * 16, lambda _: b"case", "x@1"):
        raise BrokenError
    assert journal.append(Kind.SESSION_STARTED, b"x").sequence == 1
    assert not damages(tmp_path)


def test_a_reader_hears_of_new_entries(journal: Journal, tmp_path: Path) -> None:
    reader = JournalReader(tmp_path)
    before = reader.data_version()
    assert reader.data_version() == before
    journal.append(Kind.SESSION_STARTED, b"x")
    assert reader.data_version() != before
    reader.close()


def test_time_never_goes_back_while_nobody_knows_better(journal: Journal, clock: FixedClock) -> None:
    first = journal.append(Kind.SESSION_STARTED, b"x")
    clock.wall = 0
    second = journal.append(Kind.SESSION_STARTED, b"x")
    assert second.created_ms == first.created_ms
    clock.wall = first.created_ms + 40 * 86_400_000
    third = journal.append(Kind.SESSION_STARTED, b"x")
    assert third.created_ms == clock.wall


@pytest.mark.parametrize("jump_days", [40, -40, -20_000])
def test_a_wall_clock_that_jumps_does_not_move_time_once_the_platform_was_heard(
    tmp_path: Path, identity: Identity, clock: FixedClock, jump_days: int
) -> None:
    told = Told(Anchor(clock.wall, clock.wall, clock.monotonic, clock.boot))
    journal = Journal(tmp_path, identity, clock, told)
    clock.passes(60)
    clock.wall += jump_days * 86_400_000
    assert told.at is not None
    assert journal.append(Kind.SESSION_STARTED, b"x").created_ms == told.at.server_ms + 60_000
    clock.boot, clock.monotonic = os.urandom(16), 500
    after_restart = journal.append(Kind.SESSION_STARTED, b"x").created_ms
    assert after_restart >= told.at.server_ms
    journal.close()


def test_a_clock_that_was_ahead_holds_no_later_entry_up(tmp_path: Path, identity: Identity, clock: FixedClock) -> None:
    told = Told()
    journal = Journal(tmp_path, identity, clock, told)
    right = clock.wall
    clock.wall += 40 * 86_400_000
    assert journal.append(Kind.SESSION_STARTED, b"x").created_ms == clock.wall
    told.at = Anchor(right, clock.wall, clock.monotonic, clock.boot)
    assert journal.append(Kind.SESSION_STARTED, b"x").created_ms == right
    journal.close()


def test_a_clock_at_1970_is_lifted_to_the_build(tmp_path: Path, identity: Identity) -> None:
    journal = Journal(tmp_path, identity, FixedClock(wall=0), Alone())
    assert journal.append(Kind.SESSION_STARTED, b"x").created_ms == BUILD_MS
    journal.close()


def test_the_platforms_clock_is_believed(tmp_path: Path, identity: Identity, clock: FixedClock) -> None:
    anchor = Anchor(clock.wall + 3_600_000, clock.wall, clock.monotonic, clock.boot)
    journal = Journal(tmp_path, identity, clock, Told(anchor))
    written = journal.append(Kind.SESSION_STARTED, b"x")
    assert written.created_ms == clock.wall + 3_600_000
    evidence = decode_header(stored(tmp_path)[0][1].header).clock
    assert (evidence.wall_ms, evidence.offset_ms) == (clock.wall, 3_600_000)
    journal.close()


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path, identity: Identity, clock: FixedClock) -> None:
    connection = connect(tmp_path / JOURNAL_FILE)
    connection.execute(f"PRAGMA user_version={JOURNAL_SCHEMA + 1}")
    connection.close()
    with pytest.raises(StorageError, match="newer version") as error:
        Journal(tmp_path, identity, clock, Alone())
    assert error.value.code == "storage.newer"


@pytest.mark.parametrize("content", [b"not a database at all " * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_is_told_by_its_code(
    tmp_path: Path, identity: Identity, clock: FixedClock, content: bytes
) -> None:
    (tmp_path / JOURNAL_FILE).write_bytes(content)
    with pytest.raises(StorageError) as error:
        Journal(tmp_path, identity, clock, Alone())
    assert error.value.code == "storage.corrupt"
    assert (tmp_path / JOURNAL_FILE).read_bytes() == content


@pytest.mark.parametrize(
    ("column", "code"), [("header", "entry.malformed"), ("body", "entry.body"), ("signature", "entry.signature")]
)
def test_damage_is_located(journal: Journal, tmp_path: Path, identity: Identity, column: str, code: str) -> None:
    for _ in range(4):
        journal.append(Kind.SESSION_STARTED, b"x")
    damaged = 4 if column == "signature" else 3
    with transaction(journal.connection, journal.path):
        journal.connection.execute(
            f"UPDATE entries SET {column} = zeroblob(length({column})) WHERE position & 65535 = ?",  # noqa: S608
            (damaged,),
        )
    (damage,) = damages(tmp_path)
    assert (damage.sequence, damage.code) == (damaged, code)


WRITER = """
import sys
from pathlib import Path
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.identity import load
from offline_cache.journal import Journal
from offline_cache.upstream import Alone
data = Path(sys.argv[1])
journal = Journal(data, load(data), SystemClock(), Alone())
while True:
    print(journal.append(Kind.SESSION_STARTED, b"x" * 500).entry_id.hex(), flush=True)
"""


@pytest.mark.parametrize("kills", [50, pytest.param(500, marks=pytest.mark.long)])
def test_no_acknowledged_entry_is_lost_by_kill_9(tmp_path: Path, identity: Identity, kills: int) -> None:
    from offline_cache.identity import save

    save(tmp_path, identity)
    acknowledged: list[str] = []
    for round_ in range(kills):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for _ in range(1 + round_ * 7 % 100):
            acknowledged.append(writer.stdout.readline().strip())
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += [line for line in writer.stdout.read().split() if len(line) == 32]
        writer.stdout.close()
        writer.wait()
    found = [decode_header(one.header).entry_id.hex() for _, one in stored(tmp_path)]
    assert set(acknowledged) <= set(found)
    assert len(set(found)) == len(found)
    assert not damages(tmp_path)
