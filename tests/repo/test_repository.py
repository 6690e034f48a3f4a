"""What holds for the repository as a whole."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("kiosk", "devices", "offline_cache", "sync", "ui", "central")
LEFT_OUT = {".git", ".venv", "build", "dist", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis"}
DISTRIBUTIONS = {"PySide6": "PySide6-Essentials", "PIL": "Pillow", "serial": "pyserial", "yaml": "pyyaml"} | {
    "escpos": "python-escpos",
    "cel_expr_python": "cel-expr-python",
    "http_message_signatures": "http-message-signatures",
    "sqlite_utils": "sqlite-utils",
    "chinese_calendar": "chinesecalendar",
}


def files(*endings: str) -> Iterator[Path]:
    for path in ROOT.rglob("*"):
        parts = set(path.relative_to(ROOT).parts)
        if path.is_file() and path.suffix in endings and not parts & LEFT_OUT:
            yield path


@pytest.mark.parametrize("suffix", [".py", ".qml"])
def test_no_file_is_too_long(suffix: str) -> None:
    long = {path.name: count for path in files(suffix) if (count := len(path.read_text("utf-8").splitlines())) > 500}
    assert not long


def test_nothing_of_a_workplace_is_left_in_the_files() -> None:
    marks = re.compile("|".join([r"(?<![\w.])/" + "(?:work|farm)/", "/tmp/" + "venv", "artifact" + "-registry"]))
    found = [
        str(path.relative_to(ROOT))
        for path in files(".py", ".qml", ".md", ".toml", ".txt", ".yaml", "", ".spec")
        if marks.search(path.read_text("utf-8", errors="replace"))
    ]
    assert not found


def imported() -> set[str]:
    names: set[str] = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - set(ROOMS)


def test_every_import_is_declared_and_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split(r"[<>=; []", wanted)[0] for wanted in project["dependencies"]}
    used = {DISTRIBUTIONS.get(name, name) for name in imported()}
    assert used == declared
    explained = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    every = declared | {re.split(r"[<>=; []", wanted)[0] for wanted in project["optional-dependencies"]["dev"]}
    assert not [name for name in every if not re.search(rf"(?i)\b{re.escape(name)}\b", explained)]


def test_the_changelog_knows_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == version


def test_links_between_documents_lead_somewhere() -> None:
    dead = [
        f"{path.name}: {link}"
        for path in files(".md")
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8"))
        if not (path.parent / link).exists()
    ]
    assert not dead


def test_the_tests_that_documents_name_exist() -> None:
    text = (ROOT / "docs" / "journal.md").read_text("utf-8")
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    missing = [
        name for name in re.findall(r"::(\w+)", text) if f"def {name}(" not in sources and f"{name} =" not in sources
    ]
    assert not missing


def test_locked_requirements_have_hashes_and_no_address() -> None:
    for name in ("runtime.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text("utf-8")
        pinned = [line for line in text.splitlines() if re.match(r"^[\w.-]+==", line)]
        assert len(pinned) > 20
        assert all(line.endswith("\\") for line in pinned)
        assert "://" not in text
