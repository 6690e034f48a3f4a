"""Characters without a keyboard: by their sound, frequent ones first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import actions
from kiosk.actions import Answer, Choose, Key, Next, Pick
from kiosk.services.answers import UNSAID, may_stay_open
from kiosk.text_entry import SHOWN, TextEntry, characters
from tests.kiosk.world import Hand, built_in


def typed(entry: TextEntry, letters: str) -> TextEntry:
    for letter in letters:
        entry.act(Key(letter))
    return entry


def test_a_character_is_typed_by_its_sound_and_picked() -> None:
    entry = typed(TextEntry(10), "zheng")
    assert "正" in characters("zheng")
    while "正" not in entry.shown()["candidates"]:
        entry.act(Pick(""))
    entry.act(Pick("正"))
    assert (entry.value, entry.sound) == ("正", "")


def test_what_begins_so_comes_after_what_sounds_so() -> None:
    found = characters("li")
    assert found.index("力") < found.index("两")


def test_digits_and_letters_stand_for_themselves() -> None:
    entry = typed(TextEntry(20), "a3")
    assert entry.value == "A3"
    typed(entry, "b").act(Pick("B"))
    assert entry.value == "A3B"


def test_delete_takes_the_last_letter_before_the_last_character() -> None:
    entry = typed(TextEntry(20, "正街"), "hao")
    for _ in range(4):
        entry.act(Key("delete"))
    assert (entry.value, entry.sound) == ("正", "")


def test_every_candidate_is_reached() -> None:
    entry, seen = typed(TextEntry(10), "yi"), []
    for _ in range(100):
        seen += entry.shown()["candidates"]
        entry.act(Pick(""))
    assert set(characters("yi")) < set(seen)
    assert len(entry.shown()["candidates"]) <= SHOWN


KEYS = st.sampled_from([*"abcxyz0189", "delete", "", "啊", "\n"])


@given(st.lists(st.one_of(KEYS.map(Key), KEYS.map(Pick), st.text(max_size=30).map(Answer))))
def test_nothing_that_is_typed_breaks_it_or_grows_too_long(acts: list[actions.Action]) -> None:
    entry = TextEntry(12)
    for act in acts:
        entry.act(act)
        assert len(entry.value) <= 12
        assert len(entry.shown()["candidates"]) <= SHOWN


def test_who_cannot_type_leaves_free_words_open() -> None:
    hand = Hand("younger", catalogue=built_in()).open().act(Choose("fuju-shipei"), Next())
    application = hand.session.application
    assert application is not None
    application.go_to(next(one for one in application.flow.questions if one.id == "wish"))
    assert [option.value for option in hand.page.options] == ["unsaid"]
    hand.act(Choose("unsaid"))
    assert hand.page.value == UNSAID
    hand.act(Choose("unsaid"))
    assert hand.page.value == "", "and thinks better of it"
    hand.act(Choose("unsaid"), Next())
    assert application.answers["wish"] == UNSAID


@pytest.mark.parametrize("question", ["typed_name", "guardian_name", "guardian_id"])
def test_who_acts_is_never_left_open(question: str) -> None:
    flows = built_in().flows.values()
    assert not any(may_stay_open(found) for flow in flows for found in flow.questions if found.id == question)
    assert any(may_stay_open(found) for flow in flows for found in flow.questions)
