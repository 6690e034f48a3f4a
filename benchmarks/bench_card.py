"""Card laid down to the name on the screen, and to its fields at the caller, over a pty paced to 115200 baud."""

import os
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.table import Row
from devices.connection import host_command
from devices.contract import Configure
from devices.device import Device, alone
from devices.drivers.sam_v.driver import POLL_S
from devices.loop import SelectorLoop
from devices.virtual.people import people
from devices.virtual.sam_v import VirtualReader
from kiosk.cli.demo.stage import Stage
from kiosk.codes import describe

WIRE_BYTES = 15 + 19 + 1295 + 11
"""Answers to find, select, read and newest address; the virtual reader paces what it sends, not the 30 bytes that it
gets."""
POLL_MS = POLL_S * 1000
WIRE_MS = WIRE_BYTES * 10 / 115_200 * 1000


def rows() -> list[Row]:
    paced = _median_ms(paced=True, times=15)
    screen = _on_screen_ms()
    unpaced = _median_ms(paced=False, times=100)
    return [
        Row("card read, paced to 115200 baud", paced, "ms", "wire time alone", WIRE_MS),
        Row("card read, paced, less the wire time", paced - WIRE_MS, "ms"),
        Row(
            "card to name on the screen",
            screen,
            "ms",
            "wire time and mean wait for the next poll",
            WIRE_MS + POLL_MS / 2,
        ),
        Row("card to name on the screen, less the wire time", screen - WIRE_MS, "ms"),
        Row("card read, unpaced, host included", unpaced, "ms"),
    ]


def _on_screen_ms() -> float:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TONGBAN_RUNTIME_DIR"] = folder
        stage = Stage(Path(folder), lambda _: None, headless=True, orientation="portrait", scale=1.0, paced=True)
        stage.start()
        found = describe("card.take-away")
        left_behind = f"{found.title}。{found.todo}"
        taken = []
        for _ in range(10):
            stage.robot.wait("welcome", 30, notice="")
            start = time.perf_counter()
            stage.devices.lay("elder")
            stage.robot.wait("services", 30, person="王**")
            taken.append(time.perf_counter() - start)
            stage.robot.tap("leave")
            stage.robot.wait("welcome", 30, notice=left_behind)
            stage.devices.lift()
        stage.stop()
    return statistics.median(taken) * 1000


def _median_ms(*, paced: bool, times: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TONGBAN_RUNTIME_DIR"] = folder
        reader = VirtualReader(Path(folder) / "reader", paced=paced)
        reader.lay(people()["elder"])
        loop = SelectorLoop()
        configure = Configure(settings={"port": str(Path(folder) / "reader")}, files=folder)
        device = alone(loop, "reader", host_command("sam_v"), configure)
        device.start()
        taken = [_read(loop, device) for _ in range(times + 1)][1:]
        device.close()
        loop.close()
        reader.stop()
        return statistics.median(taken) * 1000


def _read(loop: SelectorLoop, device: Device) -> float:
    answers: list[object] = []
    start = time.perf_counter()
    device.call("read", {"wait_ms": 1000}, 10.0, answers.append)
    loop.run_until(lambda: bool(answers), 10.0)
    assert isinstance(answers[0], dict)
    return time.perf_counter() - start
