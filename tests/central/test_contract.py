"""The written contract is the one that the program keeps."""

import json
import re
from pathlib import Path

from litestar.serialization import encode_json

from central.app import contract
from sync.wire import REFUSALS

DOCS = Path(__file__).parents[2] / "docs"


def test_the_openapi_document_is_up_to_date() -> None:
    """If not: make contract"""
    assert json.loads((DOCS / "openapi.json").read_text("utf-8")) == json.loads(encode_json(contract()))


def test_the_page_names_every_refusal() -> None:
    page = (DOCS / "sync.md").read_text("utf-8")
    rows = re.findall(r"^\| ([a-z.-]+) \| (\d{3}) \| (.+) \|$", page, re.MULTILINE)
    assert {code: (int(status), text) for code, status, text in rows} == REFUSALS


def test_the_page_names_every_path() -> None:
    page = (DOCS / "sync.md").read_text("utf-8")
    for path in contract()["paths"]:
        assert path.rstrip("/").rpartition("/")[2].partition("{")[0] in page
