"""The ID card reader: a real host, a real pty, the real bytes."""

import base64
from pathlib import Path

import pytest

from devices.contract import Failure
from devices.supervisor import Device, host_command
from devices.virtual.people import card_photo, card_text, people
from devices.virtual.sam_v import VirtualReader
from tests.devices.conftest import Bench


@pytest.mark.parametrize("key", sorted(people()))
def test_each_kind_of_card_is_read_whole(bench: Bench, reader: Device, virtual_reader: VirtualReader, key: str) -> None:
    person = people()[key]
    virtual_reader.lay(person)
    card = bench.ask(reader, "read", wait_ms=1000)
    assert isinstance(card, dict)
    assert (card["kind"], card["name"], card["id_number"]) == (person["kind"], person.get("name", ""), person["number"])
    assert base64.b64decode(card["raw"]) == card_text(person) + card_photo(person)


def test_no_card_is_said_after_the_wait(bench: Bench, reader: Device) -> None:
    assert bench.ask(reader, "read", wait_ms=300) == Failure(code="card.none")


def test_a_card_laid_down_during_the_wait_is_read(bench: Bench, reader: Device, virtual_reader: VirtualReader) -> None:
    bench.loop.later(0.3, lambda: virtual_reader.lay(people()["elder"]))
    card = bench.ask(reader, "read", wait_ms=5000)
    assert isinstance(card, dict)


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
    failed = bench.ask(reader, "self_test")
    assert isinstance(failed, Failure)
    assert failed.code == "reader.error"


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
    unplugged.start()
    device = bench.device(host_command("sam_v"), {"port": str(tmp_path / "reader")})
    assert bench.ask(device, "read", wait_ms=10) == Failure(code="card.none")
    unplugged.stop()
    gone = bench.ask(device, "read", wait_ms=10)
    assert isinstance(gone, Failure)
    assert gone.code == "reader.absent"
    plugged = VirtualReader(tmp_path / "reader")
    plugged.start()
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
