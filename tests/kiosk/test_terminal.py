"""The terminal without Qt: out of service and back, and honest about what is missing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite3

from devices.loop import SelectorLoop
from kiosk import terminal as module
from kiosk.actions import Answer, Back, Choose, Leave, Next, Speak
from kiosk.actions import Open as Tap
from kiosk.config import Config
from kiosk.pages import NotEligible, Problem, Question, Services, Welcome
from kiosk.receipt import CHINA_TIME
from kiosk.services.catalogue import Catalogue
from kiosk.setting import Setting
from kiosk.store import Store
from kiosk.terminal import Terminal
from offline_cache import space
from offline_cache.clock import SystemClock
from offline_cache.identity import save
from offline_cache.lock import FolderLock
from offline_cache.sealing import suite
from offline_cache.space import Level
from tests.kiosk.test_store import Notes
from tests.kiosk.world import built_in, card_of
from tests.offline_cache.conftest import damages, new_identity

WAIT_S = 20.0
BUILT = built_in()


class World:
    """newer: what the agent has brought meanwhile, taken once."""

    def __init__(self, data: Path, catalogue: Catalogue) -> None:
        self.newer: list[Catalogue] = []
        self.closed = False
        self.loop = SelectorLoop()
        config = Config(place="柳溪镇", data=data, platform="http://127.0.0.1:9", region="qinghe")
        setting = Setting(catalogue, "柳溪镇", lambda: datetime.now(CHINA_TIME), self.loop.now, lambda: b"i" * 16)
        self.terminal = Terminal(
            config, setting, self.loop, Store(data, SystemClock(), Notes), {}, newer_catalogue=self._newer
        )
        self.terminal.start()

    def _newer(self) -> Catalogue | None:
        return self.newer.pop() if self.newer else None

    def until(self, page: type, code: str) -> None:
        assert self.loop.run_until(
            lambda: isinstance(self.terminal.page, page) and getattr(self.terminal.page, "code", "") == code, WAIT_S
        ), self.terminal.page

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.terminal.close()
            self.loop.close()


Open = Callable[[Catalogue], World]


@pytest.fixture
def open_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Worlds over the folder `data`; whichever is open at the end is closed."""
    monkeypatch.setattr(module, "OPEN_AGAIN_S", 0.05)
    with ExitStack() as worlds:

        def open_world(catalogue: Catalogue) -> World:
            worlds.close()
            return worlds.enter_context(closing(World(tmp_path / "data", catalogue)))

        yield open_world


@pytest.fixture
def world(open_world: Open) -> World:
    return open_world(BUILT)


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


def test_a_damaged_database_is_set_aside_and_the_kiosk_works(
    open_world: Open, tmp_path: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("journal is degraded: journal.salvaged")
    data = tmp_path / "data"
    enrol(data)
    (data / "journal.db").write_bytes(b"rubbish" * 1000)
    opened(open_world(BUILT))
    assert (data / "damaged" / "001" / "journal.db").read_bytes() == b"rubbish" * 1000


def test_a_kiosk_without_services_says_so(open_world: Open, tmp_path: Path) -> None:
    enrol(tmp_path / "data")
    world = open_world(Catalogue(BUILT.region, {}, ["broken"]))
    world.until(Welcome, "reader.absent")
    assert world.terminal.page.services == []


def test_damage_that_shows_at_work_is_salvaged_without_a_restart(
    open_world: Open, tmp_path: Path, expected_logs: list[str]
) -> None:
    expected_logs += ["storage: storage.corrupt", "journal is degraded: journal.salvaged"]
    data = tmp_path / "data"
    enrol(data)
    before = open_world(BUILT)
    opened(before)
    before.terminal._probed(stable=True)
    before.close()
    zero_roots_of("receipts", data / "journal.db")
    world = open_world(BUILT)
    opened(world)
    world.terminal._begin(card_of("elder"))
    assert world.loop.run_until(lambda: (data / "damaged" / "001" / "journal.db").exists(), WAIT_S)
    opened(world)
    world.close()
    assert not damages(data, each=True)


def test_a_full_disk_takes_no_new_case_and_says_so(
    open_world: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    expected_logs.append("disk is degraded: space.no-cases")
    monkeypatch.setitem(space.FREE_BYTES, Level.NO_CASES, 1 << 62)
    enrol(tmp_path / "data")
    world = open_world(BUILT)
    opened(world)
    assert world.loop.run_until(lambda: world.terminal._blocked == "space.no-cases", WAIT_S)
    world.terminal._begin(card_of("elder"))
    assert world.loop.run_until(lambda: isinstance(world.terminal.page, Services), WAIT_S)
    world.terminal.act(Choose("gaoling-jintie"))
    page = world.terminal.page
    assert isinstance(page, Problem)
    assert page.code == "space.no-cases"
    assert "窗口" in page.todo


def test_a_newer_catalogue_is_offered_to_the_next_citizen_only(
    open_world: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TICK_S", 0.02)
    monkeypatch.setattr(module, "HOUSEKEEPING_TICKS", 1)
    enrol(tmp_path / "data")
    world = open_world(BUILT)
    opened(world)
    world.terminal._begin(card_of("elder"))
    assert world.loop.run_until(lambda: isinstance(world.terminal.page, Services), WAIT_S)
    world.newer.append(replace(BUILT, flows={}))
    assert world.loop.run_until(lambda: not world.newer and not world.terminal._setting.catalogue.flows, WAIT_S)
    page = world.terminal.page
    assert isinstance(page, Services)
    assert page.tiles, "who is at the kiosk goes on with what was there"
    world.terminal.act(Leave())
    assert world.loop.run_until(lambda: isinstance(world.terminal.page, Welcome), WAIT_S)
    world.terminal._begin(card_of("elder"))
    assert world.loop.run_until(lambda: isinstance(world.terminal.page, Services), WAIT_S)
    page = world.terminal.page
    assert isinstance(page, Services)
    assert not page.tiles


def zero_roots_of(table: str, database: Path) -> None:
    conn = sqlite3.connect(database)
    pages = conn.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = ?", (table,)).fetchall()
    (size,) = conn.execute("PRAGMA page_size").fetchone()
    conn.close()
    with database.open("r+b") as file:
        for (page,) in pages:
            file.seek((page - 1) * size)
            file.write(b"\0" * size)


def opened(world: World) -> None:
    assert world.loop.run_until(lambda: not world.terminal._storage_code, WAIT_S)


def test_numbers_are_typed_five_times_and_then_the_door_is_closed(open_world: Open, tmp_path: Path) -> None:
    enrol(tmp_path / "data")
    world = open_world(BUILT)
    world.until(Welcome, "reader.absent")
    terminal = world.terminal

    def tapped(page: type) -> bool:
        """Once the store is open, the door is."""
        terminal.act(Tap("typed"))
        return isinstance(terminal.page, page)

    for _ in range(5):
        assert world.loop.run_until(lambda: tapped(Question), WAIT_S)
        terminal.act(Answer(card_of("younger").id_number))
        terminal.act(Next())
        assert isinstance(terminal.page, Services)
        terminal.act(Leave())
    assert world.loop.run_until(lambda: tapped(Problem), WAIT_S)
    world.until(Problem, "typed.often")
    world.terminal.act(Next())
    world.until(Problem, "typed.often")
    world.terminal.act(Back())
    world.until(Welcome, "reader.absent")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_has_an_expired_card_goes_on_with_its_number(open_world: Open, tmp_path: Path, language: str) -> None:
    enrol(tmp_path / "data")
    world = open_world(BUILT)
    opened(world)
    terminal = world.terminal
    terminal.act(Speak(language))
    terminal._begin(card_of("expired"))
    world.until(Problem, "card.expired")
    assert terminal.page.next_label
    terminal.act(Next())
    page = terminal.page
    assert isinstance(page, Services)
    assert not page.has_card
    assert terminal.language == language
    terminal.act(Choose("shenfenzheng-huanbu"))
    page = terminal.page
    assert isinstance(page, NotEligible), "there is no network"
    assert all(fact.value for fact in page.facts)
    terminal.act(Leave())
    assert world.loop.run_until(lambda: isinstance(terminal.page, Welcome), WAIT_S)


def test_whoever_is_not_identified_is_told_whom_to_ask(open_world: Open, tmp_path: Path) -> None:
    enrol(tmp_path / "data")
    world = open_world(BUILT)
    world.until(Welcome, "reader.absent")
    page = world.terminal.page
    assert isinstance(page, Welcome)
    assert BUILT.region.phone in page.help
    assert BUILT.region.hours in page.help
