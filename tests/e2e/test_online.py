"""What is done while the citizen waits, through screen, agent and platform: a time is booked; what was begun goes on
from the platform."""

import subprocess

import pytest

from devices.virtual.people import people
from kiosk.cli.demo.citizen import PHONE
from kiosk.cli.demo.stage import Stage
from kiosk.cli.program import program
from kiosk.codes import describe
from tests.e2e.conftest import WAIT_S, find, lay_in_reach
from tests.kiosk.world import COMPANY, CREDIT_CODE

PERSON = "younger"
SERVICE = "shenfenzheng-huanbu"


@pytest.fixture
def online(stage: Stage) -> Stage:
    """With a card on the reader, and the platform in reach: the service is not among those that cannot be done now."""
    stage.central("slot", SERVICE, "2099-12-01T09:00", "--place", "公安办证大厅")
    lay_in_reach(stage, PERSON)
    return stage


def choose(stage: Stage) -> None:
    find(stage, "sfz", SERVICE)
    stage.robot.wait("guide", WAIT_S)
    stage.robot.tap("next")


def answer(stage: Stage, question: str, option: str) -> None:
    stage.robot.wait("question", WAIT_S, question=question)
    stage.robot.tap(f"option-{option}")
    stage.robot.tap("next")


def test_a_time_is_booked_and_seen_again(online: Stage) -> None:
    robot = online.robot
    choose(online)
    answer(online, "reason", "lost")
    answer(online, "can_come", "yes")
    answer(online, "need_soon", "no")
    robot.wait("question", WAIT_S, question="phone")
    robot.type_digits(PHONE)
    robot.tap("next")
    answer(online, "slot", f"{SERVICE}@2099-12-01 09:00")
    robot.wait("review", WAIT_S)
    robot.tap("next")
    robot.wait("consent", WAIT_S)
    robot.tap("agree")
    robot.tap("next")
    result = robot.wait("result", WAIT_S, paper="confirmed")
    assert "2099-12-01 09:00" in result["data"]["state_text"]
    assert "预约凭条" in online.devices.papers()[-1]["text"]
    (case,) = online.central("cases")["cases"]
    assert (case["number"], case["state"]) == (result["data"]["number"], "accepted")
    robot.tap("next")
    robot.wait("welcome", WAIT_S)


def test_what_was_begun_is_kept_by_the_platform(online: Stage) -> None:
    robot = online.robot
    choose(online)
    answer(online, "reason", "lost")
    robot.wait("question", WAIT_S, question="can_come")
    robot.tap("leave")
    robot.wait("menu", WAIT_S)
    robot.tap("choose-keep")
    left = describe("card.take-away")
    robot.wait("welcome", WAIT_S, notice=f"{left.title}。{left.todo}")
    online.devices.lift()
    robot.wait("welcome", WAIT_S, notice="")
    online.devices.lay(PERSON)
    shown = robot.wait("services", WAIT_S, draft="身份证换领补领预约")
    assert any("接着办上次没办完的" in text for text in shown["texts"])
    robot.tap("resume")
    robot.wait("question", WAIT_S, question="can_come")


def test_a_companys_agent_is_known_to_the_platform(online: Stage) -> None:
    """The code is tapped; the platform is asked through the agent; the case names the company."""
    online.central("company", "add", CREDIT_CODE, COMPANY)
    told = [*program("central", "company", "authorise", CREDIT_CODE, "--role", "legal"), "--data"]
    number = people()[PERSON]["number"]
    subprocess.run([*told, str(online.folder / "central")], input=f"{number}\n".encode(), check=True)
    robot = online.robot
    find(online, "dwcb", "danwei-canbao")
    robot.wait("question", WAIT_S, question="credit_code")
    for typed in CREDIT_CODE:
        robot.tap(f"credit-{typed}")
    robot.wait("question", WAIT_S, question="credit_code", value=CREDIT_CODE)
    robot.tap("next")
    shown = robot.wait("menu", WAIT_S, title="请核对单位")
    assert "青禾县****有限公司" in shown["texts"]
    assert COMPANY not in str(shown)
    robot.tap("next")
    robot.wait("guide", WAIT_S, person="李** 为 青禾县****有限公司")
    robot.tap("next")
    for question, option in {"company_kind": "company", "registered": "no", "staff_from": "month"}.items():
        answer(online, question, option)
    for question, digits in {"staff_count": "3", "wage_total": "9000", "company_account": "12345678"}.items():
        robot.wait("question", WAIT_S, question=question)
        robot.type_digits(digits)
        robot.tap("next")
    robot.wait("question", WAIT_S, question="phone")
    robot.type_digits(PHONE)
    robot.tap("next")
    for material, way in {"business_licence": "later", "staff_list": "later", "account_proof": "promise"}.items():
        answer(online, f"material-{material}", way)
    robot.wait("review", WAIT_S)
    robot.tap("next")
    for _ in range(2):
        robot.wait("consent", WAIT_S, agreed=False)
        robot.tap("agree")
        robot.wait("consent", WAIT_S, agreed=True)
        robot.tap("next")
    robot.wait("signature", WAIT_S)
    robot.draw("field")
    robot.wait("signature", WAIT_S, next_label="签好了，下一步")
    robot.tap("next")
    robot.wait("result", WAIT_S, paper="confirmed")
    paper = online.devices.papers()[-1]["text"]
    assert "申请单位：青禾县****有限公司" in paper
    (case,) = online.central("cases", "--reveal")["cases"]
    assert (case["company"], case["state"]) == (COMPANY, "received")
