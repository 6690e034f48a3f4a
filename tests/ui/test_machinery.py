"""The robot, the loop, the lint, and the program as a process."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kiosk import actions
from tests.ui.conftest import Show
from ui.lint import main as lint
from ui.loop import QtLoop
from ui.robot import Robot
from ui.robot_client import RobotClient, RobotError
from ui.samples import PAGES


def test_the_loop_watches_and_waits(qtbot: QtBot) -> None:
    parent = QObject()
    loop = QtLoop(parent)
    heard: list[str] = []
    ours, theirs = socket.socketpair()
    unwatch = loop.watch(ours.fileno(), lambda: heard.append(ours.recv(10).decode()))
    theirs.send(b"a")
    qtbot.waitUntil(lambda: heard == ["a"])
    unwatch()
    unwatch()
    theirs.send(b"b")
    cancel = loop.later(0, lambda: heard.append("cancelled"))
    cancel()
    loop.later(0.02, lambda: heard.append("late"))
    loop.later(0, lambda: heard.append("soon"))
    qtbot.waitUntil(lambda: "late" in heard)
    assert heard == ["a", "soon", "late"]
    ours.close()
    theirs.close()


def test_the_robot_taps_waits_and_tells(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    shown = show(PAGES["guide"])
    ours, theirs = socket.socketpair()
    parent = QObject()
    robot = Robot(theirs, shown.window, shown.model, parent)
    client = RobotClient(ours)
    failures: list[str] = []
    seen: list[object] = []

    def drive() -> None:
        seen.append(client.wait("guide", 5)["data"]["title"])
        client.screenshot(tmp_path / "guide.png")
        client.tap("next")
        client.wait("question", 5, question="account_kind")
        client.tap("option-social")
        for wrong in ("nothing", "tile-gaoling-jintie"):
            try:
                client.tap(wrong)
            except RobotError as error:
                failures.append(str(error))
        try:
            client.wait("result", 0.05)
        except RobotError as error:
            failures.append(str(error))

    thread = threading.Thread(target=drive)
    thread.start()
    qtbot.waitUntil(lambda: shown.source.actions == [actions.Next()])
    shown.show(PAGES["question-choice"])
    qtbot.waitUntil(lambda: not thread.is_alive())
    assert shown.source.actions == [actions.Next(), actions.Answer("social")]
    assert seen == ["高龄津贴"]
    assert (tmp_path / "guide.png").stat().st_size > 1000
    assert ["0 visible items" in text for text in failures] == [True, True, False]
    assert "the screen shows question account_kind" in failures[2]
    robot.close()
    ours.close()


def test_our_qml_has_no_findings(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint([]) == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"), [("Text { text: root.model.nonsense }", "nonsense"), ("Text { txet: '' }", "txet")]
)
def test_a_planted_typo_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, said: str) -> None:
    path = tmp_path / "Planted.qml"
    path.write_text(
        "import QtQuick\nimport Tongban\nItem {\n    id: root\n    required property ScreenModel model\n"
        f"    {line}\n}}\n"
    )
    assert lint([str(path)]) == 1
    assert said in capsys.readouterr().err


SCREEN = """
import sys
from ui.app import run_screen
from ui.gallery import FixedSource
from ui.samples import PAGES

class Application(FixedSource):
    def __init__(self, page):
        super().__init__(page)
        self.places = []
    def start(self):
        {start}
        print("started", flush=True)
    def close(self):
        print("closed", flush=True)

sys.exit(run_screen(lambda loop: Application(PAGES["welcome"]), orientation="portrait", px_per_mm=1.5, fullscreen=True))
"""


def screen(start: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", SCREEN.format(start=start)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_screen_in_order(number: signal.Signals) -> None:
    process = screen("pass")
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    process.send_signal(number)
    said, complained = process.communicate(timeout=20)
    assert (process.returncode, said, complained) == (0, "closed\n", "")


def test_a_bug_ends_the_screen_loudly() -> None:
    process = screen("raise RuntimeError('a planted bug')")
    said, complained = process.communicate(timeout=20)
    assert process.returncode == 70
    assert said == "closed\n"
    assert "a planted bug" in complained
