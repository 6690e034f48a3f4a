"""People type as they speak, and find what they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.services.findable import Findable
from kiosk.services.finding import Finder

ELDER = Findable("gaoling-jintie", "高龄津贴", ("老人钱", "80岁补贴"))
CARD = Findable("shebaoka", "社会保障卡申领", ("社保卡", "看病的卡"))
LOST = Findable("shebaoka-guashi", "社会保障卡挂失", ("社保卡丢了",))
CARE = Findable("huli-butie", "重度残疾人护理补贴", ("残疾人的钱",))
LISTED = Findable("511A", "高龄津贴发放", (), here=False)
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
