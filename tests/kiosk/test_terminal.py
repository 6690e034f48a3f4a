"""The terminal without Qt: out of service and back, and honest about what is missing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from devices.loop import SelectorLoop
from kiosk import terminal as module
from kiosk.config import Config
from kiosk.pages import Problem, Welcome
from kiosk.services.catalogue import BUILT_IN, Catalogue, load_catalogue
from kiosk.session import Setting
from kiosk.store import Store
from kiosk.terminal import Terminal
from offline_cache.clock import SystemClock
from offline_cache.identity import save
from offline_cache.lock import FolderLock
from offline_cache.sealing import suite
from tests.kiosk.test_store import Notes
from tests.offline_cache.conftest import new_identity

WAIT_S = 20.0


class World:
    def __init__(self, data: Path, catalogue: Catalogue) -> None:
        self.loop = SelectorLoop()
        config = Config(place="柳溪镇", data=data, platform="http://127.0.0.1:9", region="qinghe")
        setting = Setting(catalogue, "柳溪镇", date.today, self.loop.now, lambda: b"i" * 16)
        self.terminal = Terminal(config, setting, self.loop, Store(data, SystemClock(), Notes), {})
        self.terminal.start()

    def until(self, page: type, code: str) -> None:
        assert self.loop.run_until(
            lambda: isinstance(self.terminal.page, page) and getattr(self.terminal.page, "code", "") == code, WAIT_S
        ), self.terminal.page

    def close(self) -> None:
        self.terminal.close()
        self.loop.close()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(module, "OPEN_AGAIN_S", 0.05)
    made = World(tmp_path / "data", load_catalogue(BUILT_IN, "qinghe"))
    yield made
    made.close()


def enrol(data: Path) -> None:
    algorithms = suite("intl-1")
    save(data, new_identity(algorithms.opening_key(algorithms.new_opening_key())))


def test_a_kiosk_that_is_enrolled_later_comes_into_service_by_itself(
    world: World, tmp_path: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("out of service: kiosk.not-enrolled")
    world.until(Problem, "kiosk.not-enrolled")
    enrol(tmp_path / "data")
    world.until(Welcome, "reader.absent")


def test_a_folder_that_another_program_holds(world: World, tmp_path: Path, expected_logs: list[str]) -> None:
    expected_logs += ["kiosk.not-enrolled", "cache.held"]
    world.until(Problem, "kiosk.not-enrolled")
    lock = FolderLock(tmp_path / "data")
    enrol(tmp_path / "data")
    world.until(Problem, "cache.held")
    lock.release()
    world.until(Welcome, "reader.absent")


def test_a_damaged_journal_is_set_aside_whole_and_the_kiosk_goes_on(tmp_path: Path, expected_logs: list[str]) -> None:
    expected_logs.append("journal is degraded: journal.salvaged")
    data = tmp_path / "data"
    enrol(data)
    (data / "journal.db").write_bytes(b"rubbish" * 1000)
    world = World(data, load_catalogue(BUILT_IN, "qinghe"))
    world.until(Welcome, "reader.absent")
    world.close()
    assert (data / "damaged" / "001" / "journal.db").read_bytes() == b"rubbish" * 1000


def test_a_kiosk_without_services_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data"
    enrol(data)
    whole = load_catalogue(BUILT_IN, "qinghe")
    world = World(data, Catalogue(whole.region, {}, ["broken"]))
    world.until(Welcome, "reader.absent")
    assert world.terminal.page.services == []
    world.close()
