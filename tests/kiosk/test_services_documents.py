"""What is made from the definitions and their format is current, and true of what is shipped."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from kiosk.cli.main import main
from kiosk.services.bundle import Bundle
from kiosk.services.catalogue import BUILT_IN
from kiosk.services.definition import Service
from kiosk.services.paper import PaperTemplate
from kiosk.services.schema import schema
from kiosk.services.yaml_source import read_yaml

DOCS = Path(__file__).parents[2] / "docs"
SERVICES = sorted((BUILT_IN / "catalogue").glob("*.yaml"))
BUNDLES = sorted((BUILT_IN / "bundles").glob("*.yaml"))
WRITTEN = read_yaml(BUILT_IN / "catalogue" / "gaoling-jintie.yaml", dict[str, Any])
OF_SERVICES = jsonschema_rs.validator_for(schema(Service))
OF_BUNDLES = jsonschema_rs.validator_for(schema(Bundle))
OF_PAPERS = jsonschema_rs.validator_for(schema(PaperTemplate))
PAPERS = sorted((BUILT_IN / "papers").glob("*.yaml"))


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["services", *arguments]) == 0
    return capsys.readouterr().out


def test_the_schema_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "service.schema.json").read_text("utf-8")
    assert page == printed(capsys, "schema"), "make it anew: make contract"
    assert json.loads(printed(capsys, "schema", "--bundle"))["$ref"].endswith("/Bundle")
    papers = json.loads(printed(capsys, "schema", "--paper"))
    assert papers["$ref"].endswith("/PaperTemplate")
    assert papers["$defs"]["PaperBlock"]["properties"]["text"]["description"] == "with names in braces."


def test_the_table_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "service-table.md").read_text("utf-8")
    assert page == printed(capsys, "table", "--markdown"), "make it anew: make contract"


@pytest.mark.parametrize("path", [*SERVICES, *BUNDLES, *PAPERS], ids=lambda path: path.stem)
def test_what_is_shipped_is_as_the_schema_says(path: Path) -> None:
    validator = OF_BUNDLES if path in BUNDLES else OF_PAPERS if path in PAPERS else OF_SERVICES
    assert [str(error) for error in validator.iter_errors(read_yaml(path, dict[str, Any]))] == []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("colour", "red"),
        ("type", 20),
        ("mode", "later"),
        ("service", "../x"),
        ("assurance", {"look": "card"}),
        ("assurance", {"submit": "face"}),
        ("season", {"opens": "05-01", "closes": "08-31"}),
        ("questions", [{"use": ["phone"]}]),
        ("questions", [{"use": "phone", "colour": "red"}]),
        ("questions", [{"id": "phone"}]),
        ("questions", [{"use": "phone", "kind": "guess"}]),
        ("materials", [{"use": "id_card", "ways": ["pigeon"]}]),
        ("consents", [{"text": "…"}]),
    ],
)
def test_what_is_written_wrong_is_not(part: str, value: object) -> None:
    assert OF_SERVICES.is_valid(WRITTEN)
    assert not OF_SERVICES.is_valid({**WRITTEN, part: value})


def test_the_schema_says_of_each_field_what_it_is() -> None:
    for kind in (Service, Bundle):
        for name, struct in schema(kind)["$defs"].items():
            without = {field for field, one in struct["properties"].items() if "description" not in one}
            assert name.startswith("Use") or without <= {"id", "service", "parts"}, f"{name}: {without}"


def test_the_table_tells_every_outcome(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("catalogue/gaoling-jintie.yaml", "regions/qinghe.yaml", "translations/en/gaoling-jintie.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes((BUILT_IN / name).read_bytes())
    (tmp_path / "common").symlink_to(BUILT_IN / "common")
    folder = ("--folder", str(tmp_path))
    (row,) = json.loads(printed(capsys, "table", "--json", *folder))["services"]
    assert (row["service"], row["english"], row["questions"]) == ("gaoling-jintie", "Old-age allowance", 4)
    reasons = {one["rule"]: one["reason"] for one in row["outcomes"]}
    assert list(reasons) == ["ready", "identity", "age", "household"]
    assert "您到某年某月某日满80岁" in reasons["age"]
    text = printed(capsys, "table", *folder)
    assert all(reason in text for reason in reasons.values())
    (tmp_path / "catalogue" / "broken.yaml").write_text("format: 1\n")
    assert main(["services", "table", *folder]) == 1
    assert "broken.yaml" in capsys.readouterr().err


def test_the_check_looks_at_bundles_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("catalogue", "common", "regions", "directories", "translations"):
        (tmp_path / name).symlink_to(BUILT_IN / name)
    (tmp_path / "bundles").mkdir()
    (tmp_path / "bundles" / "all.yaml").write_text("format: 1\nbundle: all\nparts: []\n")
    assert main(["services", "check", "--folder", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert f"{len(SERVICES) + 1} definitions checked, 1 problems" in said.out
    assert "bundles/all.yaml" in said.err
