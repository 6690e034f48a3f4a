"""A whole world for each test: platform, virtual devices, agent and screen, each a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.cli.demo.stage import Stage


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
