"""Bad input and broken devices: each has its own plain sentence and code, and nothing is lost."""

import pytest

from kiosk.cli.demo.citizen import PERSON, apply_for_allowance
from kiosk.cli.demo.stage import Stage

WAIT_S = 30.0


@pytest.mark.parametrize(
    ("fault", "code"),
    [("silent", "reader.no-answer"), ("rubbish", "reader.garbled"), ("read-failed", "card.unreadable")],
)
def test_the_screen_says_what_is_wrong_with_the_reader(stage: Stage, fault: str, code: str) -> None:
    stage.robot.wait("welcome", WAIT_S, notice="")
    stage.devices.fault("reader", fault)
    stage.devices.lay(PERSON)
    shown = stage.robot.wait("welcome", WAIT_S, code=code)
    assert any(code in text for text in shown["texts"])
    stage.devices.fault("reader", "none")
    stage.robot.wait("services", WAIT_S)


def test_an_expired_card_is_told_so(stage: Stage) -> None:
    stage.robot.wait("welcome", WAIT_S, notice="")
    stage.devices.lay("expired")
    shown = stage.robot.wait("problem", WAIT_S, code="card.expired")
    assert any("派出所" in text for text in shown["texts"])


@pytest.mark.parametrize(
    ("fault", "paper", "code"),
    [
        ("paper-out", "failed", "printer.paper-out"),
        ("cover-open", "failed", "printer.cover-open"),
        ("drop-midway", "unknown", "printer.no-answer"),
    ],
)
def test_a_case_is_safe_whatever_the_printer_does(stage: Stage, fault: str, paper: str, code: str) -> None:
    stage.robot.wait("welcome", WAIT_S, notice="")
    stage.devices.lay(PERSON)
    stage.robot.wait("services", WAIT_S)
    stage.devices.fault("printer", fault)
    apply_for_allowance(stage)
    stage.robot.wait("result", WAIT_S, paper=paper, code=code)
    stage.devices.fault("printer", "none")
    if paper == "unknown":
        stage.robot.tap("came-out-no")
        stage.robot.wait("result", WAIT_S, paper="failed")
    stage.robot.tap("print")
    stage.robot.wait("result", WAIT_S, paper="confirmed")
    (receipt,) = stage.devices.papers()
    assert ("补打第1次" in receipt["text"]) == (paper == "unknown")


def test_an_ineligible_person_takes_a_sheet_home(stage: Stage) -> None:
    stage.robot.wait("welcome", WAIT_S, notice="")
    stage.devices.lay("younger")
    stage.robot.wait("services", WAIT_S)
    stage.robot.tap("search")
    stage.robot.wait("search", WAIT_S)
    for letter in "glj":
        stage.robot.tap(f"key-{letter}")
    stage.robot.wait("search", WAIT_S, typed="glj")
    stage.robot.tap("row-gaoling-jintie")
    stage.robot.wait("not-eligible", WAIT_S)
    stage.robot.tap("print")
    stage.robot.wait("not-eligible", WAIT_S, paper="已打印，请取走。")
    (sheet,) = stage.devices.papers()
    assert "2042年9月5日" in sheet["text"]
    assert "李" not in sheet["text"]


def test_a_kiosk_without_its_devices_says_so_and_goes_on_when_they_are_back(stage: Stage) -> None:
    stage.robot.wait("welcome", WAIT_S, notice="")
    stage.stop_part("virtual devices")
    stage.robot.wait("welcome", WAIT_S, code="reader.absent")
    stage.start_devices()
    stage.robot.wait("welcome", WAIT_S, notice="")
    stage.devices.lay(PERSON)
    stage.robot.wait("services", WAIT_S)
    stage.stop_part("virtual devices")
    apply_for_allowance(stage)
    stage.robot.wait("result", WAIT_S, paper="failed", code="printer.absent")
    assert len(stage.central("cases")["cases"]) <= 1
