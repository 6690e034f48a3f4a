"""The technician and the staff at the real screen, with the real platform behind it."""

import json
import subprocess
import sys
import time

from kiosk.cli.demo.citizen import PERSON, apply_for_allowance
from kiosk.cli.demo.stage import TECHNICIAN_PIN, Stage
from kiosk.codes import describe
from kiosk.technician_desk import KNOCKS

WAIT_S = 30.0


def open_pages(stage: Stage) -> None:
    stage.robot.wait("welcome", WAIT_S)
    for _ in range(KNOCKS):
        stage.robot.tap("place")
    stage.robot.wait("question", WAIT_S, question="pin")
    stage.robot.type_digits(TECHNICIAN_PIN)
    stage.robot.tap("next")


def test_a_broken_reader_is_found_mended_and_tried(stage: Stage) -> None:
    stage.robot.wait("welcome", WAIT_S, notice="")
    stage.devices.fault("reader", "sam-error")
    stage.robot.wait("welcome", WAIT_S)
    time_until_known(stage, "reader.error")
    open_pages(stage)
    shown = stage.robot.wait("overview", WAIT_S)
    assert any("读卡器：读卡器自检没有通过" in text for text in shown["texts"])
    assert any("办事平台：" in text for text in shown["texts"])
    stage.robot.tap("row-reader-0")
    shown = stage.robot.wait("device", WAIT_S)
    assert any("更换读卡器" in text for text in shown["texts"])
    stage.devices.fault("reader", "none")
    stage.devices.lay(PERSON)
    stage.robot.tap("next")
    deadline = time.monotonic() + WAIT_S
    while not any("读到一张居民身份证" in text for text in shown["texts"]):
        assert time.monotonic() < deadline, shown["texts"]
        shown = stage.robot.wait("device", WAIT_S)
    assert not any("王" in text for text in shown["texts"])
    stage.devices.lift()
    stage.robot.tap("leave")
    stage.robot.wait("welcome", WAIT_S, notice="")


def until_printed(stage: Stage, count: int) -> None:
    deadline = time.monotonic() + WAIT_S
    while len(stage.devices.papers()) < count:
        assert time.monotonic() < deadline
    stage.robot.wait("cases", WAIT_S, paper="confirmed")


def time_until_known(stage: Stage, code: str) -> None:
    """The kiosk has noticed: its own doctor says so."""
    deadline = time.monotonic() + WAIT_S
    while code not in {one["code"] for one in doctor(stage)["findings"]}:
        assert time.monotonic() < deadline


def doctor(stage: Stage) -> dict[str, list[dict[str, str]]]:
    command = [sys.executable, "-m", "kiosk.cli", "doctor", "--json", "--config", str(stage.folder / "kiosk.toml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    found: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
    return found


def test_all_is_well_when_all_is_well(stage: Stage) -> None:
    stage.robot.wait("welcome", WAIT_S, notice="")
    deadline = time.monotonic() + WAIT_S
    while wrong := [one for one in doctor(stage)["findings"] if one["code"] not in ("", "runtime.on-disk")]:
        assert time.monotonic() < deadline, wrong


def test_copies_for_the_holder_and_one_more_by_the_staff(stage: Stage) -> None:
    stage.robot.wait("welcome", WAIT_S, notice="")
    stage.devices.lay(PERSON)
    stage.robot.wait("services", WAIT_S)
    apply_for_allowance(stage)
    stage.robot.wait("result", WAIT_S, paper="confirmed")
    stage.robot.tap("next")
    # Nobody is quicker than the reader: it has seen that the card still lies there before it is lifted.
    left = describe("card.take-away")
    stage.robot.wait("welcome", WAIT_S, notice=f"{left.title}。{left.todo}")
    stage.devices.lift()
    stage.robot.wait("welcome", WAIT_S, notice="")
    stage.devices.lay(PERSON)
    stage.robot.wait("services", WAIT_S)
    stage.robot.tap("cases")
    stage.robot.wait("cases", WAIT_S)
    for _ in range(3):
        before = len(stage.devices.papers())
        stage.robot.tap("reprint-0")
        until_printed(stage, before + 1)
    stage.robot.tap("reprint-0")
    stage.robot.wait("cases", WAIT_S, code="print.copies")
    stage.robot.tap("next")
    stage.robot.wait("question", WAIT_S, question="pin")
    stage.robot.type_digits(TECHNICIAN_PIN)
    stage.robot.tap("next")
    stage.robot.wait("cases", WAIT_S, paper="confirmed")
    texts = [paper["text"] for paper in stage.devices.papers()]
    assert len(texts) == 5
    stage.robot.tap("leave")
    stage.robot.wait("welcome", WAIT_S)
    assert any("as the running kiosk sees it" in one["detail"] for one in doctor(stage)["findings"])
    assert [f"补打第{number}次" in text for number, text in enumerate(texts)] == [False, True, True, True, True]
