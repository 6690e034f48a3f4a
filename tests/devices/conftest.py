"""Virtual devices in this process, drivers in hosts of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.connection import host_command
from devices.contract import Configure, Failure
from devices.device import Device, alone
from devices.loop import SelectorLoop
from devices.virtual.receipt_printer import VirtualPrinter
from devices.virtual.sam_v import VirtualReader

WAIT_S = 20.0


class Bench:
    """A loop and the devices on it."""

    def __init__(self, files: Path) -> None:
        self.files = files
        self.loop = SelectorLoop()
        self.devices: list[Device] = []

    def device(self, command: list[str], settings: dict[str, str]) -> Device:
        configure = Configure(settings=settings, claimant="tested of the tests", files=str(self.files))
        device = alone(self.loop, "tested", command, configure)
        device.start()
        self.devices.append(device)
        return device

    def ask(self, device: Device, method: str, deadline_s: float = WAIT_S, **params: Any) -> dict[str, Any] | Failure:
        answers: list[dict[str, Any] | Failure] = []
        device.call(method, params, deadline_s, answers.append)
        assert self.loop.run_until(lambda: bool(answers), WAIT_S), "no answer at all"
        return answers[0]

    def until(self, done: Callable[[], bool]) -> None:
        """Also for what is seen from outside only: `done` is asked every 10 ms."""
        self._tick()
        assert self.loop.run_until(done, WAIT_S)

    def _tick(self) -> None:
        self.loop.later(0.01, self._tick)

    def close(self) -> None:
        for device in self.devices:
            device.close()
        self.loop.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    files = tmp_path / "files"
    files.mkdir()
    made = Bench(files)
    yield made
    made.close()


@pytest.fixture
def virtual_reader(tmp_path: Path) -> Iterator[VirtualReader]:
    made = VirtualReader(tmp_path / "reader")
    yield made
    made.stop()


@pytest.fixture
def reader(bench: Bench, virtual_reader: VirtualReader, tmp_path: Path) -> Device:
    del virtual_reader
    return bench.device(host_command("sam_v"), {"port": str(tmp_path / "reader")})


@pytest.fixture
def virtual_printer(tmp_path: Path) -> Iterator[VirtualPrinter]:
    made = VirtualPrinter(0, tmp_path / "receipts")
    yield made
    made.stop()


@pytest.fixture
def printer(bench: Bench, virtual_printer: VirtualPrinter) -> Device:
    return bench.device(host_command("escpos"), {"host": "127.0.0.1", "port": str(virtual_printer.port)})
