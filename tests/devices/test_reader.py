"""The ID card reader: a real host, a real pty, the real bytes."""

import base64
from pathlib import Path

import pytest

from devices import payload
from devices.connection import host_command
from devices.contract import Failure, State
from devices.device import Device
from devices.virtual.people import card_fingerprint, card_photo, card_text, people
from devices.virtual.sam_v import VirtualReader
from tests.devices.conftest import Bench


@pytest.mark.parametrize("key", sorted(people()))
def test_each_kind_of_card_is_read_whole(bench: Bench, reader: Device, virtual_reader: VirtualReader, key: str) -> None:
    person = people()[key]
    virtual_reader.lay(person)
    card = bench.ask(reader, "read", wait_ms=1000)
    assert isinstance(card, dict)
    assert (card["kind"], card["name"], card["id_number"]) == (
        person["kind"],
        person.get("name", "")[:15],
        person["number"],
    )
    assert base64.b64decode(card["raw"]) == card_text(person) + card_photo(person)


def test_no_card_is_said_after_the_wait(bench: Bench, reader: Device) -> None:
    assert bench.ask(reader, "read", wait_ms=300) == Failure(code="card.none")


def test_a_card_laid_down_during_the_wait_is_read(bench: Bench, reader: Device, virtual_reader: VirtualReader) -> None:
    bench.loop.later(0.3, lambda: virtual_reader.lay(people()["elder"]))
    card = bench.ask(reader, "read", wait_ms=5000)
    assert isinstance(card, dict)
    assert card["laid"]
    again = bench.ask(reader, "read", wait_ms=5000)
    assert isinstance(again, dict)
    assert not again["laid"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("silent", "reader.no-answer"),
        ("rubbish", "reader.garbled"),
        ("wrong-checksum", "reader.garbled"),
        ("cut-frame", "reader.garbled"),
        ("lifted-mid-read", "card.unreadable"),
        ("read-failed", "card.unreadable"),
        ("wrong-type", "card.wrong-type"),
    ],
)
def test_each_fault_has_its_code_and_passes(
    bench: Bench, reader: Device, virtual_reader: VirtualReader, fault: str, code: str
) -> None:
    virtual_reader.lay(people()["elder"])
    virtual_reader.fault = fault
    failed = bench.ask(reader, "read", wait_ms=100)
    assert isinstance(failed, Failure)
    assert failed.code == code
    virtual_reader.fault = "none"
    virtual_reader.lay(people()["elder"])
    assert isinstance(bench.ask(reader, "read", wait_ms=100), dict)


def test_a_wrong_check_digit_identifies_nobody(bench: Bench, reader: Device, virtual_reader: VirtualReader) -> None:
    virtual_reader.lay({**people()["elder"], "number": "519901193803120241"})
    failed = bench.ask(reader, "read", wait_ms=100)
    assert isinstance(failed, Failure)
    assert failed.code == "card.bad-check-digit"
    assert "519901" not in failed.detail


def test_the_self_test_finds_a_broken_module(bench: Bench, reader: Device, virtual_reader: VirtualReader) -> None:
    assert isinstance(bench.ask(reader, "self_test"), dict)
    virtual_reader.fault = "sam-error"
    broken = bench.ask(reader, "self_test")
    assert isinstance(broken, dict)
    assert [finding["code"] for finding in broken["findings"]] == ["reader.error"]


def test_a_cancelled_wait_frees_the_reader(bench: Bench, reader: Device) -> None:
    heard: list[object] = []
    cancel = reader.call("read", {"wait_ms": 60_000}, 70.0, heard.append)
    bench.loop.later(0.1, cancel)
    assert bench.ask(reader, "read", wait_ms=10) == Failure(code="card.none")
    assert heard == []


def test_a_reader_that_is_not_there(bench: Bench, tmp_path: Path) -> None:
    device = bench.device(host_command("sam_v"), {"port": str(tmp_path / "nothing")})
    failed = bench.ask(device, "read", wait_ms=10)
    assert isinstance(failed, Failure)
    assert failed.code == "reader.absent"


def test_a_reader_that_is_unplugged_and_plugged_in_again(bench: Bench, tmp_path: Path) -> None:
    unplugged = VirtualReader(tmp_path / "reader")
    device = bench.device(host_command("sam_v"), {"port": str(tmp_path / "reader")})
    assert bench.ask(device, "read", wait_ms=10) == Failure(code="card.none")
    unplugged.stop()
    gone = bench.ask(device, "read", wait_ms=10)
    assert isinstance(gone, Failure)
    assert gone.code == "reader.absent"
    plugged = VirtualReader(tmp_path / "reader")
    plugged.lay(people()["elder"])
    assert isinstance(bench.ask(device, "read", wait_ms=1000), dict)
    plugged.stop()


def test_whoever_holds_the_reader_is_named(bench: Bench, reader: Device, tmp_path: Path) -> None:
    bench.ask(reader, "read", wait_ms=10)
    second = bench.device(host_command("sam_v"), {"port": str(tmp_path / "reader")})
    failed = bench.ask(second, "read", wait_ms=10)
    assert isinstance(failed, Failure)
    assert failed.code == "device.held"
    assert f"tested of the tests, process {reader.pid}" in failed.detail


def test_whoever_moved_and_whose_name_is_long(bench: Bench, reader: Device, virtual_reader: VirtualReader) -> None:
    virtual_reader.lay(people()["long-name"])
    card = bench.ask(reader, "read", wait_ms=1000)
    assert isinstance(card, dict)
    assert (card["name"], card["name_full"]) == ("阿卜杜热合曼·买买提艾力·吐尔", True)
    assert card["newest_address"] == "四川省青禾县柳溪镇河东社区5栋2单元301"
    virtual_reader.lay(people()["elder"])
    other = bench.ask(reader, "read", wait_ms=1000)
    assert isinstance(other, dict)
    assert (other["name_full"], other["newest_address"]) == (False, "")


@pytest.mark.parametrize(("key", "has"), [("long-name", True), ("elder", False)])
def test_fingerprints_go_by_file_and_change_no_card_key(
    bench: Bench, virtual_reader: VirtualReader, tmp_path: Path, key: str, has: bool
) -> None:
    settings = {"port": str(tmp_path / "reader"), "fingerprint": "read"}
    reader = bench.device(host_command("sam_v"), settings)
    virtual_reader.lay(people()[key])
    card = bench.ask(reader, "read", wait_ms=1000)
    assert isinstance(card, dict)
    assert base64.b64decode(card["raw"]) == card_text(people()[key]) + card_photo(people()[key])
    found = payload.take(bench.files, card["fingerprint"]) if card["fingerprint"] else b""
    assert found == card_fingerprint(people()[key])
    assert bool(found) == has


@pytest.mark.parametrize("rate", [38400, 9600])
def test_the_rate_is_found_out(bench: Bench, tmp_path: Path, rate: int) -> None:
    slow = VirtualReader(tmp_path / "slow", rate=rate)
    slow.lay(people()["elder"])
    reader = bench.device(host_command("sam_v"), {"port": str(tmp_path / "slow")})
    assert isinstance(bench.ask(reader, "read", wait_ms=1000), dict)
    tested = bench.ask(reader, "self_test")
    assert isinstance(tested, dict)
    assert f"{rate} baud" in tested["findings"][0]["detail"]
    reader.close()
    slow.stop()


def test_a_reader_that_understands_no_rate(bench: Bench, reader: Device, virtual_reader: VirtualReader) -> None:
    virtual_reader.fault = "rubbish"
    failed = bench.ask(reader, "read", wait_ms=100)
    assert isinstance(failed, Failure)
    assert failed.code == "reader.garbled"


def test_noise_on_the_line_is_passed_over(bench: Bench, reader: Device, virtual_reader: VirtualReader) -> None:
    virtual_reader.fault = "noise"
    virtual_reader.lay(people()["elder"])
    assert isinstance(bench.ask(reader, "read", wait_ms=1000), dict)


def test_a_module_that_finds_a_card_once_until_it_is_lifted(
    bench: Bench, reader: Device, virtual_reader: VirtualReader
) -> None:
    virtual_reader.fault = "finds-once"
    virtual_reader.lay(people()["elder"])
    assert isinstance(bench.ask(reader, "read", wait_ms=100), dict)
    assert bench.ask(reader, "read", wait_ms=100) == Failure(code="card.none")
    virtual_reader.lift()
    virtual_reader.lay(people()["elder"])
    assert isinstance(bench.ask(reader, "read", wait_ms=100), dict)


DECODERS = """
import os
def good(wlt): return b"BM" + wlt[:20]
def bad(wlt): raise ValueError("not a photo")
def crash(wlt): os.abort()
"""


@pytest.fixture
def decoders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "vendor_wlt.py").write_text(DECODERS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "vendor_wlt"


def with_decoder(bench: Bench, tmp_path: Path, name: str) -> Device:
    return bench.device(host_command("sam_v"), {"port": str(tmp_path / "reader"), "photo_decoder": name})


def test_a_vendors_decoder_gives_the_photo(
    bench: Bench, virtual_reader: VirtualReader, tmp_path: Path, decoders: str
) -> None:
    virtual_reader.lay(people()["elder"])
    card = bench.ask(with_decoder(bench, tmp_path, f"{decoders}:good"), "read", wait_ms=1000)
    assert isinstance(card, dict)
    assert payload.take(bench.files, card["photo"]) == b"BM" + card_photo(people()["elder"])[:20]
    assert list(bench.files.iterdir()) == []


@pytest.mark.parametrize("name", ["bad", "crash"])
def test_a_decoder_that_fails_costs_the_photo_only(
    bench: Bench, virtual_reader: VirtualReader, tmp_path: Path, decoders: str, name: str
) -> None:
    virtual_reader.lay(people()["elder"])
    reader = with_decoder(bench, tmp_path, f"{decoders}:{name}")
    if name == "crash":
        assert bench.ask(reader, "read", wait_ms=1000) == Failure(code="device.crashed")
        bench.until(lambda: reader.pid is not None)
    card = bench.ask(reader, "read", wait_ms=1000)
    assert isinstance(card, dict)
    assert card["photo"] == ""
    bench.until(lambda: reader.status.code == "reader.photo-decoder")
    assert reader.status.state is State.DEGRADED


def test_a_decoder_that_is_not_installed_is_said(bench: Bench, virtual_reader: VirtualReader, tmp_path: Path) -> None:
    del virtual_reader
    failed = bench.ask(with_decoder(bench, tmp_path, "not_there:decode"), "read", wait_ms=10)
    assert isinstance(failed, Failure)
    assert (failed.code, "not_there" in failed.detail) == ("device.settings", True)


def test_params_of_another_form_are_refused_and_the_host_lives(bench: Bench, reader: Device) -> None:
    failed = bench.ask(reader, "read", wait_ms="soon")
    assert isinstance(failed, Failure)
    assert failed.code == "device.bad-params"
    assert bench.ask(reader, "read", wait_ms=10) == Failure(code="card.none")
