"""A scripted citizen: acts through the real screen with real taps, and checks what a citizen would see."""

import json
import time
from collections.abc import Callable
from typing import Any, Final

from kiosk.cli.demo.stage import Stage

PERSON: Final = "elder"
"""Of devices/virtual/people.toml: over eighty, household in this county."""
ACCOUNT: Final = "6222020200112233446"
PHONE: Final = "13800000018"
WAIT_S: Final = 20.0


class DemoFailedError(Exception):
    """The screen, the paper or the platform did not do what was promised."""

    code = "demo.failed"


class _Steps:
    """Says each step and how long it took; takes a picture of the screen after each."""

    def __init__(self, stage: Stage, say: Callable[[str], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._stage = stage
        self._say = say
        self._since = time.monotonic()

    def done(self, name: str, line: str, *, picture: bool = True) -> None:
        now = time.monotonic()
        self.seconds[name] = round(now - self._since, 3)
        self._say(f"{self.seconds[name]:6.2f} s  {line}")
        if picture:
            path = self._stage.folder / "screenshots" / f"{len(self.seconds):02}-{name}.png"
            self._stage.robot.screenshot(path)
        self._since = time.monotonic()


def play(stage: Stage, say: Callable[[str], None], *, offline: bool) -> dict[str, Any]:
    """One application from the card to the platform's acceptance, seen again at the kiosk. Raises DemoFailedError."""
    steps = _Steps(stage, say)
    robot = stage.robot
    robot.wait("welcome", WAIT_S)
    steps.done("start", "The screen asks for a card.")
    if offline:
        stage.stop_part("platform")
        steps.done("platform-down", "The platform is stopped: from here on the kiosk is alone.", picture=False)
    else:
        _everything_delivered(stage)
    stage.devices.lay(PERSON)
    robot.wait("services", WAIT_S)
    steps.done("card", "A card is laid on the reader; the screen greets its holder by a masked name.")
    apply_for_allowance(stage, steps.done)
    result = robot.wait("result", WAIT_S)["data"]
    _expect(bool(result["state"] == "待发送") or not offline, f"offline, the screen says {result['state']}")
    robot.wait("result", WAIT_S, paper="confirmed")
    steps.done("submit", f"Submitted: {result['number']}, {result['state']}. The receipt is printed.")
    paper = stage.devices.papers()[-1]
    _expect(result["number"] in paper["text"], "the receipt does not show the number on the screen")
    robot.tap("next")
    robot.wait("welcome", WAIT_S)
    stage.devices.lift()
    robot.wait("welcome", WAIT_S, notice="")
    steps.done("leave", "The citizen takes the card and leaves; the screen is empty again.")
    if offline:
        stage.start_platform()
        steps.done("platform-up", "The platform is back.", picture=False)
    case = _arrived(stage, result["number"])
    steps.done("arrive", f"The case is at the platform as {case['number']}, once.", picture=False)
    stage.central("accept", case["number"])
    steps.done("accept", "A clerk accepts it.", picture=False)
    seen = _look_up(stage, result["number"], "已受理")
    steps.done("progress", f"The same card is laid down again: the screen says {seen['state']}.")
    stage.robot.tap("leave")
    stage.devices.lift()
    _everything_delivered(stage)
    return {
        "case_id": case["number"],
        "service": case["service"],
        "journal_sequence": case["sequence"],
        "platform_state": seen["state"],
        "receipt_text": paper["text"],
        "receipt_picture": paper["picture"],
        "receipt_qr": result["qr"],
        "seconds": steps.seconds,
    }


def apply_for_allowance(stage: Stage, done: Callable[[str, str], None] = lambda *_: None) -> None:
    """From the list of services to the tap on 提交."""
    robot = stage.robot
    robot.tap("tile-gaoling-jintie")
    robot.wait("guide", WAIT_S)
    done("guide", "The service says what it is, what it costs and what is needed.")
    robot.tap("next")
    robot.wait("question", WAIT_S, question="account_kind")
    done("question", "One question a page.")
    robot.tap("option-social")
    robot.tap("next")
    robot.wait("question", WAIT_S, question="account")
    robot.type_digits(ACCOUNT)
    done("account", "The account number is typed on the number pad.")
    robot.tap("next")
    robot.wait("question", WAIT_S, question="phone")
    robot.type_digits(PHONE)
    done("phone", "The phone number.")
    robot.tap("next")
    robot.wait("review", WAIT_S)
    done("review", "All answers are shown to be checked.")
    robot.tap("next")
    robot.wait("consent", WAIT_S)
    robot.tap("agree")
    done("consent", "The citizen agrees.")
    robot.tap("next")


def _arrived(stage: Stage, number: str) -> dict[str, Any]:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = [case for case in stage.central("cases")["cases"] if case["receipt_number"] == number]
        _expect(len(found) < 2, f"{number} arrived {len(found)} times")
        if found:
            first: dict[str, Any] = found[0]
            return first
        time.sleep(0.2)
    raise DemoFailedError(f"{number} did not arrive within a minute; see {stage.folder}/logs/agent.log")


def _everything_delivered(stage: Stage) -> None:
    """Before a session: a case submitted before the first contact would honestly be called waiting.

    After it: the last entries are written when the session ends, and sent after that.
    """
    end = time.monotonic() + 60
    while (status := stage.kiosk("cache", "status"))["pending"]:
        _expect(time.monotonic() < end, f"entries are still waiting after a minute: {json.dumps(status)}")
        time.sleep(0.2)


def _look_up(stage: Stage, number: str, state: str) -> dict[str, Any]:
    """Lay the card down, open my cases, until the case shows `state`."""
    robot = stage.robot
    stage.devices.lay(PERSON)
    robot.wait("services", WAIT_S)
    end = time.monotonic() + 60
    while True:
        robot.tap("cases")
        rows = robot.wait("cases", WAIT_S)["data"]["cases"]
        row: dict[str, Any] = next((row for row in rows if row["number"] == number), {})
        _expect(bool(row), "the case is not among the card's cases")
        if row["state"] == state:
            return row
        _expect(time.monotonic() < end, f"the kiosk still says {row['state']} after a minute")
        robot.tap("back")
        robot.wait("services", WAIT_S)


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise DemoFailedError(otherwise)
