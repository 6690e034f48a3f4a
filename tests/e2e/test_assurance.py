"""A code by SMS through screen, agent, platform and gateway: what a card alone may not do is done with it, and a
certificate that the office knows of need not be handed in."""

import re

import pytest

from devices.virtual.people import people
from kiosk.cli.demo.citizen import ACCOUNT, PHONE
from kiosk.cli.demo.stage import Stage
from kiosk.cli.program import program
from tests.e2e.conftest import WAIT_S, find, lay_in_reach
from tests.e2e.test_online import answer

PERSON = "younger"
SERVICE = "canji-huli-butie"


@pytest.fixture
def office(stage: Stage) -> Stage:
    """The citizen's phone and disability card are on record; the platform is in reach, a card on the reader."""
    stage.register_phones()
    stage._command(
        program("central", "held", "note", "disability-card", "--data", str(stage.folder / "central"), "--json"),
        people()[PERSON]["number"],
    )
    lay_in_reach(stage, PERSON)
    return stage


def test_a_code_opens_what_is_held_and_it_is_handed_in_with_the_case(office: Stage) -> None:
    robot = office.robot
    find(office, "zdcjrhlbt", SERVICE)
    robot.wait("guide", WAIT_S)
    robot.tap("next")
    robot.wait("menu", WAIT_S, title="已有的证照")
    robot.tap("choose-yes")
    robot.wait("menu", WAIT_S, text="有的证照，要先核对是您本人才能查。可以用短信验证码，也可以请工作人员核对。")
    robot.tap("choose-prove")
    robot.wait("question", WAIT_S, question="code")
    (message,) = office.gateway.sent
    (code,) = re.findall(r"验证码(\d{6})", message.text)
    robot.type_digits(code)
    robot.tap("next")
    robot.wait("menu", WAIT_S, text="平台上有您的残疾证，这次不用再交。")
    robot.tap("next")
    for question, option in (
        ("card_state", "valid"),
        ("disability_kind", "body"),
        ("disability_level", "1"),
        ("other_benefit", "nothing"),
        ("account_kind", "social"),
    ):
        answer(office, question, option)
    for question, digits in (("account", ACCOUNT), ("phone", PHONE)):
        robot.wait("question", WAIT_S, question=question)
        robot.type_digits(digits)
        robot.tap("next")
    facts = robot.wait("review", WAIT_S)["data"]["facts"]
    assert ("残疾证", "不用交，平台已有") in [(fact["label"], fact["value"]) for fact in facts]
    robot.tap("next")
    for _ in range(3):
        robot.wait("consent", WAIT_S, agreed=False)
        robot.tap("agree")
        robot.wait("consent", WAIT_S, agreed=True)
        robot.tap("next")
    robot.wait("result", WAIT_S, paper="confirmed")
    (case,) = office.central("cases")["cases"]
    assert case["service"] == SERVICE
    assert case["assurance"] == "card+code"
