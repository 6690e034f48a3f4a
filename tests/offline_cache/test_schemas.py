"""Every released schema still opens; a migrated one is the fresh one; what SQLite tells is told by its cause."""

import os
import shutil
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from central.database import open_database
from offline_cache.card_key import card_key
from offline_cache.database import open_journal
from offline_cache.entry import Kind, decode_header
from offline_cache.identity import Identity, load
from offline_cache.journal import Journal
from offline_cache.receipts import of_card
from offline_cache.sqlite import Connection, StorageError, connect, environment_errors, transaction
from offline_cache.upstream import Alone
from sync.state import SyncState, SyncStateReader
from tests.offline_cache.conftest import FixedClock, damages, stored

SAMPLES = Path(__file__).parent / "samples"
CENTRAL_SAMPLES = Path(__file__).parents[1] / "central" / "samples"


def sample(version: str, target: Path) -> Path:
    shutil.copytree(SAMPLES / version, target, dirs_exist_ok=True)
    (target / "identity.json").chmod(0o600)
    return target


def schema(connection: Connection) -> list[tuple[str, str, str]]:
    """Without what SQLite and the migrations keep for themselves."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
    return [row for row in rows if "migrations" not in row[1]]


@pytest.mark.parametrize("version", sorted(path.name for path in SAMPLES.iterdir()))
def test_a_journal_of_every_released_schema_opens_and_goes_on(tmp_path: Path, version: str, clock: FixedClock) -> None:
    data = sample(version, tmp_path)
    identity = load(data)
    journal = Journal(data, identity, clock, Alone())
    ((position, receipt),) = of_card(journal.connection, card_key(identity.secret, b"sample card"))
    standing = journal.standing(position)
    before = stored(data)
    journal.append(Kind.DEVICE, b"x")
    journal.close()
    assert receipt.entry_id == b"e" * 16
    headers = [decode_header(one.header) for _, one in before]
    (at,) = [header.sequence for header in headers if header.entry_id == b"e" * 16]
    assert standing == (headers[0].journal, at)
    assert [sequence for sequence, _ in stored(data)] == list(range(1, len(before) + 2))
    assert not damages(data, each=True)


@pytest.mark.parametrize("version", sorted(path.name for path in SAMPLES.iterdir()))
def test_a_migrated_schema_is_the_fresh_one(tmp_path: Path, version: str, clock: FixedClock) -> None:
    old = sample(version, tmp_path / "old")
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    assert schema(open_journal(old)) == schema(open_journal(fresh))
    assert schema(SyncState(old, clock).connection) == schema(SyncState(fresh, clock).connection)


def test_the_agents_notes_of_the_first_schema_are_kept(tmp_path: Path, clock: FixedClock) -> None:
    data = sample("1", tmp_path)
    (journal, wanted), *_ = connect(data / "sync.db").execute("SELECT journal, next FROM acknowledged").fetchall()
    SyncState(data, clock).close()
    reader = SyncStateReader(data)
    assert reader.next_wanted(journal) == wanted > 1
    reader.close()


@pytest.mark.parametrize("version", sorted(path.name for path in CENTRAL_SAMPLES.iterdir()))
def test_a_platform_of_every_released_schema_opens(tmp_path: Path, version: str) -> None:
    shutil.copytree(CENTRAL_SAMPLES / version, tmp_path / "old")
    old, fresh = open_database(tmp_path / "old"), open_database(tmp_path / "fresh")
    assert schema(old) == schema(fresh)
    assert old.execute("SELECT count(*) FROM entries").fetchone()[0] > 0
    assert not old.execute("SELECT 1 FROM kiosks WHERE request_key IS NULL OR request_key = x''").fetchall()
    behind = "SELECT count(*) FROM feed JOIN kiosks USING (kiosk) WHERE cursor > feed_cursor"
    assert old.execute(behind).fetchone()[0] == 0, "a letter behind the cursor would be read by nobody"


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path, clock: FixedClock) -> None:
    data = sample("1", tmp_path)
    connection = connect(data / "journal.db")
    connection.execute("CREATE TABLE attachments (in_the_way)")
    before = schema(connection)
    connection.close()
    with pytest.raises(dbapi2.OperationalError, match="already exists"):
        open_journal(data)
    assert schema(connect(data / "journal.db")) == before


def test_each_fault_of_the_environment_has_its_code(tmp_path: Path, identity: Identity, clock: FixedClock) -> None:
    path = tmp_path / "some.db"
    connection = connect(path)
    connection.execute("CREATE TABLE t (x)")
    connection.execute("PRAGMA max_page_count = 3")
    with pytest.raises(StorageError) as full, transaction(connection, path):
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert full.value.code == "storage.full"
    assert not connection.in_transaction
    other = connect(path)
    other.execute("PRAGMA busy_timeout = 0")
    with transaction(connection, path), pytest.raises(StorageError) as busy, transaction(other, path):
        pass
    assert busy.value.code == "storage.busy"
    reader = connect(path, read_only=True)
    with pytest.raises(StorageError) as read_only, transaction(reader, path):
        reader.execute("DELETE FROM t")
    assert read_only.value.code == "storage.read-only"
    with pytest.raises(StorageError) as missing:
        connect(tmp_path / "nothing.db", read_only=True)
    assert missing.value.code == "storage.cannot-open"
    (tmp_path / "rubbish.db").write_bytes(os.urandom(9000))
    with pytest.raises(StorageError) as rubbish:
        connect(tmp_path / "rubbish.db")
    assert rubbish.value.code == "storage.corrupt"


def test_our_own_mistakes_stay_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    connection = connect(path)
    with pytest.raises(dbapi2.OperationalError, match="no such table"), environment_errors(path):
        connection.execute("SELECT * FROM not_there")
    with pytest.raises(dbapi2.OperationalError, match="syntax"), transaction(connection, path):
        connection.execute("SELEC")
