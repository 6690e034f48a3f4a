"""The configuration file and the catalogue of codes."""

import re
from pathlib import Path

import pytest

from devices.contract import Action, State
from kiosk.cli.codes import markdown
from kiosk.cli.main import main
from kiosk.codes import catalogue, describe, words
from kiosk.config import ConfigError, load_config
from offline_cache.entry import Kind

FILE_ENDINGS = (".db", ".toml", ".json", ".lock", ".sock", ".cli", ".html", ".pdf", ".typ")
GOOD = """
place = "柳溪镇"
data = "data"
platform = "https://tongban.example/"
region = "qinghe"
[devices.reader]
driver = "sam_v"
settings = { port = "/dev/serial/by-id/x" }
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD))
    assert config.data == tmp_path / "data"
    assert config.platform_url == "https://tongban.example"
    assert config.devices["reader"].settings == {"port": "/dev/serial/by-id/x"}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text + "colour = 1", "unknown field `colour`"),
        (lambda text: text.replace('place = "柳溪镇"', ""), "missing required field `place`"),
        (lambda text: text.replace('"data"', "5"), "not int - at `$.data`"),
        (lambda text: text.replace("https://", "ftp://"), "platform is an address"),
        (lambda text: text + "[screen]\npx_per_mm = 0", "pixels per millimetre"),
        (lambda text: text + "[screen]\norientation = 'upside-down'", "Invalid enum value"),
        (lambda text: text + "port = ", "not valid TOML"),
        (lambda text: text.replace('"/dev/serial/by-id/x"', "9100"), "Expected `str`"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, spoil: object, said: str) -> None:
    path = written(tmp_path, spoil(GOOD))
    with pytest.raises(ConfigError, match=re.escape(said)) as error:
        load_config(path)
    assert str(path) in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_config(tmp_path / "nothing.toml")


def test_every_code_that_the_program_uses_is_in_the_catalogue() -> None:
    areas = {code.partition(".")[0] for code in catalogue()} - {"entry"}
    used = set()
    root = Path(__file__).parents[2]
    for room in ("kiosk", "devices", "offline_cache", "sync", "central"):
        for path in (root / room).rglob("*.py"):
            used |= set(re.findall(r'"((?:[a-z]+)\.[a-z][a-z-]*)"', path.read_text(encoding="utf-8")))
    codes = {code for code in used if code.partition(".")[0] in areas and not code.endswith(FILE_ENDINGS)}
    events = {str(kind) for kind in Kind}
    assert not sorted(codes - set(catalogue()) - events)
    assert len(codes) > 40


def test_every_code_says_what_to_do_and_who() -> None:
    for code, found in catalogue().items():
        assert all((found.title, found.todo, found.title_en, found.todo_en)), code


def test_what_a_technician_meets_has_a_cause() -> None:
    areas = ("card", "reader", "printer", "print", "device", "space")
    without = [code for code, found in catalogue().items() if code.partition(".")[0] in areas and not found.cause]
    assert not without


def test_every_word_of_a_status_is_there() -> None:
    assert set(words().state) == set(State)
    assert set(words().action) == set(Action)
    assert set(words().action) >= {found.who for found in catalogue().values()}


def test_the_page_of_codes_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "codes.md"
    assert page.read_text(encoding="utf-8") == markdown(), "make it anew: kiosk codes --markdown > docs/codes.md"


def test_a_code_is_explained_on_the_spot(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["codes", "reader.no-answer", "reader.nonsense"]) == 1
    said = capsys.readouterr()
    assert "安全模块死机" in said.out
    assert "unplug it for ten seconds" in said.out
    assert "reader.nonsense is no code" in said.err


def test_a_code_of_a_newer_driver_is_shown_as_itself() -> None:
    assert "palm.vein-blocked" in describe("palm.vein-blocked").todo
