"""Drivers, hosts and papers: what ours adds to the wire; how soon a hung driver is replaced; idle cost; frames
meanwhile."""

import itertools
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from benchmarks.table import Row
from devices.connection import host_command
from devices.contract import Configure, Line, Paper, State
from devices.device import Device, alone
from devices.driver import Context
from devices.drivers.escpos.encode import encode
from devices.drivers.escpos.profile import profiles
from devices.drivers.sam_v.driver import SamVReader
from devices.loop import SelectorLoop
from devices.virtual.people import people
from devices.virtual.receipt_printer import VirtualPrinter
from devices.virtual.sam_v import VirtualReader

WIRE_BYTES = 15 + 19 + 1295
"""Answers to find, select and read; the virtual reader paces what it sends."""
WIRE_MS = WIRE_BYTES * 10 / 115_200 * 1000
DEADLINE_S = 0.5
IDLE_S = 10.0
FRAMES_S = 5.0
HANGING = """
import json, sys, time
for line in sys.stdin:
    request = json.loads(line)
    if request["method"] == "hang":
        while True: pass
    hello = {"contract": 1, "devices": [{"name": "one", "kind": "test"}]}
    result = hello if request["method"] == "configure" else {"status": {"state": "online"}}
    print(json.dumps({"id": request["id"], "result": result}), flush=True)
"""
MISBEHAVING = ("while True: pass", "import os\nwhile True: os.write(1, b'x' * 65536)", "raise SystemExit")
MOVING = b"""
import QtQuick
Window {
    visible: true; width: 540; height: 960
    Rectangle { width: 100; height: 100; color: "green"
        NumberAnimation on x { from: 0; to: 440; duration: 1000; loops: Animation.Infinite } }
}
"""
RECEIPT = Paper(
    lines=[
        *(Line(text=f"第{at}行：材料已加密存在本机，不会丢。") for at in range(20)),
        Line(qr="T" * 150, align="center"),
    ]
)


def rows() -> list[Row]:
    own, paced, hosted = _driver_ms(paced=False), _driver_ms(paced=True), _hosted_ms()
    killed_ms, again_ms = _hung()
    native, raster = profiles()["native-80"], profiles()["raster-80"]
    drawn_ms = _build_ms(raster)
    quiet, disturbed = _frames(disturbed=False), _frames(disturbed=True)
    return [
        Row("find, select, read in the driver, pty as fast as it goes", own, "ms"),
        Row("… paced to 115200 baud", paced, "ms", "wire time alone", WIRE_MS),
        Row("… through the host, pty as fast as it goes", hosted, "ms", "the driver alone", own),
        Row("what the host adds", hosted - own, "ms"),
        Row("receipt of 20 Chinese lines and a QR code, built natively", _build_ms(native), "ms", "drawn", drawn_ms),
        Row("… its bytes", len(encode(RECEIPT, native)), "B", "drawn", len(encode(RECEIPT, raster))),
        Row("hung driver: from its deadline to its end", killed_ms, "ms"),
        Row("hung driver: from its deadline to the next answer", again_ms, "ms"),
        *_idle(),
        Row("longest pause between frames, three drivers misbehaving", disturbed, "ms", "without drivers", quiet),
    ]


def _driver_ms(*, paced: bool) -> float:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TONGBAN_RUNTIME_DIR"] = folder
        virtual = VirtualReader(Path(folder) / "reader", paced=paced)
        virtual.lay(people()["elder"])
        settings = {"port": str(Path(folder) / "reader"), "newest_address": "no", "baud": "115200"}
        reader = SamVReader(
            Context(settings, threading.Event(), Path(folder), "benchmarks", lambda *_: None, lambda _: None)
        )
        reader.open()
        read = reader.parts["reader"].methods["read"]
        taken = []
        for _ in range(10 if paced else 200):
            start = time.perf_counter()
            read({"wait_ms": 0})
            taken.append(time.perf_counter() - start)
        reader.close()
        virtual.stop()
        return statistics.median(taken) * 1000


def _hosted_ms() -> float:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TONGBAN_RUNTIME_DIR"] = folder
        virtual = VirtualReader(Path(folder) / "reader")
        virtual.lay(people()["elder"])
        loop = SelectorLoop()
        settings = {"port": str(Path(folder) / "reader"), "newest_address": "no", "baud": "115200"}
        device = alone(loop, "reader", host_command("sam_v"), Configure(settings=settings, files=folder))
        device.start()
        taken = [_call_s(loop, device, "read", {"wait_ms": 0}) for _ in range(201)][1:]
        device.close()
        loop.close()
        virtual.stop()
        return statistics.median(taken) * 1000


def _call_s(loop: SelectorLoop, device: Device, method: str, params: dict[str, object]) -> float:
    answers: list[object] = []
    start = time.perf_counter()
    device.call(method, params, 10.0, answers.append)
    loop.run_until(lambda: bool(answers), 10.0)
    assert isinstance(answers[0], dict), answers
    return time.perf_counter() - start


def _build_ms(profile: object) -> float:
    taken = []
    for _ in range(30):
        start = time.perf_counter()
        encode(RECEIPT, profile)  # type: ignore[arg-type]
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def _hung() -> tuple[float, float]:
    """The worst of several, milliseconds after the deadline: until it is dead, until the device answers again."""
    killed, again = [], []
    for _ in range(5):
        loop = SelectorLoop()
        device = alone(loop, "hung", [sys.executable, "-c", HANGING], Configure())
        device.start()
        loop.run_until(lambda: device.status.state is State.ONLINE, 10.0)  # noqa: B023
        answers: list[object] = []
        pid = device.pid
        deadline = time.monotonic() + DEADLINE_S
        device.call("hang", {}, DEADLINE_S, answers.append)
        loop.run_until(lambda: bool(answers) and not psutil.pid_exists(pid or 0), 10.0)  # noqa: B023
        killed.append(time.monotonic() - deadline)
        loop.run_until(lambda: device.status.state is State.ONLINE, 10.0)  # noqa: B023
        again.append(time.monotonic() - deadline)
        device.close()
        loop.close()
    return max(killed) * 1000, max(again) * 1000


def _idle() -> list[Row]:
    """Both hosts with their status asked as the kiosk does, and nobody there: the reader is asked for a card, too."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TONGBAN_RUNTIME_DIR"] = folder
        virtual = VirtualReader(Path(folder) / "reader")
        paper = VirtualPrinter(0, Path(folder) / "papers")
        loop = SelectorLoop()
        printer_settings = {"host": "127.0.0.1", "port": str(paper.port)}
        devices = [
            alone(loop, "reader", host_command("sam_v"), Configure(settings={"port": str(Path(folder) / "reader")})),
            alone(loop, "printer", host_command("escpos"), Configure(settings=printer_settings)),
        ]
        for device in devices:
            device.start()
        loop.run_until(lambda: all(device.status.state is State.ONLINE for device in devices), 10.0)

        def watch(*_: object) -> None:
            devices[0].call("read", {"wait_ms": 1000}, 4.0, watch)

        watch()
        hosts = [psutil.Process(device.pid) for device in devices]
        before = [sum(host.cpu_times()[:2]) for host in hosts]
        loop.run_until(lambda: False, IDLE_S)
        used = [sum(host.cpu_times()[:2]) - start for host, start in zip(hosts, before, strict=True)]
        memory = [host.memory_info().rss / 1e6 for host in hosts]
        for device in devices:
            device.close()
        loop.close()
        virtual.stop()
        paper.stop()
    return [
        Row("idle: all hosts together, of a core", sum(used) / IDLE_S * 100, "%"),
        Row("memory of the reader's host", memory[0], "MB"),
        Row("memory of the printer's host", memory[1], "MB"),
    ]


def _frames(*, disturbed: bool) -> float:
    """The longest pause between two frames of a moving picture, milliseconds; devices live in the same loop."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtQml import QQmlApplicationEngine
    from PySide6.QtQuick import QQuickWindow

    from ui.loop import QtLoop

    app = QGuiApplication.instance() or QGuiApplication([])
    engine = QQmlApplicationEngine()
    engine.loadData(MOVING)
    (window,) = engine.rootObjects()
    assert isinstance(window, QQuickWindow)
    frames: list[float] = []
    window.frameSwapped.connect(lambda: frames.append(time.perf_counter()))
    loop = QtLoop(app)
    devices = []
    if disturbed:
        for at, body in enumerate(MISBEHAVING):
            devices.append(alone(loop, f"bad {at}", [sys.executable, "-c", body], Configure()))
            devices[-1].start()
    QTimer.singleShot(int(FRAMES_S * 1000), app.quit)
    app.exec()
    for device in devices:
        device.close()
    del window, engine
    return max(after - before for before, after in itertools.pairwise(frames[10:])) * 1000
