"""`kiosk cache`: what it says of a whole journal, and of a damaged one."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli import main
from offline_cache.attachments import Attachments, refer_from_entry
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.identity import Identity, load
from offline_cache.journal import Journal
from offline_cache.lock import FolderLock
from offline_cache.position import position
from offline_cache.sealing import suite
from offline_cache.upstream import Alone
from sync.state import SyncState
from tests.kiosk.test_terminal import enrol


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    enrol(data)
    journal = Journal(data, load(data), SystemClock(), Alone())
    for _ in range(5):
        journal.append(Kind.DEVICE, b"x")
    made = Attachments(data, suite("intl-1")).keep(b"scan", "image/jpeg")
    with journal.writing(Kind.CASE, b"e" * 16, lambda _: b"case", "x@1"):
        refer_from_entry(journal.connection, b"e" * 16, [made], 0)
    state = SyncState(data, SystemClock())
    state.acknowledged(journal.journal, 4, [], 0)
    state.close()
    journal.close()
    (tmp_path / "kiosk.toml").write_text(
        'place = "柳溪镇"\ndata = "data"\nplatform = "http://127.0.0.1:9"\nregion = "qinghe"\n'
    )
    return data


def cache(data: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    status = main(["cache", *arguments, "--json", "--config", str(data.parent / "kiosk.toml")])
    return status, json.loads(capsys.readouterr().out)


def journal_of(data: Path) -> Journal:
    identity: Identity = load(data)
    return Journal(data, identity, SystemClock(), Alone())


def test_status_counts_and_says_what_waits(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = cache(data, capsys, "status")
    assert status == 0
    assert {name: found[name] for name in ("entries", "pending", "attachments", "drafts", "receipts", "space")} == {
        "entries": 6, "pending": 3, "attachments": 1, "drafts": 0, "receipts": 0, "space": "enough",
    }  # fmt: skip
    assert found["set_aside"] == []


@pytest.mark.parametrize("options", [(), ("--each",)])
def test_a_whole_journal_verifies(data: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]) -> None:
    assert cache(data, capsys, "verify", *options) == (0, {"entries": 6, "attachments": 1, "damages": []})


def test_each_damage_is_named_with_its_place(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = journal_of(data)
    journal.connection.execute("UPDATE entries SET body = x'00' WHERE position = ?", (position(1, 2),))
    journal.connection.execute("UPDATE entries SET signature = zeroblob(64) WHERE position = ?", (position(1, 3),))
    journal.connection.execute("DELETE FROM entries WHERE position = ?", (position(1, 5),))
    journal.close()
    (attachment,) = (data / "attachments").iterdir()
    attachment.unlink()
    status, found = cache(data, capsys, "verify", "--each")
    assert status == 1
    assert [(damage.get("sequence"), damage["code"]) for damage in found["damages"]] == [
        (2, "entry.body"), (3, "entry.signature"), (5, "entry.missing"), (None, "attachment.missing"),
    ]  # fmt: skip
    assert found["damages"][0]["journal"] == found["damages"][1]["journal"]
    main(["cache", "verify", "--config", str(data.parent / "kiosk.toml")])
    said = capsys.readouterr()
    assert "entry 5 is missing" in said.err
    assert "damaged" in said.out


def test_compacting_wants_the_kiosk_to_stand_still(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = FolderLock(data)
    status, found = cache(data, capsys, "compact")
    assert (status, found["error"]["code"]) == (1, "cache.held")
    lock.release()
    status, found = cache(data, capsys, "compact")
    assert (status, found["dropped"]) == (0, 0)


def test_an_export_to_where_nothing_can_be_written_says_so(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stick").write_bytes(b"")
    status, found = cache(data, capsys, "export", str(tmp_path / "stick"))
    assert (status, found["error"]["code"]) == (1, "export.failed")


def test_without_a_journal_it_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kiosk.toml").write_text(
        'place = "柳溪镇"\ndata = "none"\nplatform = "http://127.0.0.1:9"\nregion = "qinghe"\n'
    )
    status, found = cache(tmp_path / "none", capsys, "status")
    assert (status, found["error"]["code"]) == (1, "storage.cannot-open")
