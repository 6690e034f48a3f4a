"""The journal carried on a stick: whole or told, repeat-safe with the network and with itself."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.housekeeping import Housekeeping
from offline_cache import manifest
from offline_cache.attachments import Attachments, refer_from_entry
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.export import Exporter
from offline_cache.sealing import suite
from sync.state import SyncStateReader
from tests.central.conftest import CENTRAL, Kiosk, Server, database, enrolled, kiosk, server, until
from tests.kiosk.test_store import Notes
from tests.sync.test_agent import Running, delivered, run

__all__ = ["database", "kiosk", "server"]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


def export(kiosk: Kiosk, server: Server, stick: Path, *options: str) -> dict[str, object]:
    done = run(kiosk, server.url, "cache", "export", str(stick), "--json", *options)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def taken(server: Server, folder: Path, status: int = 0) -> dict[str, object]:
    command = [*CENTRAL, "import", str(folder), "--data", str(server.data), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=server.environment)
    assert done.returncode == status, done.stderr + done.stdout
    found: dict[str, object] = json.loads(done.stdout)
    return found


def attach(kiosk: Kiosk) -> None:
    made = Attachments(kiosk.data, suite("intl-1")).keep(b"scan" * 1000, "image/jpeg")
    with kiosk.journal.writing(Kind.DEVICE, b"a" * 16, lambda _: b"x", ""):
        refer_from_entry(kiosk.journal.connection, b"a" * 16, [made], 0)


def test_what_is_carried_arrives_and_comes_once_whatever_is_repeated(server: Server, kiosk: Kiosk, stick: Path) -> None:
    cases = kiosk.submit(130)
    attach(kiosk)
    assert export(kiosk, server, stick)["entries"] == 131
    assert export(kiosk, server, stick)["entries"] == 0
    found = taken(server, stick)
    assert (found["stored"], found["repeats"], found["attachments"]) == (131, 0, 1)
    assert server.rows("SELECT count(*) FROM cases") == [(130,)]
    again = taken(server, stick / f"tongban-{kiosk.identity.kiosk}")
    assert (again["stored"], again["repeats"], again["attachments"]) == (0, 131, 0)
    cases += kiosk.submit(5)
    with Running(kiosk, server.url):
        until(lambda: delivered(kiosk), "delivery by the network")
    until(lambda: server.rows("SELECT count(*) FROM cases") == [(135,)], "the cases' opening")
    assert server.rows("SELECT count(*), count(DISTINCT token) FROM cases") == [(135, 135)]
    kiosk.submit(1)
    assert export(kiosk, server, stick)["entries"] == 1
    assert taken(server, stick)["stored"] == 1


def test_only_what_the_platform_has_not_is_carried_unless_all_is_asked_for(
    server: Server, kiosk: Kiosk, stick: Path, tmp_path: Path
) -> None:
    kiosk.submit(3)
    with Running(kiosk, server.url):
        until(lambda: delivered(kiosk), "delivery")
    kiosk.submit(2)
    assert export(kiosk, server, stick)["entries"] == 2
    whole = tmp_path / "whole"
    assert export(kiosk, server, whole, "--all")["entries"] == 5
    assert taken(server, whole) == {
        "kiosk": kiosk.identity.kiosk, "stored": 2, "repeats": 3, "attachments": 0, "troubles": [],
    }  # fmt: skip


def test_a_damaged_file_is_named_and_the_rest_is_taken(server: Server, kiosk: Kiosk, stick: Path) -> None:
    kiosk.submit(150)
    attach(kiosk)
    export(kiosk, server, stick)
    (batch,) = stick.glob("*/*/*101-*.batch")
    raw = batch.read_bytes()
    batch.write_bytes(raw[:-1] + b"x")
    found = taken(server, stick, status=1)
    assert found["stored"] == 100
    assert "export again" in str(found["troubles"])
    assert export(kiosk, server, stick)["entries"] == 51
    assert taken(server, stick)["stored"] == 51


def test_a_stick_pulled_out_too_early_is_told_and_taken_up(server: Server, kiosk: Kiosk, stick: Path) -> None:
    kiosk.submit(3)
    export(kiosk, server, stick)
    (folder,) = stick.iterdir()
    (folder / manifest.SIGNATURE_FILE).unlink()
    assert "not finished" in str(taken(server, stick, status=1))
    export(kiosk, server, stick)
    assert taken(server, stick)["stored"] == 3


def test_what_another_kiosk_signed_is_not_taken(server: Server, kiosk: Kiosk, stick: Path, tmp_path: Path) -> None:
    kiosk.submit(2)
    export(kiosk, server, stick)
    (folder,) = stick.iterdir()
    other = enrolled(server, tmp_path / "other")
    listed = manifest.decode((folder / manifest.FILE).read_bytes())
    key = suite("intl-1").signing_key(other.identity.signing_key)
    raw, signature = manifest.encode(listed, key)
    (folder / manifest.SIGNATURE_FILE).write_bytes(signature)
    assert "export.unsigned" in str(taken(server, stick, status=1))
    for number, code in (("K0099", "kiosk.unknown"), (other.identity.kiosk, "journal.chain")):
        forged = manifest.Manifest(number, listed.suite, listed.files)
        raw, signature = manifest.encode(forged, key)
        (folder / manifest.FILE).write_bytes(raw)
        (folder / manifest.SIGNATURE_FILE).write_bytes(signature)
        assert code in str(taken(server, stick, status=1))
    assert server.rows("SELECT count(*) FROM entries") == [(0,)]
    other.journal.close()


def test_an_empty_folder_says_what_to_do(server: Server, stick: Path) -> None:
    assert "kiosk cache export" in str(taken(server, stick, status=1))


def test_names_that_lead_out_of_the_folder_are_not_followed(server: Server, kiosk: Kiosk, stick: Path) -> None:
    kiosk.submit(1)
    export(kiosk, server, stick)
    (folder,) = stick.iterdir()
    outside = stick.parent / "outside"
    outside.write_bytes(b"x")
    digest = suite("intl-1").digest(b"x")
    listed = manifest.Manifest(kiosk.identity.kiosk, "intl-1", [manifest.ExportedFile("../../outside", 1, digest)])
    raw, signature = manifest.encode(listed, suite("intl-1").signing_key(kiosk.identity.signing_key))
    (folder / manifest.FILE).write_bytes(raw)
    (folder / manifest.SIGNATURE_FILE).write_bytes(signature)
    assert "missing or damaged" in str(taken(server, stick, status=1)["troubles"])


def test_the_mirror_follows_and_comes_back_with_its_medium(kiosk: Kiosk, stick: Path, expected_logs: list[str]) -> None:
    expected_logs.append("mirror is offline: export.failed")
    house = Housekeeping(kiosk.data, kiosk.identity, kiosk.journal, SystemClock(), Notes(), stick / "mirror")
    kiosk.submit(2)
    house.copy_to_mirror()
    assert mirrored(kiosk, stick) == 2
    shutil.rmtree(stick)
    stick.write_bytes(b"no folder any more")
    kiosk.submit(1)
    house.copy_to_mirror()
    house.copy_to_mirror()
    stick.unlink()
    stick.mkdir()
    house.copy_to_mirror()
    told = kiosk.journal.connection.execute("SELECT count(*) FROM entries").fetchone()[0] - 3
    assert told == 2, "that it went, and that it came back"
    house.copy_to_mirror()
    assert mirrored(kiosk, stick) == 5
    house.close()


def mirrored(kiosk: Kiosk, stick: Path) -> int:
    """How many entries the mirror holds."""
    exporter = Exporter(kiosk.data, stick / "mirror", kiosk.identity, SyncStateReader(kiosk.data), everything=True)
    done = exporter.run()
    exporter.close()
    assert done.entries == 0
    return done.total
