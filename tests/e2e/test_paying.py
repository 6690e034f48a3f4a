"""A fee is paid through screen, agent and platform; what was put off is paid another time."""

import shutil
import time
import urllib.request
from pathlib import Path

import pytest

from kiosk.cli.demo.citizen import PHONE
from kiosk.cli.demo.stage import PAID_SERVICE, Stage
from kiosk.services.catalogue import BUILT_IN
from tests.e2e.conftest import WAIT_S, find, lay_in_reach
from tests.e2e.test_online import PERSON, answer


@pytest.fixture
def online(stage: Stage, tmp_path: Path) -> Stage:
    """With a card on the reader, the platform in reach, and the fee's service open all the year."""
    folder = tmp_path / "services"
    shutil.copytree(BUILT_IN, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = folder / "catalogue" / f"{PAID_SERVICE}.yaml"
    before, _, after = path.read_text("utf-8").partition("season:\n")
    path.write_text(before + after[after.index("eligibility:") :], "utf-8")
    stage.config.write_text(f'services = "{folder}"\n' + stage.config.read_text("utf-8"), "utf-8")
    stage.restart("screen")
    lay_in_reach(stage, PERSON)
    return stage


def hand_in(stage: Stage) -> str:
    """From the services to the payment's page; what the phone opens."""
    robot = stage.robot
    find(stage, "jmyb", PAID_SERVICE)
    robot.wait("guide", WAIT_S)
    robot.tap("next")
    robot.wait("menu", WAIT_S)
    robot.tap("choose-no")
    answer(stage, "insure_for", "self")
    answer(stage, "medical_before", "never")
    answer(stage, "other_medical", "none")
    answer(stage, "medical_group", "none")
    robot.wait("question", WAIT_S, question="phone")
    robot.type_digits(PHONE)
    robot.tap("next")
    robot.wait("review", WAIT_S)
    robot.tap("next")
    robot.wait("consent", WAIT_S)
    robot.tap("agree")
    robot.tap("next")
    return str(robot.wait("menu", WAIT_S, big="400.00元")["data"]["qr"])


def pay(link: str) -> None:
    """As the citizen's phone."""
    with urllib.request.urlopen(urllib.request.Request(link, method="POST")) as answered:
        assert "演示缴费，不是真的" in answered.read().decode()


def test_a_fee_is_paid_while_the_citizen_waits(online: Stage) -> None:
    robot = online.robot
    pay(hand_in(online))
    result = robot.wait("result", WAIT_S, paper="confirmed")["data"]
    assert result["payment"].startswith("已缴费：居民医保费（一年） 400.00元")
    (order,) = online.central("payment", "list")["payments"]
    assert (order["state"], order["fen"]) == ("paid", 40_000)
    text = online.devices.papers()[-1]["text"]
    assert "已缴费" in text
    assert order["order"] in text


def test_what_was_put_off_is_paid_another_time(online: Stage) -> None:
    robot = online.robot
    first = hand_in(online)
    robot.tap("choose-later")
    robot.wait("result", WAIT_S, paper="confirmed")
    assert "还没收到缴费结果" in online.devices.papers()[-1]["text"]
    robot.tap("next")
    online.devices.lift()
    robot.wait("welcome", WAIT_S, notice="")
    online.devices.lay(PERSON)
    robot.wait("services", WAIT_S)
    robot.tap("cases")
    deadline = time.monotonic() + WAIT_S
    while robot.wait("cases", WAIT_S)["data"]["cases"][0]["payment"] != "open":
        assert time.monotonic() < deadline, "the platform does not tell of the order"
    robot.tap("open-0")
    robot.wait("menu", WAIT_S)
    robot.tap("choose-pay")
    again = robot.wait("menu", WAIT_S, big="400.00元")["data"]["qr"]
    assert again == first, "it is the same order"
    pay(again)
    shown = robot.wait("menu", WAIT_S, text="已打印，请取走。")
    assert "已缴费 400.00元" in shown["texts"]
    assert "缴费凭条" in online.devices.papers()[-1]["text"]
    assert len(online.central("payment", "list")["payments"]) == 1
