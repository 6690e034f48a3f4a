"""kill -9 of each process in turn: a submitted case arrives exactly once, an unsubmitted one has left nothing."""

import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from kiosk.cli.demo.citizen import ACCOUNT, PERSON, apply_for_allowance
from kiosk.cli.demo.stage import Stage
from ui.robot_client import RobotError

WAIT_S = 30.0
PARTS = ["platform", "virtual devices", "agent", "screen"]


def until(found: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        result = found()
        if result:
            return result
    raise AssertionError(f"{what} did not happen within {WAIT_S} s")


def wait_on_any_screen(stage: Stage, page: str, **fields: Any) -> dict[str, Any]:
    """Also while the screen is being started again."""
    end = time.monotonic() + WAIT_S
    while True:
        try:
            return stage.robot.wait(page, WAIT_S, **fields)
        except RobotError as error:
            if "gone" not in str(error) or time.monotonic() > end:
                raise


def cases(stage: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.central("cases")["cases"]
    return found


def greet(stage: Stage) -> None:
    stage.robot.wait("welcome", WAIT_S, notice="")
    stage.devices.lay(PERSON)
    stage.robot.wait("services", WAIT_S)


def begin(stage: Stage) -> None:
    """To the question for the account."""
    greet(stage)
    stage.robot.tap("tile-gaoling-jintie")
    stage.robot.wait("guide", WAIT_S)
    stage.robot.tap("next")
    stage.robot.wait("question", WAIT_S, question="account_kind")
    stage.robot.tap("option-social")
    stage.robot.tap("next")
    stage.robot.wait("question", WAIT_S, question="account")


def leave(stage: Stage) -> None:
    """In the middle of an application; where the platform is in reach it asks whether to keep what was filled in."""
    stage.robot.tap("leave")
    try:
        stage.robot.wait("welcome", 2.0)
    except RobotError:
        stage.robot.tap("choose-drop")


@pytest.mark.parametrize("part", PARTS)
def test_a_submitted_case_arrives_exactly_once(stage: Stage, part: str) -> None:
    greet(stage)
    apply_for_allowance(stage)
    stage.robot.wait("result", WAIT_S)
    stage.kill(part)
    (case,) = until(lambda: cases(stage), "the case's arrival")
    until(lambda: stage.kiosk("cache", "status")["pending"] == 0, "delivery of the whole journal")
    assert [found["number"] for found in cases(stage)] == [case["number"]]
    assert stage.kiosk("cache", "verify")["damages"] == []
    receipts = [paper for paper in stage.devices.papers() if case["receipt_number"] in paper["text"]]
    assert len(receipts) <= 1


@pytest.mark.parametrize("part", PARTS)
def test_an_unsubmitted_case_leaves_nothing(stage: Stage, part: str) -> None:
    begin(stage)
    stage.devices.lift()
    stage.kill(part)
    if part != "screen":
        leave(stage)
    wait_on_any_screen(stage, "welcome")
    until(stage.platform_answers, "the platform's return")
    until(lambda: stage.kiosk("cache", "status")["pending"] == 0, "delivery of the whole journal")
    assert cases(stage) == []
    assert stage.kiosk("cache", "status")["receipts"] == 0
    assert stage.kiosk("cache", "verify")["damages"] == []


def test_the_same_card_goes_on_at_the_same_question_after_a_power_cut(stage: Stage) -> None:
    begin(stage)
    stage.robot.type_digits(ACCOUNT)
    stage.robot.tap("next")
    stage.robot.wait("question", WAIT_S, question="phone")
    until(lambda: stage.kiosk("cache", "status")["drafts"] == 1, "the draft")
    stage.devices.lift()
    stage.kill("screen")
    wait_on_any_screen(stage, "welcome", notice="")
    stage.devices.lay("younger")
    other = stage.robot.wait("services", WAIT_S)
    assert other["data"]["draft"] == ""
    stage.robot.tap("leave")
    stage.robot.wait("welcome", WAIT_S)
    stage.devices.lift()
    stage.robot.wait("welcome", WAIT_S, notice="")
    stage.devices.lay(PERSON)
    stage.robot.wait("services", WAIT_S, draft="高龄津贴")
    stage.robot.tap("resume")
    stage.robot.wait("question", WAIT_S, question="phone")
    leave(stage)
    stage.robot.wait("welcome", WAIT_S)
    until(lambda: stage.kiosk("cache", "status")["drafts"] == 0, "the end of the draft")


def test_a_killed_device_host_comes_back(stage: Stage) -> None:
    stage.robot.wait("welcome", WAIT_S, notice="")
    screen = psutil.Process(stage.pid("screen"))
    for host in screen.children():
        host.kill()
    stage.devices.lay(PERSON)
    stage.robot.wait("services", WAIT_S)
