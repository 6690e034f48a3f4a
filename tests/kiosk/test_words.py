"""The tables of the screen's words: whole, without what nobody says, with the same places to fill."""

import re
import string
import tomllib
from collections import Counter
from typing import Any

import pytest

from kiosk.codes import catalogue
from kiosk.saying import ITSELF, Saying, tables
from tests.kiosk.words import ROOT, is_chinese, said, tidied, unsaid

SAID = said()
_COMMENT = re.compile(r"//.*")
_UNSAID = re.compile(r'(?<!qsTr\()"([^"\n]*[\u4e00-\u9fff][^"\n]*)"')


def table(language: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((ROOT / f"kiosk/words.{language}.toml").read_text(encoding="utf-8"))


def places(text: str) -> set[str]:
    """{name} and %1; how a number is written is the language's own."""
    named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return named | set(re.findall(r"%\d", text))


def texts_of(section: str) -> set[str]:
    if section == "common":
        return set().union(*SAID.values())
    if section == "kiosk/codes.toml":
        return {text for found in catalogue().values() for text in (found.title, found.todo)}
    return SAID.get(section, set())


def test_there_is_english() -> None:
    assert "en" in tables()


@pytest.mark.parametrize("language", tables())
def test_all_that_is_said_is_translated(language: str) -> None:
    known = {text for section in table(language).values() for text in section}
    assert {name: texts - known for name, texts in SAID.items() if texts - known} == {}


@pytest.mark.parametrize("language", tables())
def test_nothing_is_translated_for_nothing(language: str) -> None:
    for name, section in table(language).items():
        if name.startswith("central/"):
            source = (ROOT / name).read_text(encoding="utf-8")
            assert [text for text in section if text not in source] == [], name
        else:
            assert sorted(section.keys() - texts_of(name)) == [], name


@pytest.mark.parametrize("language", tables())
def test_each_text_is_translated_once_in_its_place(language: str) -> None:
    sections = table(language)
    counted = Counter(text for section in sections.values() for text in section)
    assert [text for text, times in counted.items() if times > 1] == []
    tidy = tidied(sections)
    assert [*sections.items()] == [*tidy.items()], "run python -m tests.kiosk.words"


@pytest.mark.parametrize("language", tables())
def test_translations_fill_the_same_places(language: str) -> None:
    for section in table(language).values():
        for text, there in section.items():
            assert places(there) == places(text), text
            assert there.strip() or not text.strip(), text


def test_english_is_without_characters() -> None:
    assert [there for section in table("en").values() for there in section.values() if is_chinese(there)] == []


def test_no_python_of_the_screen_says_chinese_unsaid() -> None:
    """What a page shows goes through `say`: these files have no other Chinese text."""
    assert unsaid() == {}


def test_no_qml_of_the_screen_says_chinese_unsaid() -> None:
    """Technicians' pages aside."""
    pages = [path for path in (ROOT / "ui/qml").glob("*.qml") if path.stem not in ("OverviewPage", "DevicePage")]
    unsaid_in = {path.name: _UNSAID.findall(_COMMENT.sub("", path.read_text(encoding="utf-8"))) for path in pages}
    assert {name: texts for name, texts in unsaid_in.items() if texts} == {}


def test_a_text_is_filled_only_with_what_is_given() -> None:
    say = Saying("en")
    assert say(ITSELF) == "English"
    assert Saying()(ITSELF) == "中文"
    assert say("{braces} of somebody else") == "{braces} of somebody else"
    assert say("（第{page}页，共{pages}页）", page=2, pages=3) == " (page 2 of 3)"
    assert say("{year}年{month}月{day}日", year=2042, month=9, day=5) == "2042-09-05"


def test_what_the_platform_wrote_keeps_what_only_it_knows() -> None:
    say = Saying("en")
    assert say.letter("约好了：2026-12-01 09:00，派出所") == "Booked: 2026-12-01 09:00，派出所"
    assert say.letter("已经办好。") == "It has been done."
    assert say.letter("户口簿没有拍清楚：请补") == "户口簿没有拍清楚：请补"
    assert Saying().letter("约好了：{明天}") == "约好了：{明天}"
