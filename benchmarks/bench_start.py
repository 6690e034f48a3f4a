"""Start to the first page that can be used, against the barest QML window; start time and memory of each process."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.table import Row
from devices.connection import host_command
from devices.contract import Configure
from devices.device import alone
from devices.loop import SelectorLoop
from kiosk.cli.demo.stage import Stage

BARE = """
import os, sys, time
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
import PySide6.QtQuick
app = QGuiApplication([])
engine = QQmlApplicationEngine()
engine.loadData(b"import QtQuick; Window { visible: true; width: 1080; height: 1920; Text { text: 'x' } }")
window = engine.rootObjects()[0]
def shown():
    print(time.monotonic(), flush=True)
    app.exit(0)
window.frameSwapped.connect(shown)
app.exec()
del window, engine
"""
TIMES = 5


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TONGBAN_RUNTIME_DIR"] = folder
        stage = Stage(Path(folder), lambda _: None, headless=True, orientation="portrait", scale=1.0)
        stage.start()
        stage.robot.wait("welcome", 30, notice="")
        memory = _memory(stage)
        bare, ours = [], []
        for _ in range(TIMES):
            bare.append(_bare())
            ours.append(_restart(stage, "screen", lambda: stage.robot.wait("welcome", 30, notice="")))
        platform = _restart(stage, "platform", lambda: _until(stage.platform_answers))
        agent = _restart(stage, "agent", lambda: _until(lambda: _used_data(stage)))
        stage.stop()
    return [
        Row("start to first usable page", min(ours) * 1000, "ms", "barest PySide6 QML window", min(bare) * 1000),
        Row("start of the platform to its first answer", platform * 1000, "ms"),
        Row("start of the agent to its work", agent * 1000, "ms"),
        Row(
            "start of a device host to its first answer",
            _host() * 1000,
            "ms",
            "bare Python that prints",
            _python() * 1000,
        ),
        *(Row(f"memory (RSS) of {name}", value, "MB") for name, value in memory.items()),
    ]


def _host() -> float:
    """Until it answered `configure`."""
    taken = []
    for _ in range(TIMES):
        loop = SelectorLoop()
        start = time.monotonic()
        device = alone(loop, "reader", host_command("sam_v"), Configure(), heartbeat=False)
        device.start()
        answers: list[object] = []
        device.call("status", {}, 10.0, answers.append)
        loop.run_until(lambda: bool(answers), 10.0)  # noqa: B023
        taken.append(time.monotonic() - start)
        device.close()
        loop.close()
    return min(taken)


def _python() -> float:
    taken = []
    for _ in range(TIMES):
        start = time.monotonic()
        subprocess.run([sys.executable, "-c", "print()"], capture_output=True, check=True)
        taken.append(time.monotonic() - start)
    return min(taken)


def _bare() -> float:
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True, check=True)
    return float(done.stdout) - start


def _restart(stage: Stage, name: str, ready: object) -> float:
    start = stage.restart(name)
    ready()  # type: ignore[operator]
    return time.monotonic() - start


def _used_data(stage: Stage) -> bool:
    opened = psutil.Process(stage.pid("agent")).open_files()
    return any(file.path.endswith("journal.db") for file in opened)


def _until(done: object) -> None:
    while not done():  # type: ignore[operator]
        time.sleep(0.01)


def _memory(stage: Stage) -> dict[str, float]:
    found = {name: psutil.Process(stage.pid(name)) for name in ("screen", "agent", "platform")}
    for host in found["screen"].children():
        found[f"host of {host.cmdline()[-1]}"] = host
    return {name: process.memory_info().rss / 1e6 for name, process in found.items()}
