"""People type as they speak, and find what they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.services.findable import Findable
from kiosk.services.finding import Finder
from tests.kiosk.world import built_in

ELDER = Findable("gaoling-jintie", "高龄津贴", ("老人钱", "80岁补贴"))
CARD = Findable("shebaoka", "社会保障卡申领", ("社保卡", "看病的卡"))
LOST = Findable("shebaoka-guashi", "社会保障卡挂失", ("社保卡丢了",))
CARE = Findable("huli-butie", "重度残疾人护理补贴", ("残疾人的钱",))
LISTED = Findable("511A", "高龄津贴发放", (), here=False)
BUILT = built_in()
ALL = Finder(BUILT.findable())
FINDER = Finder([LISTED, LOST, CARD, CARE, ELDER])


@pytest.mark.parametrize(
    "typed",
    [
        "高龄津贴",
        "高龄",
        "老人钱",
        "gaolingjintie",
        "gljt",
        "GLJT",
        "gaolin",
        "gaolinjintei",
        "高零津贴",
        "高津",
        "８０岁",
    ],
)
def test_by_characters_pinyin_initials_words_accents_and_mistakes(typed: str) -> None:
    assert FINDER.find(typed)[0] == ELDER


def test_what_can_be_used_here_stands_before_what_is_only_listed() -> None:
    assert FINDER.find("高龄津贴") == [ELDER, LISTED]
    assert FINDER.find("津贴") == [ELDER, LISTED]


def test_each_part_has_to_be_found() -> None:
    assert FINDER.find("社保卡 丢") == [LOST]
    assert FINDER.find("社保卡 津贴") == []


def test_likeness_does_not_stand_beside_what_was_meant() -> None:
    assert FINDER.find("社保卡") == [CARD, LOST]


def test_nothing_for_nothing() -> None:
    assert FINDER.find("") == FINDER.find("  ") == FINDER.find("公积金贷款") == []


@given(st.text(max_size=30))
def test_any_text_is_answered(typed: str) -> None:
    assert len(FINDER.find(typed, 2)) <= 2


@given(st.sampled_from([ELDER, CARD, LOST, CARE]))
def test_its_own_name_finds_it_first(wanted: Findable) -> None:
    assert FINDER.find(wanted.name)[0] == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("公安局", "shenfenzheng-huanbu"), ("林业站", "linmu-caifa"), ("聋子", "canjizheng-xinban"),
        ("征信报告", "xinyong-fangchan-chaxun"), ("吃不起饭", "linshi-jiuzhu"), ("娃娃读书", "ruxue-baoming"),
        ("拖欠工资", "falv-yuanzhu"), ("12345", "huidian"), ("搞零金铁", "gaoling-jintie"),
    ],
)  # fmt: skip
def test_offices_and_what_people_call_it_are_found(typed: str, wanted: str) -> None:
    assert wanted in [found.key for found in ALL.find(typed)][:4]


@pytest.mark.parametrize("typed", ["民政", "司法局", "医保局"])
def test_an_office_finds_what_it_does(typed: str) -> None:
    first = ALL.find(typed)[0]
    found = next(one for one in BUILT.findable() if one.key == first.key)
    assert all(character in found.office + found.name for character in typed)


def test_what_sounds_alike_by_chance_is_not_offered() -> None:
    assert ALL.find("驾照") == [one for one in ALL.find("驾照") if "驾" in one.name]
    assert all(one.here for one in ALL.find("丧葬费"))
