"""`kiosk device conform`: every driver in the tree and in the documents keeps the contract; each breach is named."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from devices.virtual.people import people
from devices.virtual.receipt_printer import VirtualPrinter
from devices.virtual.sam_v import VirtualReader

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def conform(*arguments: str, **environment: str) -> tuple[int, dict[str, Any]]:
    """The exit status, and each check's result by its name."""
    command = [sys.executable, "-m", "kiosk.cli", "device", "conform", "--json", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **environment}
    )
    return done.returncode, {one["check"]: one for one in json.loads(done.stdout)}


def passed(status: int, results: dict[str, Any], *, skipped: int) -> None:
    assert not [one for one in results.values() if one["outcome"] == "failed"]
    assert status == 0
    assert [one["outcome"] for one in results.values()].count("skipped") == skipped


def test_the_card_reader(tmp_path: Path) -> None:
    virtual = VirtualReader(tmp_path / "reader")
    virtual.lay(people()["elder"])
    passed(*conform("--driver", "sam_v", "--set", f"port={tmp_path / 'reader'}", "--with-card"), skipped=1)
    virtual.stop()


def test_the_receipt_printer(tmp_path: Path) -> None:
    virtual = VirtualPrinter(0, tmp_path / "papers")
    settings = ["--set", "host=127.0.0.1", "--set", f"port={virtual.port}", "--set", "profile=native-80"]
    passed(*conform("--driver", "escpos", *settings, "--with-paper"), skipped=2)
    assert len(virtual.papers()) == 1
    virtual.stop()


@pytest.mark.parametrize("driver", ["sam_v", "escpos"])
def test_a_driver_without_its_device(driver: str) -> None:
    status, results = conform("--driver", driver)
    assert status == 0, results


def test_the_example_in_python(tmp_path: Path) -> None:
    """Installed as pip would install it: the module, and the entry point's record."""
    example = EXAMPLES / "python-keypad"
    record = tmp_path / "tongban_example_keypad-0.1.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: tongban-example-keypad\nVersion: 0.1.0\n")
    (record / "entry_points.txt").write_text("[tongban.drivers]\nexample_keypad = example_keypad:Keypad\n")
    virtual = VirtualReader(tmp_path / "keypad")
    path = f"{example}:{tmp_path}"
    results = conform("--driver", "example_keypad", "--set", f"port={tmp_path / 'keypad'}", PYTHONPATH=path)
    passed(*results, skipped=3)
    virtual.stop()


def test_the_example_in_perl(tmp_path: Path) -> None:
    (tmp_path / "bell").touch()
    results = conform("--set", f"bell={tmp_path / 'bell'}", "--", str(EXAMPLES / "perl-bell" / "bell.pl"))
    passed(*results, skipped=3)
    assert (tmp_path / "bell").read_bytes() == b""


BREACHES = {
    "answers before configure": ("refuses requests before configure", "device.not-configured is due"),
    "greets on stdout": ("refuses requests before configure", "neither reply nor event"),
    "speaks contract 2": ("refuses requests before configure", "contract 2"),
    "has a bad code": ("tells each device's status", "is no code"),
    "says nobody acts": ("tells each device's status", "nobody has to do anything"),
    "takes everything": ("refuses an unknown method", "device.no-such-method is due"),
    "never cancels": ("ends a wait when it is cancelled", "no answer within 1 s"),
    "spins": ("is quiet and idle when nobody asks", "% of a core"),
    "chatters": ("is quiet and idle when nobody asks", "neither reply nor event"),
    "stays": ("ends when stdin closes", "did not end"),
    "crashes on nonsense": ("refuses parameters of another form", "the driver ended"),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_each_breach_is_named(breach: str) -> None:
    check, why = BREACHES[breach]
    status, results = conform("--", sys.executable, "-m", "tests.devices.breaching_driver", breach)
    assert status == 1
    assert results[check]["outcome"] == "failed"
    assert why in results[check]["why"]


def test_the_obedient_one_breaches_nothing() -> None:
    passed(*conform("--", sys.executable, "-m", "tests.devices.breaching_driver", ""), skipped=2)


def test_a_command_that_is_not_there() -> None:
    status, results = conform("--", "/nowhere/driver")
    assert status == 1
    assert "cannot be started" in results["refuses requests before configure"]["why"]
