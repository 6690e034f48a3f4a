"""A certificate through screen, agent and platform: under staff's eyes onto the citizen's phone."""

import time
import urllib.request

from kiosk.cli.demo.citizen import PERSON, apply_for_allowance
from kiosk.cli.demo.stage import TECHNICIAN_PIN, Stage
from tests.e2e.conftest import WAIT_S


def test_a_completed_case_ends_with_the_certificate_on_a_phone(stage: Stage) -> None:
    robot = stage.robot
    robot.wait("welcome", WAIT_S, notice="")
    stage.devices.lay(PERSON)
    robot.wait("services", WAIT_S)
    apply_for_allowance(stage)
    number = robot.wait("result", WAIT_S, paper="confirmed")["data"]["number"]
    robot.tap("next")
    stage.devices.lift()
    robot.wait("welcome", WAIT_S, notice="")
    deadline = time.monotonic() + WAIT_S
    while not [case for case in stage.central("cases")["cases"] if case["receipt_number"] == number]:
        assert time.monotonic() < deadline, "the case did not arrive"
    for state in ("accepted", "completed"):
        stage.central("move", number, state)
    stage.central("issuing-key", "--office", "青禾县民政局")
    text = ("--title", "高龄津贴证明", "--text", "享受高龄津贴。", "--public-address", stage.platform_url)
    code = stage.central("issue", number, *text)["code"]
    stage.devices.lay(PERSON)
    robot.wait("services", WAIT_S)
    robot.tap("cases")
    deadline = time.monotonic() + WAIT_S
    while not robot.wait("cases", WAIT_S)["data"]["cases"][0]["certificate"]:
        assert time.monotonic() < deadline, "the platform does not tell of the certificate"
    robot.tap("open-0")
    robot.wait("menu", WAIT_S)
    robot.tap("choose-certificate")
    robot.wait("menu", WAIT_S, title="核对本人")
    robot.tap("choose-other")
    robot.wait("question", WAIT_S, question="pin")
    robot.type_digits(TECHNICIAN_PIN)
    robot.tap("next")
    page = robot.wait("menu", WAIT_S, text="已打印，请取走。")["data"]
    assert page["title"] == "高龄津贴证明"
    slip = stage.devices.papers()[-1]["text"]
    assert page["qr"] not in slip
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in slip
    with urllib.request.urlopen(page["qr"]) as answer:
        assert answer.read().startswith(b"%PDF")
    with urllib.request.urlopen(f"{stage.platform_url}/v/{code}") as answer:
        assert "有效" in answer.read().decode()
    robot.tap("next")
    robot.wait("menu", WAIT_S, title="评一评")
    robot.tap("choose-score:5")
    robot.wait("menu", WAIT_S, text="谢谢您的评价。")
