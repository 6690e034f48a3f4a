"""After a session nothing personal is left outside sealed entries, and that it was looked at is journalled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from kiosk import actions
from kiosk.pages import Services, Welcome
from kiosk.wipe import Folder, Memory, wipe
from offline_cache.bodies import SessionWiped, decode
from offline_cache.entry import Kind, body_binding, decode_header
from offline_cache.identity import save
from offline_cache.sealing import OpeningKey, suite
from tests.kiosk.test_terminal import World
from tests.kiosk.world import built_in, card_of
from tests.offline_cache.conftest import new_identity, stored
from ui.clipboard import Clipboard


@dataclass
class Kiosk:
    world: World
    data: Path
    opening: OpeningKey = field(repr=False)

    def session(self) -> None:
        """A citizen lays his card, chooses, starts to answer, and goes."""
        terminal = self.world.terminal
        terminal._begin(card_of("elder"))
        assert self.world.loop.run_until(lambda: isinstance(terminal.page, Services), 20)
        for action in (actions.Choose("gaoling-jintie"), actions.Next(), actions.Answer("social"), actions.Leave()):
            terminal.act(action)
        assert self.world.loop.run_until(lambda: isinstance(terminal.page, Welcome) and bool(self.wiped()), 20)

    def wiped(self) -> list[SessionWiped]:
        found = []
        for _, one in stored(self.data):
            header = decode_header(one.header)
            if header.kind == Kind.SESSION_WIPED:
                assert one.body is not None
                body = decode(Kind.SESSION_WIPED, self.opening.open(one.body, body_binding(header.entry_id)))
                assert isinstance(body, SessionWiped)
                found.append(body)
        return found


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    algorithms = suite("intl-1")
    opening = algorithms.opening_key(algorithms.new_opening_key())
    data = tmp_path / "data"
    save(data, new_identity(opening))
    world = World(data, built_in())
    assert world.loop.run_until(lambda: not world.terminal._storage_code, 20)
    yield Kiosk(world, data, opening)
    world.close()


def test_what_was_looked_at_is_journalled(kiosk: Kiosk, tmp_path: Path) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    (runtime / "scan.jpg").write_bytes(b"scan")
    kiosk.world.terminal.places.append(Folder("runtime", runtime))
    kiosk.session()
    (wiped,) = kiosk.wiped()
    assert (wiped.checked, wiped.left) == (["draft", "runtime", "session"], [])
    assert not list(runtime.iterdir())


def test_what_cannot_be_wiped_is_told(kiosk: Kiosk, expected_logs: list[str]) -> None:
    expected_logs.append("after the session something is left in: spool [wipe.incomplete]")
    kiosk.world.terminal.places.append(Stuck())
    kiosk.session()
    (wiped,) = kiosk.wiped()
    assert wiped.left == ["spool"]


class Stuck:
    name = "spool"

    def wipe(self) -> None:
        pass

    def remains(self) -> bool:
        return True


class Held:
    """Somebody's data."""


def test_memory_that_something_still_refers_to_is_found() -> None:
    held = Held()
    place = Memory("session", held)
    assert wipe([place]) == {"session": True}
    in_a_ring = {"held": held}
    in_a_ring["ring"] = in_a_ring  # type: ignore[assignment]
    del held, in_a_ring
    assert wipe([place]) == {"session": False}


def test_the_clipboard_is_empty_for_the_next_citizen(qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    place = Clipboard(clipboard)
    clipboard.setText("6222020200112233446")
    assert place.remains()
    assert wipe([place]) == {"clipboard": False}
    assert clipboard.text() == ""
