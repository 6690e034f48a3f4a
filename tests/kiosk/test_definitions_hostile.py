"""Hostile definitions, one by one: each is refused soon, with file, line and what to do, or can be used."""

import re
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
import yaml

from kiosk.services import answers, patterns
from kiosk.services.catalogue import BUILT_IN, load_catalogue, load_region, load_service
from kiosk.services.common_parts import CommonParts
from kiosk.services.definition import Question, Service
from kiosk.services.exploring import NOW
from kiosk.services.languages import Language
from kiosk.services.yaml_source import MAX_BYTES, MAX_TEXT, DefinitionError, read_yaml
from tests.kiosk.bounded import bounded

REGION = load_region(BUILT_IN, "qinghe")
COMMON = CommonParts(BUILT_IN)
PLAIN = BUILT_IN / "catalogue" / "gaoling-jintie.yaml"


def nested(levels: int, start: str, end: str = "") -> str:
    return start * levels + end * levels


BOMB = "a: &a [x, x]\n" + "".join(f"{two}: &{two} [*{one}, *{one}]\n" for one, two in pairwise("abcdefghij"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(BOMB, "line 1: not valid YAML: & and *", id="alias bomb"),
        pytest.param("a: &a\n  b: *a\n", "line 1: not valid YAML: & and *", id="cycle"),
        pytest.param("a:\n  - *a\n", "line 2: not valid YAML: & and *", id="alias of nothing"),
        pytest.param("a: 1\nb: !!python/object:os.system x", "line 2: not valid YAML: ! has no meaning", id="tag"),
        pytest.param(nested(10_000, "[", "]"), "line 1: not valid YAML: there are more than 16 levels", id="lists"),
        pytest.param(nested(10_000, "{a: "), "more than 16 levels", id="maps"),
        pytest.param(nested(10_000, "- "), "more than 16 levels", id="lines"),
        pytest.param(nested(10_000, "? "), "more than 16 levels", id="keys"),
        pytest.param("%TAG !a! x\n" * 20_000, "line 2: not valid YAML", id="directives"),
        pytest.param("a: " + "x" * (MAX_TEXT + 1), "at most 4000 characters", id="long text"),
        pytest.param(f"a: [{'x, ' * 600}]", "line 1: not valid YAML: a list or map has at most 500 entries", id="list"),
        pytest.param("\n".join(f"a{at}: 1" for at in range(600)), "line 501", id="map"),
        pytest.param(
            "format: 1\nname: a\nname: b\n", "line 3: not valid YAML: the key 'name' stands twice", id="twice"
        ),
        pytest.param("[a]: 1", "a key is a word", id="list as key"),
        pytest.param("1: 2", "put it in quotes", id="number as key"),
        pytest.param("~: 2", "put it in quotes", id="null as key"),
        pytest.param(f"version: {2**64}", "line 1: not valid YAML: a number has at most 15 digits", id="number"),
        pytest.param("format: 1\nname: a\0b", "line 2: holds U+0000", id="NUL"),
        pytest.param('format: 1\nname: "a\\0b"', "line 2: not valid YAML: a text holds U+0000", id="escaped NUL"),
        pytest.param('name: "\\uD800"', "line 1: not valid YAML", id="surrogate"),
        pytest.param("format: 1\n---\nformat: 1", "line 2: not valid YAML", id="two documents"),
        pytest.param("", "Expected `object`, got `null`", id="empty"),
        pytest.param("'x - at `$[²]': 1", "Expected `object`|unknown field", id="path in a key"),
        pytest.param("a" * (MAX_BYTES + 1), "longer than 256 KiB", id="large"),
        pytest.param(b"name: \xff\xfe", "is not UTF-8 (byte 6)", id="no UTF-8"),
        pytest.param("format: 1".encode("utf-16"), "is not UTF-8", id="UTF-16"),
    ],
)
def test_hostile_yaml_is_named(tmp_path: Path, content: str | bytes, said: str) -> None:
    path = tmp_path / "hostile.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with bounded(), pytest.raises(DefinitionError, match="|".join(map(re.escape, said.split("|")))) as error:
        read_yaml(path, Service)
    assert str(error.value).startswith(str(path))


def test_a_huge_file_is_not_read_into_memory(tmp_path: Path) -> None:
    for folder in ("regions", "translations/en", "directories"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("any.yaml", "regions/any.yaml", "translations/en/common.yaml"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(50_000_000)
    loads: list[Callable[[], object]] = [
        lambda: load_service(tmp_path / "any.yaml", REGION, COMMON),
        lambda: load_region(tmp_path, "any"),
        lambda: Language(tmp_path, "en", COMMON),
    ]
    for load in loads:
        with bounded(), pytest.raises(DefinitionError, match="longer than 256 KiB"):
            load()


def test_a_mark_before_utf_8_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "marked.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + PLAIN.read_bytes())
    assert load_service(path, REGION, COMMON).service.service == PLAIN.stem


CHANGES: list[tuple[str, str, str]] = [
    ("require: age >= region.elder_age", f"require: age >= 80 || sex in ['{'x' * 2000}']", "at most 2000 characters"),
    ("require: age >= region.elder_age", f"require: '{'(' * 990}age >= 80{')' * 990}'", "recursion limit"),
    ("require: age >= region.elder_age", f"require: '{'(' * 3000}'", "at most 2000 characters"),
    ("require: age >= region.elder_age", f"require: '{'(' * 20_000}'", "at most 4000 characters"),
    ("require: age >= region.elder_age", f"require: {' && '.join(['age > 1'] * 1000)}", "a text has at most"),
    ("require: age >= region.elder_age", "require: age -3 >= 77", "there is no arithmetic"),
    ("require: age >= region.elder_age", "require: '[age][5] == 1'", "a comparison is missing"),
    ("require: age >= region.elder_age", "require: age >= 9223372036854775807", "at most 15 digits"),
    ("- use: household", "- {use: household, when: phone == '1'}", "'phone' is not known yet"),
    ("- use: household", "- {use: household, when: household == 'yes'}", "'household' is not known yet"),
    ("- use: phone", "- {use: phone, pattern: (1+)+$}", "cannot be used in a pattern"),
    ("- use: phone", "- {use: phone, max_length: 0}", "max_length is from 1 to 200"),
    ("- use: phone", "- {use: phone, max_length: 100000}", "max_length is from 1 to 200"),
    ("- use: phone", "- {use: phone, group: -1}", "group is a number"),
    ("- use: phone", "- {use: {use: phone}}", "there is no common one"),
    ("summary: ", "summary: '{turns[999]}'\nabout: '{'\nx: ", "unknown field `x`|stands twice"),
    ("service: gaoling-jintie", "service: ../../../etc/passwd", "matching regex"),
    ("  - id: age", "  - id: identity", "a rule of the kiosk's own"),
]


@pytest.mark.parametrize(("old", "new", "said"), CHANGES)
def test_a_hostile_part_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    path, text = tmp_path / "hostile.yaml", PLAIN.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with bounded(), pytest.raises(DefinitionError, match="|".join(map(re.escape, said.split("|")))) as error:
        load_service(path, REGION, COMMON)
    assert re.match(rf"{re.escape(str(path))}, line [1-9]", str(error.value))


ENDLESS = [
    "(a+)+$", "(a|a)*", "(a*)*", "(a|ab)+", ".*" * 20 + "x", "a?" * 30 + "a{30}", "(a{1,9}){1,9}", "(.*)(.*)(.*)x",
    r"(a)\1", "(?=a)a", "[[a]]", "[a--b]", "[z-a]", "a{9,2}", "a**", "(", ")", "a)", "[", "\\", "{", "a{99999}",
    "a" * 201,
]  # fmt: skip


@pytest.mark.parametrize("pattern", ENDLESS)
def test_a_pattern_that_may_never_end_is_refused(pattern: str) -> None:
    with bounded():
        assert patterns.trouble(pattern)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("1[3-9][0-9]{9}", "13800000000"),
        ("[0-9]{17}[0-9Xx][1-7][1-4]([Bb][0-9]{1,2})?", "51990119380312024X42B1"),
        (r"^(?:川|渝)[A-Z]-?\d{5,6}$", "川A12345"),
        (r".*\.[a-z]+", "a" * 195 + ".a"),
    ],
)
def test_an_ordinary_pattern_is_matched_in_bounded_time(pattern: str, fits: str) -> None:
    assert not patterns.trouble(pattern)
    asked = {"id": "x", "kind": "text", "ask": "x", "label": "x", "help": "", "max_length": patterns.MAX_LENGTH}
    question = msgspec.convert({**asked, "pattern": pattern, "pattern_hint": "no"}, Question)
    with bounded():
        assert answers.problem(question, fits, NOW.date()) == ""
        for wrong in ("a" * 199 + "!", "0" * 200, "." * 200, "a" * 100_000):
            assert answers.problem(question, wrong, NOW.date())


OTHERWISE = {"reason": "不行", "bring": "身份证", "counter": "township"}


def grown(tmp_path: Path, numbers: int, rules: int, options: int = 2) -> Path:
    """With many numbers that each rule compares, and a choice."""
    data = yaml.safe_load(PLAIN.read_text("utf-8"))
    data["questions"] += [
        {"id": f"n{at}", "kind": "number", "ask": "几个？", "label": "数", "help": "数一数。"} for at in range(numbers)
    ]
    data["questions"].append(
        {
            "id": "which", "kind": "choice", "ask": "哪个？", "label": "哪个", "help": "选。",
            "options": [{"value": f"v{at}", "label": f"第{at}个"} for at in range(options)],
        }
    )  # fmt: skip
    data["eligibility"] += [
        {
            "id": f"r{at}",
            "require": f"n{at % numbers} != {at * 7 + 1} || which == 'v{at % options}'",
            "otherwise": dict(OTHERWISE),  # not an alias
        }
        for at in range(rules)
    ]
    path = tmp_path / "grown.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return path


@pytest.mark.parametrize(("numbers", "rules", "options"), [(40, 40, 2), (400, 400, 400), (3, 450, 500)])
def test_an_exploration_that_explodes_is_given_up(tmp_path: Path, numbers: int, rules: int, options: int) -> None:
    path = grown(tmp_path, numbers, rules, options)
    with bounded(), pytest.raises(DefinitionError, match="split the service or simplify its rules"):
        load_service(path, REGION, COMMON)


def test_a_few_numbers_and_rules_are_proved(tmp_path: Path) -> None:
    with bounded():
        load_service(grown(tmp_path, numbers=2, rules=2), REGION, COMMON)


def test_an_enormous_list_of_options_is_refused(tmp_path: Path) -> None:
    path = grown(tmp_path, numbers=1, rules=1, options=501)
    with bounded(), pytest.raises(DefinitionError, match="at most 500 entries"):
        load_service(path, REGION, COMMON)


def folder_with(tmp_path: Path, name: str, content: str) -> Path:
    """A small folder of definitions, and this file in it."""
    for part in ("common", "regions", "translations", "directories"):
        shutil.copytree(BUILT_IN / part, tmp_path / part)
    (tmp_path / "catalogue").mkdir()
    shutil.copy(PLAIN, tmp_path / "catalogue")
    (tmp_path / name).write_text(content, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- a", "Expected `object`"),
        ("? [a]\n: b", "a key is a word"),
        ("name: '{region.name}'", "name is shown as it is"),
        ("questions: {household: {ask: '{'}}", "questions.0.ask: '{'"),
        ("summary: '{turns[999]}'", "summary: '{turns[999]}'"),
    ],
)
def test_a_wrong_translation_leaves_its_service_in_chinese(tmp_path: Path, content: str, said: str) -> None:
    folder = folder_with(tmp_path, f"translations/en/{PLAIN.name}", content)
    catalogue = load_catalogue(folder, "qinghe")
    assert any(PLAIN.name in reason and said in reason for reason in catalogue.rejected)
    assert catalogue.spoken["en"].flows[PLAIN.stem].service == catalogue.flows[PLAIN.stem].service
    assert catalogue.spoken["en"].region.name != REGION.name


@pytest.mark.parametrize("content", ["name: {a: b}", "1: 2", "questions: [a]", "next_steps: 5", "consents: {x: [1]}"])
def test_a_translation_of_another_shape_is_left_out(tmp_path: Path, content: str) -> None:
    catalogue = load_catalogue(folder_with(tmp_path, f"translations/en/{PLAIN.name}", content), "qinghe")
    assert not [reason for reason in catalogue.rejected if "translations" in reason]
    assert catalogue.spoken["en"].flows[PLAIN.stem].service.name == catalogue.flows[PLAIN.stem].service.name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("name: [a]", "line 1: Expected `str`, got `array`"),
        ("numbers: {elder_age: eighty}", "line 1: Expected `int`, got `str`"),
        ("numbers: {1: 80}", "line 1: a key is no text"),
        ("counters: []", "line 1: Expected `object`, got `array`"),
        ("directory: ../../etc/passwd", "line 1: Expected `str` matching regex"),
        (f"version: {10**15}", "line 1: not valid YAML: a number has at most 15 digits"),
    ],
)
def test_a_region_of_wrong_types_is_refused(tmp_path: Path, change: str, said: str) -> None:
    lines = (BUILT_IN / "regions" / "qinghe.yaml").read_text("utf-8")
    data = {name: value for name, value in yaml.safe_load(lines).items() if name != change.split(":")[0]}
    folder = folder_with(tmp_path, "regions/qinghe.yaml", f"{change}\n{yaml.safe_dump(data, allow_unicode=True)}")
    with bounded(), pytest.raises(DefinitionError, match=re.escape(said)):
        load_catalogue(folder, "qinghe")


def test_what_stands_twice_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "catalogue/zz.yaml", PLAIN.read_text("utf-8").replace("name: ", "name: 假的", 1))
    catalogue = load_catalogue(folder, "qinghe")
    assert "假的" not in catalogue.flows[PLAIN.stem].service.name
    assert [reason for reason in catalogue.rejected if "zz.yaml" in reason and "there is another" in reason]


@pytest.mark.parametrize("content", ["1: {kind: text}", "phone: [a]", "- a", "phone: {use: phone}", "phone: {id: [1]}"])
def test_common_parts_of_the_wrong_shape_take_away_what_uses_them(tmp_path: Path, content: str) -> None:
    catalogue = load_catalogue(folder_with(tmp_path, "common/questions.yaml", content), "qinghe")
    assert not catalogue.flows
    assert PLAIN.name in catalogue.rejected[0] or "questions.yaml" in catalogue.rejected[0]
