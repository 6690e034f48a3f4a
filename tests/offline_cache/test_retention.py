"""What the platform has had for long goes, and the chain still verifies; room, and what stops first without it."""

import os
from pathlib import Path

import pytest

from offline_cache import print_ledger, space
from offline_cache.attachments import Attachments, kept, refer_from_draft, refer_from_entry
from offline_cache.card_key import CardKey
from offline_cache.clock import Anchor
from offline_cache.entry import Kind
from offline_cache.identity import Identity
from offline_cache.journal import Journal
from offline_cache.retention import KEEP_DAYS, drop_delivered, drop_prints, drop_uploaded
from offline_cache.sealing import suite
from offline_cache.space import Level
from offline_cache.sqlite import transaction
from sync.state import SyncState, SyncStateReader, Upload
from sync.wire import Verdict
from tests.offline_cache.conftest import FixedClock, Told, damages, stored

DAY_MS = 86_400_000


def anchored(clock: FixedClock) -> Anchor:
    return Anchor(clock.wall, clock.wall, clock.monotonic, clock.boot)


def test_bodies_go_90_days_after_their_delivery_by_the_platforms_clock(
    tmp_path: Path, identity: Identity, clock: FixedClock
) -> None:
    state = SyncState(tmp_path, clock)
    reader = SyncStateReader(tmp_path)
    journal = Journal(tmp_path, identity, clock, reader)
    for day in range(4):
        journal.append(Kind.CASE, b"case")
        state.acknowledged(journal.journal, day + 2, list[Verdict](), clock.wall + day * DAY_MS)
    journal.append(Kind.CASE, b"not delivered")
    for days, gone in ((0, 0), (KEEP_DAYS, 0), (KEEP_DAYS + 1, 1), (KEEP_DAYS + 3, 3), (KEEP_DAYS + 400, 4)):
        state.contacted(clock.wall + days * DAY_MS)
        drop_delivered(journal, reader, KEEP_DAYS)
        assert [one.body is None for _, one in stored(tmp_path)] == [True] * gone + [False] * (5 - gone)
        assert not damages(tmp_path, each=True)
    journal.close()
    reader.close()
    state.close()


def test_a_kiosk_whose_own_clock_jumps_ahead_drops_nothing(
    tmp_path: Path, identity: Identity, clock: FixedClock
) -> None:
    state, reader = SyncState(tmp_path, clock), SyncStateReader(tmp_path)
    journal = Journal(tmp_path, identity, clock, reader)
    journal.append(Kind.CASE, b"case")
    state.acknowledged(journal.journal, 2, [], clock.wall)
    state.contacted(clock.wall)
    clock.wall += 4000 * DAY_MS
    assert drop_delivered(journal, reader, KEEP_DAYS) == 0
    journal.close()
    reader.close()
    state.close()


def test_dropping_gives_room_back(tmp_path: Path, identity: Identity, clock: FixedClock) -> None:
    told = Told(at=anchored(clock), delivered=200)
    journal = Journal(tmp_path, identity, clock, told)
    for _ in range(200):
        journal.append(Kind.CASE, os.urandom(3000))
    journal.give_back()
    full = journal.path.stat().st_size
    assert drop_delivered(journal, told, KEEP_DAYS) == 200
    assert drop_delivered(journal, told, KEEP_DAYS) == 0
    journal.give_back()
    assert journal.path.stat().st_size < full / 3
    journal.append(Kind.CASE, b"x")
    assert not damages(tmp_path, each=True)
    journal.close()


def test_files_go_90_days_after_the_platform_had_them_whole(
    tmp_path: Path, identity: Identity, clock: FixedClock
) -> None:
    state, reader = SyncState(tmp_path, clock), SyncStateReader(tmp_path)
    journal, attachments = Journal(tmp_path, identity, clock, reader), Attachments(tmp_path, suite("intl-1"))
    whole, half, of_draft = (attachments.keep(content, "image/jpeg") for content in (b"whole", b"half", b"draft"))
    with transaction(journal.connection, journal.path):
        refer_from_entry(journal.connection, b"e" * 16, [whole, half], clock.wall)
        refer_from_draft(journal.connection, CardKey(b"t" * 16, b"k" * 32), of_draft, clock.wall)
    state.uploaded(whole.digest, Upload(whole.size, whole.size, clock.wall, ""))
    state.uploaded(half.digest, Upload(half.size, 2, None, ""))
    state.uploaded(of_draft.digest, Upload(of_draft.size, of_draft.size, clock.wall, ""))
    for days, gone in ((0, 0), (KEEP_DAYS, 0), (KEEP_DAYS + 1, 1), (KEEP_DAYS + 400, 0)):
        state.contacted(clock.wall + days * DAY_MS)
        assert drop_uploaded(journal, attachments, reader, KEEP_DAYS) == gone
    assert {row.digest for row in kept(journal.connection)} == {half.digest, of_draft.digest}
    assert {path.name for path in attachments.folder.iterdir()} == {half.digest.hex(), of_draft.digest.hex()}
    assert not damages(tmp_path, each=True)
    journal.close()
    reader.close()
    state.close()


def test_a_platform_restored_from_a_back_up_gets_files_again_before_they_go(
    tmp_path: Path, identity: Identity, clock: FixedClock
) -> None:
    state, reader = SyncState(tmp_path, clock), SyncStateReader(tmp_path)
    journal, attachments = Journal(tmp_path, identity, clock, reader), Attachments(tmp_path, suite("intl-1"))
    scan = attachments.keep(b"scan", "image/jpeg")
    with transaction(journal.connection, journal.path):
        refer_from_entry(journal.connection, b"e" * 16, [scan], clock.wall)
    state.uploaded(scan.digest, Upload(scan.size, scan.size, clock.wall, ""))
    state.contacted(clock.wall + 400 * DAY_MS)
    state.forget_platform({})
    assert drop_uploaded(journal, attachments, reader, KEEP_DAYS) == 0
    journal.close()
    reader.close()
    state.close()


def test_settled_prints_go_and_unsettled_ones_stay(journal: Journal) -> None:
    connection = journal.connection
    with transaction(connection, journal.path):
        old, young, open_still = (print_ledger.prepare(connection, b"", 0, at) for at in (0, 50 * DAY_MS, 0))
        for print_id, at in ((old, 0), (young, 50 * DAY_MS)):
            print_ledger.step(connection, print_id, print_ledger.FAILED_CLEAN, at, "x")
    drop_prints(journal, 100 * DAY_MS)
    assert {row[0] for row in connection.execute("SELECT print_id FROM prints")} == {young, open_still}


@pytest.mark.parametrize(
    ("megabytes", "level"),
    [(5000, Level.ENOUGH), (511, Level.SHED), (255, Level.NO_ATTACHMENTS), (95, Level.NO_CASES), (0, Level.NO_CASES)],
)
def test_each_level_of_fullness(megabytes: int, level: Level) -> None:
    assert space.level_for(megabytes * 1024 * 1024) is level


def test_the_ballast_is_there_and_can_be_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "BALLAST_BYTES", 1 << 20)
    space.keep_ballast(tmp_path, 1 << 40)
    assert (tmp_path / "ballast").stat().st_blocks * 512 >= 1 << 20
    assert space.has_ballast(tmp_path)
    assert space.release_ballast(tmp_path)
    assert not space.release_ballast(tmp_path)
    space.keep_ballast(tmp_path, space.FREE_BYTES[Level.SHED])
    assert not space.has_ballast(tmp_path)
