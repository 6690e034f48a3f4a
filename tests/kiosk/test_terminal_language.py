"""The terminal's language: chosen before a card is laid, kept for one session, and then Chinese again."""

from pathlib import Path

import pytest

from kiosk import terminal as module
from kiosk.actions import Key, Knock, Leave, Next, Open, Speak
from kiosk.pages import Question, Search, Services, Welcome
from tests.kiosk.test_terminal import BUILT, WAIT_S, World, enrol, open_world, opened
from tests.kiosk.words import is_chinese
from tests.kiosk.world import card_of

__all__ = ["open_world"]


@pytest.fixture
def world(open_world: object, tmp_path: Path) -> World:
    assert callable(open_world)
    enrol(tmp_path / "data")
    found = open_world(BUILT)
    assert isinstance(found, World)
    opened(found)
    return found


def begun(world: World) -> Services:
    world.terminal._begin(card_of("elder"))
    assert world.loop.run_until(lambda: isinstance(world.terminal.page, Services), WAIT_S)
    page = world.terminal.page
    assert isinstance(page, Services)
    return page


def test_the_welcome_page_changes_its_language(world: World) -> None:
    page = world.terminal.page
    assert isinstance(page, Welcome)
    assert [option.label for option in page.languages] == ["English"]
    world.terminal.act(Speak("en"))
    page = world.terminal.page
    assert isinstance(page, Welcome)
    assert world.terminal.language == "en"
    assert [option.label for option in page.languages] == ["中文"]
    assert not is_chinese(page.title + page.hint + page.notice + "".join(page.services) + world.terminal.bar.link)
    world.terminal.act(Speak("zh"))
    assert world.terminal.language == "zh"


def test_a_session_is_in_the_language_that_was_chosen_and_the_next_is_chinese(world: World) -> None:
    world.terminal.act(Speak("en"))
    assert begun(world).title.startswith("What do you need?")
    assert world.terminal.language == "en"
    world.terminal.act(Leave())
    assert world.loop.run_until(lambda: isinstance(world.terminal.page, Welcome), WAIT_S)
    assert world.terminal.language == "zh"
    assert begun(world).title.startswith("您要办什么事？")


def test_the_language_of_a_session_is_not_the_next_ones(world: World) -> None:
    begun(world)
    world.terminal.act(Speak("en"))
    assert world.terminal.language == "en"
    world.terminal.act(Leave())
    assert world.loop.run_until(lambda: isinstance(world.terminal.page, Welcome), WAIT_S)
    assert world.terminal.language == "zh"


def test_a_welcome_page_that_nobody_touches_is_chinese_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_S", 0.3)
    monkeypatch.setattr(module, "TICK_S", 0.02)
    world.terminal.act(Speak("en"))
    assert world.terminal.language == "en"
    assert world.loop.run_until(lambda: world.terminal.language == "zh", WAIT_S)


def test_a_number_is_typed_in_the_language_and_who_goes_away_leaves_chinese(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.terminal.act(Speak("en"))
    world.terminal.act(Open("typed"))
    world.terminal.act(Next())
    page = world.terminal.page
    assert isinstance(page, Question)
    assert not is_chinese(page.title + page.text + page.help + page.error)
    monkeypatch.setattr(module, "IDLE_S", 0.3)
    monkeypatch.setattr(module, "TICK_S", 0.02)
    assert world.loop.run_until(
        lambda: isinstance(world.terminal.page, Welcome) and world.terminal.language == "zh", WAIT_S
    )


@pytest.mark.parametrize(("language", "typed", "name"), [("en", "pension", "pension"), ("zh", "yanglao", "养老")])
def test_services_are_found_in_the_language(world: World, language: str, typed: str, name: str) -> None:
    assert world.loop.run_until(lambda: bool(world.terminal._finders), WAIT_S)
    world.terminal.act(Speak(language))
    begun(world)
    world.terminal.act(Open("search"))
    for letter in typed:
        world.terminal.act(Key(letter))
    page = world.terminal.page
    assert isinstance(page, Search)
    assert any(name in row.label.lower() for row in page.rows)


def test_the_technician_reads_chinese(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.terminal._desk, "knock", lambda: True)
    world.terminal.act(Speak("en"))
    world.terminal.act(Knock())
    assert world.terminal.language == "zh"
