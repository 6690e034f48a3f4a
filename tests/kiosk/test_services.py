"""Definitions: what is wrong with one is said with file and line; what is right leads everybody to an outcome."""

import re
from datetime import date, datetime, time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kiosk.applicant import age, masked_name, masked_number
from kiosk.services.catalogue import BUILT_IN, load_catalogue, load_region, load_service
from kiosk.services.common_parts import CommonParts
from kiosk.services.expression import MAX_LENGTH, Expression, ExpressionError
from kiosk.services.flow import Ask, Ineligible, Situation
from kiosk.services.texts import TextError, birthday, render
from kiosk.services.yaml_source import DefinitionError
from tests.kiosk.world import built_in

SOURCE = BUILT_IN / "catalogue" / "gaoling-jintie.yaml"
REGION = load_region(BUILT_IN, "qinghe")
COMMON = CommonParts(BUILT_IN)
ELSEWHERE = "{reason: 不在办理时间, where: 窗口, when: 五月起, bring: 身份证, contact: '12345'}"
VALUES = {
    "age": 85, "sex": "女", "residence": "local", "identified": "card", "role": "self", "network": "down",
    "camera": "no", "upload": "no",
}  # fmt: skip
NAMES = {"age": int, "sex": str, "local": bool}


def changed(tmp_path: Path, pattern: str, replacement: str) -> Path:
    text, count = re.subn(pattern, replacement, SOURCE.read_text(encoding="utf-8"), count=1)
    assert count == 1
    path = tmp_path / "changed.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def line_with(path: Path, text: str) -> int:
    return next(at for at, line in enumerate(path.read_text("utf-8").splitlines(), start=1) if text in line)


def test_the_shipped_catalogue_is_sound() -> None:
    catalogue = built_in()
    assert catalogue.rejected == []
    assert "gaoling-jintie" in catalogue.flows


@pytest.mark.parametrize(
    ("pattern", "replacement", "said", "line"),
    [
        ("minutes: 3", "minutes: soon", "Expected `int`", "minutes: soon"),
        ("fee: 不收费", "price: 0", "unknown field `price`", None),
        ("require: age >= region.elder_age", "require: age > 'old'", "age > 'old'", "age > 'old'"),
        ("require: age >= region.elder_age", "require: years >= 80", "unknown name 'years'", "years >= 80"),
        ("require: age >= region.elder_age", "require: age + 1 >= 80", "not allowed", "age + 1"),
        ("require: age >= region.elder_age", "require: age >= 0 || age < 0", "never refuses anyone", None),
        ("- use: household", "- {use: household, when: age < 0 && age > 0}", "never asked", None),
        ("- use: phone", "- use: [phone]", "no common one ['phone']", "- use: [phone]"),
        ("- use: phone", "- use: phones", "no common one 'phones'", "- use: phones"),
        (
            "eligibility:",
            f"season: {{opens: 5月, closes: '08-31', otherwise: {ELSEWHERE}}}\neligibility:",
            "MM-DD",
            "5月",
        ),
        (r"\{region.office\}（", "{region.offise}（", "names nothing", None),
        (
            "require: age >= region.elder_age",
            "require: age >= region.eldest_age",
            "no number 'eldest_age'",
            "eldest_age",
        ),
        ("counter: township\n    bring", "counter: town\n    bring", "no counter 'town'", None),
        ("- use: id_card", "- {use: id_card, ways: []}", "at least one way", "ways: []"),
        ("- use: id_card", "- {use: id_card, ways: [card]}", "`later` and a number of `days`", None),
        ("- use: id_card", "- {use: id_card, when: 'account == 5'}", "account == 5", "account == 5"),
        ("mode: queue", "mode: online", "what to do without the platform", None),
        ("mode: queue", "mode: queue\nact: book", "mode is online", "act: book"),
        ("mode: queue", "mode: online\nact: certificate", "never opened on a card alone", None),
        (
            '    version: "2026-11"\n',
            '    version: "2026-11"\n    when: sex == "男"\n',
            "without any consent where",
            None,
        ),
        ("- use: phone", "- {use: phone, id: account}", "used twice", None),
        ("- use: phone", "- {use: phone, kind: guess}", "Invalid enum value", "kind: guess"),
        ("bring: 身份证、社保卡或银行卡", 'bring: ""', "is empty", None),
        ("consents:", "consents: [", "not valid YAML", None),
    ],
)
def test_a_mistake_is_named_with_file_and_line(
    tmp_path: Path, pattern: str, replacement: str, said: str, line: str | None
) -> None:
    path = changed(tmp_path, pattern, replacement)
    with pytest.raises(DefinitionError, match=re.escape(said)) as error:
        load_service(path, REGION, COMMON)
    assert str(error.value).startswith(f"{path}")
    if line:
        assert f"line {line_with(path, line)}:" in str(error.value)


def test_a_broken_definition_takes_away_itself_only(tmp_path: Path) -> None:
    for folder in ("catalogue", "regions", "common"):
        (tmp_path / folder).mkdir()
    for name in ("catalogue/gaoling-jintie.yaml", "regions/qinghe.yaml"):
        (tmp_path / name).write_bytes((BUILT_IN / name).read_bytes())
    for path in (BUILT_IN / "common").glob("*.yaml"):
        (tmp_path / "common" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "catalogue" / "broken.yaml").write_text("format: 1\n")
    catalogue = load_catalogue(tmp_path, "qinghe")
    assert list(catalogue.flows) == ["gaoling-jintie"]
    assert "broken.yaml" in catalogue.rejected[0]


@pytest.mark.parametrize(
    ("opens", "closes", "day", "open_then"),
    [
        ("05-01", "08-31", date(2026, 5, 1), True),
        ("05-01", "08-31", date(2026, 8, 31), True),
        ("05-01", "08-31", date(2026, 9, 1), False),
        ("11-01", "02-28", date(2026, 12, 31), True),
        ("11-01", "02-28", date(2027, 1, 1), True),
        ("11-01", "02-28", date(2026, 10, 31), False),
    ],
)
def test_out_of_season_there_is_a_place_to_go(
    tmp_path: Path, opens: str, closes: str, day: date, open_then: bool
) -> None:
    season = f"season: {{opens: '{opens}', closes: '{closes}', otherwise: {ELSEWHERE}}}"
    flow = load_service(changed(tmp_path, "eligibility:", f"{season}\neligibility:"), REGION, COMMON)
    situation = Situation(VALUES, datetime.combine(day, time(10, 0)))
    then = flow.walk(situation, {}).then
    if open_then:
        assert isinstance(then, Ask)
    else:
        assert isinstance(then, Ineligible)
        assert then.rule.otherwise.reason == "不在办理时间"


def test_an_unknown_region_names_the_known_ones() -> None:
    with pytest.raises(DefinitionError, match="qinghe"):
        load_region(BUILT_IN, "atlantis")


@given(st.text(max_size=300))
def test_any_text_is_an_expression_or_a_clear_error(text: str) -> None:
    try:
        expression = Expression(text, NAMES)
    except ExpressionError:
        return
    assert expression.holds({"age": 80, "sex": "女", "local": True}) in (True, False)


@pytest.mark.parametrize(
    "text",
    ["size(sex) > 1", "[1].all(x, x > 0)", "sex.matches('x')", "age * 2 > 3", "age", "'" + "a" * MAX_LENGTH + "'", "("],
)
def test_what_cannot_be_explored_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        Expression(text, NAMES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age == height", "no constant on either side"),
        ("age < height", "no constant on either side"),
        ("(age) < (height)", "no constant on either side"),
        ("local == (sex == '女')", "no constant on either side"),
        ("sex in ['女', other]", "constants only"),
        ("sex < '男'", "texts have no order"),
        ("'男' >= sex", "texts have no order"),
        ("sex == '女' == local", "one comparison after the other"),
        ("sex == '女' == !local", "one comparison after the other"),
    ],
)
def test_two_variables_and_the_order_of_texts_are_refused(text: str, said: str) -> None:
    """One value from each class would not stand for all of it."""
    with pytest.raises(ExpressionError, match=said):
        Expression(text, {**NAMES, "height": int, "other": str})


@pytest.mark.parametrize(
    ("text", "holds"),
    [("age >= 80 && local", True), ('sex in ["男"]', False), ("!(age < 80) || sex == '男'", True), ("age == 80", True)],
)
def test_the_subset_is_enough(text: str, holds: bool) -> None:
    assert Expression(text, NAMES).holds({"age": 80, "sex": "女", "local": True}) is holds


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    )
)
def test_any_yaml_is_a_definition_or_a_clear_error(tmp_path_factory: pytest.TempPathFactory, data: object) -> None:
    path = tmp_path_factory.mktemp("yaml") / "any.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(DefinitionError):
        load_service(path, REGION, COMMON)


def test_texts_name_nothing_but_the_region_and_birthdays() -> None:
    assert render("{region.name} {turns[80]}", REGION, "1944-02-29") == "青禾县 2024年2月29日"
    for bad in ("{region.__class__}", "{x}", "{", "{turns[80].x}", "{0}"):
        with pytest.raises(TextError):
            render(bad, REGION, "1944-02-29")


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1)), st.integers(min_value=0, max_value=120))
def test_age_and_birthday_agree(birth: date, years: int) -> None:
    day = birthday(birth, years)
    assert age(birth, day) == years
    if years:
        assert age(birth, date.fromordinal(day.toordinal() - 1)) == years - 1


def test_masks_show_enough_for_oneself_and_nothing_for_others() -> None:
    assert [masked_name(name) for name in ("", "王", "王兰", "王桂兰", "欧阳桂兰")] == [
        "",
        "王*",
        "王*",
        "王**",
        "欧**",
    ]
    assert masked_number("51990119380312024X") == "5199************4X"
