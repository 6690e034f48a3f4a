"""A whole world for each test: platform, virtual devices, agent and screen, each a process of its own."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from kiosk.cli.demo.stage import Stage

WAIT_S: Final = 30.0


def lay_in_reach(stage: Stage, person: str) -> None:
    """The card is laid once the platform is in reach: then nothing is among what cannot be done now."""
    stage.robot.wait("welcome", WAIT_S, notice="")
    deadline = time.monotonic() + WAIT_S
    while "已联网" not in stage.robot.wait("welcome", WAIT_S)["texts"]:
        assert time.monotonic() < deadline, "the platform is not in reach"
    stage.devices.lay(person)
    stage.robot.wait("services", WAIT_S)


def find(stage: Stage, letters: str, service: str) -> None:
    """From the services to what the row of the service opens, by its initials."""
    robot = stage.robot
    robot.tap("search")
    robot.wait("search", WAIT_S)
    for letter in letters:
        robot.tap(f"key-{letter}")
    robot.wait("search", WAIT_S, typed=letters)
    robot.tap(f"row-{service}")


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setenv("TONGBAN_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("PYTHONWARNINGS", "error::ResourceWarning")
    said: list[str] = []
    made = Stage(tmp_path, said.append, headless=True, orientation="portrait", scale=0.5)
    try:
        made.start()
        yield made
    finally:
        made.stop()
