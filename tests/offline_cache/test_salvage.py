"""A damaged database: set aside whole, what is sound goes on, what is lost is told."""

import os
import random
import shutil
from pathlib import Path

import pytest

from offline_cache import salvage
from offline_cache.bodies import JournalOpened, decode
from offline_cache.card_key import card_key
from offline_cache.entry import Entry, Kind, body_binding, decode_header
from offline_cache.identity import Identity
from offline_cache.journal import Journal
from offline_cache.receipts import Receipt, add, of_card
from offline_cache.sealing import OpeningKey
from offline_cache.sqlite import StorageError, environment_errors
from tests.offline_cache.conftest import FixedClock, Told, damages, stored

COUNT = 60
PAGE = 4096
KEY = card_key(b"secret" * 6, b"card")


@pytest.fixture
def whole(tmp_path: Path, identity: Identity, clock: FixedClock) -> Path:
    """A database of COUNT entries and as many receipts, all of it in one file."""
    data = tmp_path / "whole"
    journal = Journal(data, identity, clock, Told())
    for number in range(COUNT):
        with journal.writing(Kind.CASE, os.urandom(16), lambda _: os.urandom(1100), "x@1") as written:
            receipt = Receipt("x", "x", str(number), written.entry_id, b"r" * 32, b"t" * 16, 0)
            add(journal.connection, KEY, written.position, receipt)
    journal.give_back()
    journal.close()
    return data / "journal.db"


def recovered(data: Path, identity: Identity, clock: FixedClock, told: Told) -> Journal:
    """As the kiosk does: what only shows at work is salvaged then."""
    journal, _ = salvage.open_or_salvage(data, identity, clock, told, damaged=False)
    try:
        stored(data)
        damages(data)
        with environment_errors(journal.path):
            of_card(journal.connection, KEY)
        journal.append(Kind.DEVICE, b"x")
    except StorageError:
        journal.close()
        journal, found = salvage.open_or_salvage(data, identity, clock, told, damaged=True)
        assert found is not None
    return journal


def assert_goes_on(data: Path, journal: Journal, sound: list[Entry]) -> None:
    """All of `sound` is there, unchanged; only what is not sound is told as damaged; the next entry follows."""
    journal.append(Kind.DEVICE, b"after")
    found = {one.header: one for _, one in stored(data)}
    for one in sound:
        assert found[one.header] == one
    sequences = {decode_header(one.header).sequence for one in sound}
    assert not [one for one in damages(data, each=True) if one.sequence in sequences and one.code != "entry.chain"]
    journal.close()


def laid(data: Path, raw: bytes) -> Path:
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    (data / "journal.db").write_bytes(raw)
    return data


def sound_in(raw: bytes, pristine: bytes, entries: list[Entry]) -> list[Entry]:
    """The entries that stand on a page which is as it was: a record of theirs is one run of bytes."""
    pages = {pristine[at : at + PAGE] for at in range(0, len(pristine), PAGE)} & {
        raw[at : at + PAGE] for at in range(0, len(raw), PAGE)
    }
    records = [(one.header + one.signature + (one.body or b""), one) for one in entries]
    return [one for record, one in records if any(record in page for page in pages)]


def test_a_database_cut_at_every_page(whole: Path, tmp_path: Path, identity: Identity, clock: FixedClock) -> None:
    pristine, entries = whole.read_bytes(), [one for _, one in stored(whole.parent)]
    for pages in range(1, len(pristine) // PAGE):
        raw = pristine[: pages * PAGE]
        data = laid(tmp_path / "cut", raw)
        sound = sound_in(raw, pristine, entries)
        assert_goes_on(data, recovered(data, identity, clock, Told()), sound)
        (aside,) = (data / salvage.ASIDE).glob("*/journal.db")
        assert aside.read_bytes()[:18] == raw[:18]


@pytest.mark.parametrize("rounds", [60, pytest.param(3000, marks=pytest.mark.long)])
def test_a_database_with_random_bytes_changed(
    whole: Path, tmp_path: Path, identity: Identity, clock: FixedClock, rounds: int, expected_logs: list[str]
) -> None:
    expected_logs.append("is damaged")
    pristine, entries = whole.read_bytes(), [one for _, one in stored(whole.parent)]
    chance = random.Random(20261123)
    for _ in range(rounds):
        raw = bytearray(pristine)
        for _ in range(chance.choice((1, 3, 30))):
            place = chance.randrange(len(raw)) if chance.random() < 0.7 else chance.randrange(PAGE)
            raw[place] ^= chance.randrange(1, 256)
        data = laid(tmp_path / "flipped", bytes(raw))
        assert_goes_on(data, recovered(data, identity, clock, Told()), sound_in(bytes(raw), pristine, entries))


def test_what_is_lost_is_told_to_the_platform_and_receipts_go_on(
    whole: Path, tmp_path: Path, identity: Identity, clock: FixedClock, opening: OpeningKey
) -> None:
    raw = bytearray(whole.read_bytes())
    entries = [one for _, one in stored(whole.parent)]
    place = raw.index(entries[29].header) // PAGE * PAGE
    raw[place : place + PAGE] = bytes(PAGE)
    lost = [at for at, one in enumerate(entries, 1) if one.header not in bytes(raw)]
    data = laid(tmp_path / "lost", bytes(raw))
    old = decode_header(entries[0].header).journal
    told = Told(wanted={old: 11})
    journal, found = salvage.open_or_salvage(data, identity, clock, told, damaged=True)
    assert found is not None
    assert (found.entries, found.lost) == (COUNT - len(lost), len(lost))
    header, body = next(
        (decode_header(one.header), one.body)
        for _, one in stored(data)
        if decode_header(one.header).kind == Kind.JOURNAL_OPENED
    )
    assert body is not None
    said = decode(Kind.JOURNAL_OPENED, opening.open(body, body_binding(header.entry_id)))
    assert said == JournalOpened("salvaged", old, lost[0] - 1, COUNT - lost[-1], [(lost[0], lost[-1])])
    assert sorted(int(receipt.number) for _, receipt in of_card(journal.connection, KEY)) == list(range(COUNT))
    journal.close()


def test_a_second_salvage_has_its_own_folder(
    whole: Path, tmp_path: Path, identity: Identity, clock: FixedClock
) -> None:
    data = laid(tmp_path / "twice", whole.read_bytes())
    entries = [one for _, one in stored(data)]
    for number in ("001", "002"):
        journal, found = salvage.open_or_salvage(data, identity, clock, Told(), damaged=True)
        assert found is not None
        assert found.aside == data / "damaged" / number
        assert_goes_on(data, journal, entries)


def test_another_trouble_is_no_damage(tmp_path: Path, identity: Identity, clock: FixedClock) -> None:
    journal = Journal(tmp_path, identity, clock, Told())
    journal.connection.execute("PRAGMA user_version = 99")
    journal.connection.execute("CREATE TABLE of_the_future (x)")
    journal.close()
    with pytest.raises(StorageError, match="newer version"):
        salvage.open_or_salvage(tmp_path, identity, clock, Told(), damaged=False)
    assert not (tmp_path / salvage.ASIDE).exists()
