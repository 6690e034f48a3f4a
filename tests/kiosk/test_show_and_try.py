"""Officials see the way through a service, and walk it, before a citizen does."""

import io
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.cli.main import main
from kiosk.receipt import CHINA_TIME
from kiosk.services.catalogue import BUILT_IN, load_region, load_service
from kiosk.services.common_parts import CommonParts
from kiosk.services.drawing import as_svg, as_text, steps
from kiosk.services.flow import Flow
from kiosk.services.trying import play

REGION = load_region(BUILT_IN, "qinghe")
COMMON = CommonParts(BUILT_IN)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA_TIME)
ALL = sorted((BUILT_IN / "catalogue").glob("*.yaml"))


@pytest.fixture(params=ALL, ids=lambda path: path.stem)
def flow(request: pytest.FixtureRequest) -> Flow:
    return load_service(request.param, REGION, COMMON)


def played(flow: Flow, typed: Iterable[str]) -> tuple[bool, str]:
    waiting, said = iter(typed), io.StringIO()
    submitted = play(flow, REGION, NOW, lambda _: next(waiting), lambda line: print(line, file=said))
    return submitted, said.getvalue()


def test_every_question_and_exit_is_drawn_once(flow: Flow) -> None:
    found = steps(flow, REGION)
    assert sum(step.kind == "exit" for step in found) == len(flow.rules)
    asked = len(flow.service.questions) + len(flow.service.materials)
    assert sum(step.kind == "question" for step in found) == asked
    assert found[-1].kind == "end"
    text = as_text(found)
    assert all(step.text in text and step.when in text for step in found)


def test_the_picture_is_a_picture(flow: Flow) -> None:
    found = steps(flow, REGION)
    root = ElementTree.fromstring(as_svg(found))  # noqa: S314  # our own
    boxes = [one for one in root.iter() if one.get("class") in ("begin", "question", "exit", "step", "end")]
    assert len(boxes) == len(found)
    assert max(float(box.get("y", 0)) + float(box.get("height", 0)) for box in boxes) < float(root.get("height", 0))


def test_the_elder_allowance_is_played_to_each_of_its_outcomes() -> None:
    flow = load_service(BUILT_IN / "catalogue" / "gaoling-jintie.yaml", REGION, COMMON)
    card = ["social", "123", "6222021234567890128", "13800000018"]
    submitted, said = played(flow, ["老", "82", "local", "card", *card])
    assert submitted
    assert "请写数字" in said, "a wrong fact is asked again"
    assert "卡号是16到19位数字" in said, "a wrong answer is asked again"
    assert played(flow, ["79", "local", "card"])[0] is False
    submitted, said = played(flow, ["82", "unknown", "card", "no"])
    assert not submitted
    assert "户口所在的乡镇" in said


def test_on_the_command_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "way.svg"
    assert main(["services", "show", "gaoling-jintie", "--svg", str(picture), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"][0]["kind"] == "begin"
    assert picture.read_text("utf-8").startswith("<svg")
    assert main(["services", "show", "gaoling"]) == 1
    assert "gaoling-jintie" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("79\nlocal\ncard\n"))
    assert main(["services", "try", "gaoling-jintie"]) == 1
    assert "80岁" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("82\n"))
    assert main(["services", "try", "gaoling-jintie"]) == 1
    assert "before an outcome" in capsys.readouterr().err
