"""What the offices do that a kiosk cannot: found, told apart, never without a place to go."""

import json
from pathlib import Path

import pytest

from kiosk.cli.main import main
from kiosk.services.catalogue import BUILT_IN, load_region
from kiosk.services.directory import load_directory, office_of, read_directory
from kiosk.services.yaml_source import DefinitionError

REGION = load_region(BUILT_IN, "qinghe")


def test_the_sample_region_has_its_directory() -> None:
    found = load_directory(BUILT_IN, REGION)
    assert len(found) == 1135
    assert all(office_of(REGION, item.office).phone for item in found.values())


@pytest.mark.parametrize("line", ["区民政局\t20\t只有三列", "区民政局\t20\t\t511A", "没有制表符"])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.tsv"
    path.write_text(f"区民政局\t20\t低保\t511A\n{line}\n", "utf-8")
    with pytest.raises(DefinitionError, match="line 2: write office, type, name, code with tabs between"):
        read_directory(path)


def test_a_code_twice_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("区民政局\t20\t低保\t511A\n区民政局\t20\t高龄津贴\t511A\n", "utf-8")
    with pytest.raises(DefinitionError, match="line 2: the code 511A stands twice"):
        read_directory(path)
    with pytest.raises(DefinitionError, match="cannot be read"):
        read_directory(tmp_path / "none.tsv")


def test_an_official_tries_what_citizens_find(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["services", "find", "老人钱", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"][0] == {
        "key": "gaoling-jintie",
        "name": "高龄津贴",
        "here": True,
    }
    assert main(["services", "find", "异地", "退休"]) == 0
    assert "这里不能办：区医疗保障局，青禾县人民路8号医保大厅" in capsys.readouterr().out
    assert main(["services", "find", "没有这种东西吧"]) == 1
    assert "words" in capsys.readouterr().err
