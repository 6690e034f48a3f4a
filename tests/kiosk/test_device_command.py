"""`kiosk device`, as a technician runs it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.connection import host_command
from devices.virtual.people import people
from devices.virtual.receipt_printer import VirtualPrinter
from devices.virtual.sam_v import VirtualReader
from tests.devices.conftest import Bench, bench

__all__ = ["bench"]

FIELDS = [
    "kind", "name", "name_en", "name_full", "sex", "ethnicity", "birth", "address", "newest_address", "id_number",
    "authority", "nationality", "permit_number", "valid_from", "valid_to",
]  # fmt: skip


def device(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk.cli", "device", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[VirtualReader]:
    made = VirtualReader(tmp_path / "reader")
    yield made
    made.stop()


def read(reader: VirtualReader, *arguments: str) -> subprocess.CompletedProcess[str]:
    return device("read", "--driver", "sam_v", "--set", f"port={reader.port}", *arguments)


@pytest.mark.parametrize("key", sorted(people()))
def test_a_card_is_read_without_a_configuration(reader: VirtualReader, key: str) -> None:
    person = people()[key]
    reader.lay(person)
    done = read(reader, "--reveal", "--json")
    assert done.returncode == 0
    card = json.loads(done.stdout)
    assert list(card) == FIELDS
    assert (card["kind"], card["id_number"]) == (person["kind"], person["number"])
    assert card["name"] == person.get("name", "")[:15]


def test_personal_fields_are_masked_unless_they_are_asked_for(reader: VirtualReader) -> None:
    person = people()["elder"]
    reader.lay(person)
    for options in ((), ("--json",)):
        said = read(reader, *options).stdout
        assert "王**" in said
        for personal in (person["name"], person["number"], person["address"], person["birth"][4:]):
            assert personal not in said


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("none", 3, "card.none"),
        ("silent", 6, "reader.no-answer"),
        ("rubbish", 6, "reader.garbled"),
        ("read-failed", 7, "card.unreadable"),
        ("wrong-type", 7, "card.wrong-type"),
    ],
)
def test_each_failure_has_its_status(reader: VirtualReader, fault: str, status: int, code: str) -> None:
    if fault != "none":
        reader.lay(people()["elder"])
        reader.fault = fault
    done = read(reader, "--timeout", "0.2", "--json")
    assert done.returncode == status
    error = json.loads(done.stdout)["error"]
    assert error["code"] == code
    assert error["todo"]


def test_a_port_that_is_not_there(tmp_path: Path) -> None:
    done = device("read", "--driver", "sam_v", "--set", f"port={tmp_path}/nothing")
    assert done.returncode == 5
    assert "nothing cannot be opened: No such file" in done.stderr
    assert "what to do: " in done.stderr


def test_a_device_that_the_running_kiosk_holds_is_refused_by_name(bench: Bench, reader: VirtualReader) -> None:
    holder = bench.device(host_command("sam_v"), {"port": reader.port})
    bench.ask(holder, "status")
    done = read(reader)
    assert done.returncode == 4
    assert f"held by tested of the tests, process {holder.pid}" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("read",),
        ("read", "--driver", "guess"),
        ("read", "--driver", "sam_v", "--set", "port"),
        ("read", "--config", "nothing.toml", "--device", "reader"),
        ("fly",),
    ],
)
def test_wrong_usage_says_what_to_do(arguments: tuple[str, ...]) -> None:
    done = device(*arguments)
    assert done.returncode in (1, 2)
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_test_page_and_the_configured_devices(tmp_path: Path, reader: VirtualReader) -> None:
    printer = VirtualPrinter(0, tmp_path / "papers")
    config = tmp_path / "kiosk.toml"
    config.write_text(
        'place = "x"\ndata = "data"\nplatform = "http://127.0.0.1:9"\nregion = "qinghe"\n'
        f'[devices.reader]\ndriver = "sam_v"\nsettings = {{ port = "{reader.port}" }}\n'
        f'[devices.printer]\ndriver = "escpos"\nsettings = {{ host = "127.0.0.1", port = "{printer.port}" }}\n',
        encoding="utf-8",
    )
    printing = ("--config", str(config), "--device", "printer")
    assert device("print", "--text", "通办", *printing).returncode == 0
    assert "通办" in printer.papers()[0]["text"]
    assert device("test", *printing).returncode == 0
    printer.fault = "paper-out"
    done = device("print", "--json", *printing)
    assert done.returncode == 8
    assert json.loads(done.stdout)["outcome"] == "failed-clean"
    status = device("status", "--json", *printing)
    assert json.loads(status.stdout)["code"] == "printer.paper-out"
    listed = json.loads(device("list", "--config", str(config), "--json").stdout)
    assert [found["name"] for found in listed["devices"]] == ["reader", "printer"]
    drivers = json.loads(device("list", "--json").stdout)
    assert [found["driver"] for found in drivers["drivers"]] == ["escpos", "sam_v"]
    printer.stop()


def test_virtual_devices_are_led_by_hand(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "devices.virtual", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert "reader /dev/pts/" in running.stdout.readline()
        folder = str(tmp_path)
        assert device("virtual", folder, "lay", "elder").returncode == 0
        assert device("virtual", folder, "fault", "printer", "paper-out").returncode == 0
        status = json.loads(device("virtual", folder, "status", "--json").stdout)
        assert (status["faults"]["printer"], "王桂兰" in status["card"]) == ("paper-out", True)
        assert device("virtual", folder, "lay").returncode == 2
        unknown = device("virtual", folder, "fault", "printer", "on-fire")
        assert (unknown.returncode, "known faults: none, paper-out" in unknown.stderr) == (1, True)
        running.terminate()
    assert "do not run" in device("virtual", folder, "lift").stderr


def test_output_that_nobody_reads_to_its_end_is_no_error() -> None:
    command = f"{sys.executable} -m kiosk.cli codes | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")
