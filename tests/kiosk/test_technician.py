"""The technician at the screen: a PIN that cannot be guessed, honest findings, live tests, nobody's data."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from devices.contract import State, Status
from devices.loop import SelectorLoop
from devices.virtual.people import people
from devices.virtual.receipt_printer import VirtualPrinter
from devices.virtual.sam_v import VirtualReader
from kiosk import device_history, running
from kiosk.actions import Answer, Back, Choose, Knock, Leave, Next, Restart
from kiosk.cli.main import main
from kiosk.config import Config, load_config
from kiosk.configured_devices import connect
from kiosk.diagnosis import Finding, of_backlog, of_clock, of_contact, of_machine, worst
from kiosk.pages import AnyPage, Device, Overview, Question, Services, Welcome
from kiosk.receipt import CHINA_TIME
from kiosk.setting import Setting
from kiosk.store import Store
from kiosk.technician import IDLE_S, Technician
from kiosk.technician_desk import KNOCKS
from kiosk.technician_pin import FIRST_WAIT_S, FREE_TRIES, PinError, TechnicianPin
from kiosk.terminal import Terminal
from offline_cache.bodies import TechnicianLogin
from offline_cache.bodies import decode as decode_body
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind, body_binding, decode_header
from offline_cache.identity import save
from offline_cache.sealing import suite
from tests.kiosk.test_store import Notes
from tests.kiosk.test_terminal import BUILT
from tests.offline_cache.conftest import new_identity, stored

PIN = "274951"
WAIT_S = 20.0


class Kiosk:
    """A terminal with real drivers on virtual devices."""

    def __init__(self, folder: Path) -> None:
        self.reader = VirtualReader(folder / "reader")
        self.printer = VirtualPrinter(0, folder / "papers")
        (folder / "kiosk.toml").write_text(
            f"""
place = "柳溪镇"
data = "data"
platform = "http://127.0.0.1:9"
region = "qinghe"
runtime = "runtime"
[devices.reader]
driver = "sam_v"
settings = {{ port = "{folder / "reader"}" }}
[devices.printer]
driver = "escpos"
settings = {{ host = "127.0.0.1", port = "{self.printer.port}" }}
"""
        )
        self.config: Config = load_config(folder / "kiosk.toml")
        algorithms = suite("intl-1")
        self.opening = algorithms.opening_key(algorithms.new_opening_key())
        save(self.config.data, new_identity(self.opening))
        self.closed = False
        self.loop = SelectorLoop()
        setting = Setting(BUILT, "柳溪镇", lambda: datetime.now(CHINA_TIME), self.loop.now, lambda: b"i" * 16)
        store = Store(self.config.data, SystemClock(), Notes)
        devices = connect(self.config, self.loop, "the tests")
        self.terminal = Terminal(
            self.config, setting, self.loop, store, devices, lambda: [Finding(area="platform", zh="连得上")]
        )
        self.terminal.start()
        self.until(lambda: all(device.status.state is State.ONLINE for device in devices.values()))

    @property
    def page(self) -> AnyPage:
        return self.terminal.page

    def act(self, *actions: object) -> None:
        for action in actions:
            self.terminal.act(action)  # type: ignore[arg-type]

    def until(self, done: Callable[[], bool]) -> None:
        assert self.loop.run_until(done, WAIT_S), self.page

    def give(self, pin: str) -> None:
        for digit in pin:
            page = self.page
            assert isinstance(page, Question)
            self.act(Answer(page.value + digit))
        self.act(Next())

    def open(self) -> None:
        self.act(*[Knock()] * KNOCKS)
        self.give(PIN)
        self.until(lambda: isinstance(self.page, Overview))

    def test(self, area: str) -> str:
        self.act(Choose(area), Next())
        self.until(lambda: isinstance(self.page, Device) and self.page.result not in ("", "正在测试……"))
        page = self.page
        assert isinstance(page, Device)
        return page.result

    def logins(self) -> list[bool]:
        found = []
        for _, entry in stored(self.config.data):
            header = decode_header(entry.header)
            if header.kind == Kind.TECHNICIAN:
                assert entry.body is not None
                body = decode_body(Kind.TECHNICIAN, self.opening.open(entry.body, body_binding(header.entry_id)))
                assert isinstance(body, TechnicianLogin)
                found.append(body.accepted)
        return found

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.terminal.close()
        self.loop.close()
        self.reader.stop()
        self.printer.stop()


@pytest.fixture
def kiosk(tmp_path: Path, expected_logs: list[str]) -> Iterator[Kiosk]:
    expected_logs.append("card.unstable")
    (tmp_path / "data").mkdir(mode=0o700)
    TechnicianPin(tmp_path / "data", 0.0).set(PIN)
    made = Kiosk(tmp_path)
    yield made
    made.close()


def test_five_taps_and_the_pin_open_the_findings(kiosk: Kiosk) -> None:
    kiosk.act(*[Knock()] * (KNOCKS - 1))
    assert isinstance(kiosk.page, Welcome)
    kiosk.act(Knock())
    assert isinstance(kiosk.page, Question)
    kiosk.give("111111")
    kiosk.until(lambda: getattr(kiosk.page, "error", "") == "密码不对。")
    kiosk.give(PIN)
    kiosk.until(lambda: isinstance(kiosk.page, Overview))
    page = kiosk.page
    assert isinstance(page, Overview)
    shown = {row.area: row.severity for row in page.rows}
    assert shown == {
        "reader": "ok", "printer": "ok", "identity": "ok", "services": "ok", "runtime": "warning", "journal": "ok",
        "space": "ok", "platform": "ok",
    }  # fmt: skip
    kiosk.act(Leave())
    assert isinstance(kiosk.page, Welcome)
    kiosk.until(lambda: len(kiosk.logins()) == 2)
    assert kiosk.logins() == [False, True]


def test_each_device_is_tried_live_and_shows_nobodys_data(kiosk: Kiosk) -> None:
    kiosk.open()
    kiosk.reader.lay(people()["elder"])
    said = kiosk.test("reader")
    assert said.startswith("读到一张居民身份证，1280 字节")
    shown = msgspec.json.encode(kiosk.page).decode()
    for personal in (people()["elder"]["name"], people()["elder"]["number"], "1938"):
        assert personal not in shown
    kiosk.reader.lift()
    kiosk.act(Back())
    assert "已经打印出来" in kiosk.test("printer")
    assert len(kiosk.printer.papers()) == 1
    kiosk.printer.fault = "paper-out"
    kiosk.act(Back())
    assert "打印机没纸了（printer.paper-out）" in kiosk.test("printer")


def test_a_broken_device_says_why_and_what_to_do_and_goes_on_once_it_is_mended(kiosk: Kiosk) -> None:
    kiosk.reader.fault = "sam-error"
    kiosk.until(lambda: kiosk.terminal._devices["reader"].status.code == "reader.error")
    kiosk.open()
    kiosk.act(Choose("reader"))
    page = kiosk.page
    assert isinstance(page, Device)
    facts = {fact.label: fact.value for fact in page.facts}
    assert facts["情况"] == "读卡器自检没有通过（reader.error）"
    assert facts["怎么办（维护人员）"] == "更换读卡器或其安全模块"
    assert "不能用　读卡器自检没有通过" in [fact.value for fact in page.history]
    kiosk.reader.fault = "none"
    before = kiosk.terminal._devices["reader"].pid
    kiosk.act(Restart())
    kiosk.until(lambda: kiosk.terminal._devices["reader"].pid not in (None, before))
    kiosk.until(lambda: kiosk.terminal._devices["reader"].status.state is State.ONLINE)
    kiosk.act(Back(), Next())
    kiosk.until(lambda: isinstance(kiosk.page, Overview) and kiosk.page.rows[0].severity == "ok")


def test_no_card_opens_a_session_while_the_technician_is_there(kiosk: Kiosk) -> None:
    kiosk.act(*[Knock()] * KNOCKS)
    kiosk.reader.lay(people()["elder"])
    kiosk.loop.run_until(lambda: False, 1.5)
    assert isinstance(kiosk.page, Question)
    kiosk.act(Leave())
    kiosk.until(lambda: isinstance(kiosk.page, Services))


def test_knocking_during_a_session_does_nothing(kiosk: Kiosk) -> None:
    kiosk.reader.lay(people()["elder"])
    kiosk.until(lambda: isinstance(kiosk.page, Services))
    kiosk.act(*[Knock()] * KNOCKS)
    assert isinstance(kiosk.page, Services)


def test_the_pages_close_when_nobody_is_there() -> None:
    turn = Technician(0.0, frozenset({"reader"}))
    turn.tick(IDLE_S)
    assert not turn.over
    turn.tick(IDLE_S + 1)
    assert turn.over


def test_without_a_pin_the_pages_stay_closed_and_say_why(tmp_path: Path, expected_logs: list[str]) -> None:
    expected_logs.append("card.unstable")
    made = Kiosk(tmp_path)
    made.act(*[Knock()] * KNOCKS)
    page = made.page
    assert isinstance(page, Question)
    assert "kiosk technician set-pin" in page.error
    made.give("000000")
    made.loop.run_until(lambda: False, 0.5)
    assert isinstance(made.page, Question)
    made.close()


def test_a_pin_cannot_be_guessed_by_trying(tmp_path: Path) -> None:
    pin = TechnicianPin(tmp_path, 0.0)
    pin.set(PIN)
    for _ in range(FREE_TRIES):
        assert not pin.try_pin("111111", 0.0)
    assert pin.wait_s(0.0) == FIRST_WAIT_S
    assert not pin.try_pin(PIN, FIRST_WAIT_S - 1)
    again = TechnicianPin(tmp_path, 1000.0)
    assert again.wait_s(1000.0) == FIRST_WAIT_S
    assert not again.try_pin("111111", 1000.0 + FIRST_WAIT_S)
    assert again.wait_s(1000.0 + FIRST_WAIT_S) == 2 * FIRST_WAIT_S
    assert again.try_pin(PIN, 1000.0 + 4 * FIRST_WAIT_S)
    assert TechnicianPin(tmp_path, 0.0).wait_s(0.0) == 0
    assert PIN.encode() not in (tmp_path / "technician.json").read_bytes()
    assert (tmp_path / "technician.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("pin", ["12345", "1234567", "12345a", "111111", "123456", "987654", "１２３４５７", ""])
def test_a_weak_pin_is_refused(tmp_path: Path, pin: str) -> None:
    with pytest.raises(PinError):
        TechnicianPin(tmp_path, 0.0).set(pin)


def test_the_history_is_short_and_survives(tmp_path: Path) -> None:
    for at in range(device_history.KEPT + 5):
        device_history.add(tmp_path, "reader", Status(state=State.ERROR, code="reader.error"), at)
    found = device_history.read(tmp_path)
    assert (len(found), found[0].at_ms, found[-1].code) == (device_history.KEPT, 5, "reader.error")
    (tmp_path / device_history.FILE).write_bytes(b"{")
    assert device_history.read(tmp_path) == []


def test_how_a_clock_and_an_agent_are_judged() -> None:
    assert of_clock(900).code == ""
    assert of_clock(-90_000).code == "clock.wrong"
    assert of_contact(None, "").severity == "error"
    assert of_contact(1, "").code == "agent.silent"
    assert of_contact(1, "platform.not-ours").code == "platform.not-ours"
    assert worst([]) == "ok"


def test_what_waits_is_said_and_what_cannot_go_is_a_warning() -> None:
    assert of_backlog(0, 0, 0, 0, 0) == Finding(area="backlog", detail="0 entries wait", zh="待发 0 条")
    assert of_backlog(3, 2, 0, 400_000, 1_000_000).zh == "待发 3 条，材料 2 份（已传 40%）"
    assert of_backlog(0, 0, 1, 0, 1000).code == "attachment.local-damage"


def doctor(folder: Path) -> tuple[int, dict[str, list[dict[str, str]]]]:
    command = [sys.executable, "-m", "kiosk.cli", "doctor", "--json", "--config", str(folder / "kiosk.toml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, json.loads(done.stdout)


def test_the_doctor_beside_the_kiosk_and_without_it(kiosk: Kiosk, tmp_path: Path) -> None:
    """The platform of this kiosk is not there, and its runtime folder is on a disk."""
    status, beside = doctor(tmp_path)
    codes = {one["area"]: one["code"] for one in beside["findings"]}
    assert codes["reader"] == codes["printer"] == codes["journal"] == ""
    assert (codes["platform"], codes["runtime"]) == ("platform.unreachable", "runtime.on-disk")
    assert status == 2
    assert all(one["todo"] for one in beside["findings"] if one["code"])
    kiosk.closed = True
    kiosk.terminal.close()
    (kiosk.config.runtime / running.FILE).unlink()
    kiosk.printer.fault = "cover-open"
    _, alone = doctor(tmp_path)
    found = [(one["area"], one["code"], one["detail"]) for one in alone["findings"]]
    assert ("reader", "", "the security module answers at 115200 baud and reports no fault") in found
    assert ("printer", "printer.cover-open") in [one[:2] for one in found]


def test_the_doctor_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kiosk.toml").write_text(
        'place = "x"\ndata = "data"\nplatform = "http://127.0.0.1:9"\nregion = "qinghe"\nruntime = "/dev/shm"\n'
        '[devices.reader]\ndriver = "sam_v"\nsettings = { port = "/dev/ttyUSB7" }\n'
    )
    os.environ.setdefault("TONGBAN_RUNTIME_DIR", str(tmp_path))
    assert main(["doctor", "--config", str(tmp_path / "kiosk.toml")]) == 2
    said = capsys.readouterr().out
    for expected in ("[reader.absent]", "[device.unsteady-port]", "[kiosk.not-enrolled]", "what to do (technician)"):
        assert expected in said
    config = load_config(tmp_path / "kiosk.toml")
    assert {one.area for one in of_machine(config) if one.severity == "ok"} >= {"services", "runtime"}


def test_the_pin_is_set_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kiosk.toml").write_text(
        'place = "x"\ndata = "."\nplatform = "http://127.0.0.1:9"\nregion = "qinghe"\n'
    )
    command = [sys.executable, "-m", "kiosk.cli", "technician", "set-pin", "--config", str(tmp_path / "kiosk.toml")]
    weak = subprocess.run(command, input="123456\n", capture_output=True, text=True, check=False)
    assert (weak.returncode, "technician.pin" in weak.stderr) == (2, True)
    assert subprocess.run(command, input=f"{PIN}\n", capture_output=True, text=True, check=False).returncode == 0
    assert TechnicianPin(tmp_path, 0.0).try_pin(PIN, 0.0)
    del capsys
