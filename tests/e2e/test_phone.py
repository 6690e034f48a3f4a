"""A paper by phone, through screen, agent and platform: the test plays the phone with the address from the QR code, and
the office fetches what was photographed."""

import io
import time
from pathlib import Path

import pytest
import requests
from PIL import Image

from kiosk.cli.demo.citizen import PHONE
from kiosk.cli.demo.stage import Stage
from tests.e2e.conftest import WAIT_S, find, lay_in_reach

PERSON = "elder"
SERVICE = "laonian-youdaizheng"


@pytest.fixture
def online(stage: Stage) -> Stage:
    """With a card on the reader, and the platform in reach."""
    lay_in_reach(stage, PERSON)
    return stage


def to_the_code(stage: Stage) -> str:
    """From the services to the QR code's page; its address."""
    robot = stage.robot
    find(stage, "lnryd", SERVICE)
    robot.wait("guide", WAIT_S)
    robot.tap("next")
    robot.wait("menu", WAIT_S)
    robot.tap("choose-no")
    for question, option in (("card_kind", "first"), ("form", "card"), ("collect", "township")):
        robot.wait("question", WAIT_S, question=question)
        robot.tap(f"option-{option}")
        robot.tap("next")
    robot.wait("question", WAIT_S, question="address")
    robot.tap("next")
    robot.wait("question", WAIT_S, question="phone")
    robot.type_digits(PHONE)
    robot.tap("next")
    robot.wait("question", WAIT_S, question="material-photo")
    robot.tap("option-phone")
    robot.tap("next")
    return str(robot.wait("menu", WAIT_S)["data"]["qr"])


def picture() -> bytes:
    made = io.BytesIO()
    Image.effect_noise((400, 300), 90).convert("RGB").save(made, "JPEG")
    return made.getvalue()


def test_what_the_phone_sends_reaches_the_office(online: Stage, tmp_path: Path) -> None:
    robot, content = online.robot, picture()
    address = to_the_code(online)
    assert address.startswith(f"{online.platform_url}/u/")
    page = requests.get(address, timeout=20)
    assert page.status_code == 200
    assert "照片" in page.text
    sent = requests.post(address, files={"camera": ("IMG_1.jpg", content)}, timeout=20)
    assert "收到了" in sent.text
    robot.wait("menu", WAIT_S, text="已经收到 1 张。")
    robot.tap("next")
    robot.wait("review", WAIT_S)
    robot.tap("next")
    robot.wait("consent", WAIT_S)
    robot.tap("agree")
    robot.tap("next")
    robot.wait("result", WAIT_S, paper="confirmed")
    deadline = time.monotonic() + WAIT_S
    while not (cases := online.central("cases")["cases"]):
        assert time.monotonic() < deadline, "the case does not arrive"
    found = online.central("files", cases[0]["number"], "--fetch", str(tmp_path / "fetched"))
    assert [(one["material"], one["trust"]) for one in found["files"]] == [("photo", "C")]
    assert found["missing"] == []
    assert (tmp_path / "fetched" / found["files"][0]["file"]).read_bytes() == content
    assert requests.get(address, timeout=20).status_code == 410
