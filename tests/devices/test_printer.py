"""Receipts: never called printed when they were not, whatever the printer does."""

import socket
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from devices.connection import host_command
from devices.contract import Failure, Line, Paper, State
from devices.device import Device
from devices.driver import Context, DriverError
from devices.drivers.escpos import driver
from devices.drivers.escpos.answers import AutomaticStatus
from devices.drivers.escpos.encode import BARRIER, encode
from devices.drivers.escpos.layout import cells, wrap
from devices.drivers.escpos.profile import profiles
from devices.drivers.escpos.raster import draw_line
from devices.drivers.escpos.status import automatic_status, ready, status
from devices.virtual.endpoints import TcpEndpoint
from devices.virtual.receipt_printer import VirtualPrinter
from tests.devices.conftest import Bench

QR = "https://tongban.example/p/AAAAAAAAAAAAAAAAAAAAAA#K0001-000012-B." + "x" * 140


def paper(*lines: str) -> dict[str, Any]:
    return msgspec.to_builtins(Paper(lines=[Line(text=text) for text in lines]))  # type: ignore[no-any-return]


PAPER: dict[str, Any] = msgspec.to_builtins(
    Paper(
        lines=[
            Line(text="提交回执", size=2, bold=True, align="center"),
            Line(text="回执号：K0001-000012-B"),
            Line(text="材料已加密存在本机，断电也不会丢。网络一通就自动发出，您不用再来。"),
            Line(qr=QR, align="center"),
        ]
    )
)
CONFIRMED = {"outcome": "confirmed", "code": ""}


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_a_receipt_comes_out_as_it_should(bench: Bench, tmp_path: Path, profile: str) -> None:
    virtual = VirtualPrinter(0, tmp_path / "papers", dots=profiles()[profile].dots)
    printer = bench.device(host_command("escpos"), {"host": "127.0.0.1", "port": str(virtual.port), "profile": profile})
    assert bench.ask(printer, "print", **PAPER) == CONFIRMED
    (paper,) = virtual.papers()
    if profiles()[profile].text != "none":
        assert "回执号：K0001-000012-B" in paper["text"]
        assert "".join(paper["text"].split()).count("您不用再来。") == 1
    (code,) = zxingcpp.read_barcodes(Image.open(paper["picture"]))
    assert code.text == QR
    virtual.stop()


Way = Callable[[VirtualPrinter, Path], dict[str, str]]
WAYS: dict[str, Way] = {
    "tcp": lambda virtual, _: {"host": "127.0.0.1", "port": str(virtual.port)},
    "serial": lambda _, folder: {"port": str(folder / "printer"), "baud": "115200"},
    "device file": lambda _, folder: {"lp": str(folder / "printer")},
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_a_printer(bench: Bench, tmp_path: Path, way: str) -> None:
    virtual = VirtualPrinter(0, tmp_path / "papers", link=tmp_path / "printer")
    printer = bench.device(host_command("escpos"), {**WAYS[way](virtual, tmp_path), "profile": "native-80"})
    assert bench.ask(printer, "print", **PAPER) == CONFIRMED
    virtual.fault = "cover-open"
    bench.until(lambda: printer.status.code == "printer.cover-open")
    virtual.fault = "none"
    assert bench.ask(printer, "print", **PAPER) == CONFIRMED
    assert len(virtual.papers()) == 2
    printer.close()
    virtual.stop()


@pytest.mark.parametrize("way", ["serial", "device file"])
def test_a_printer_that_is_unplugged_and_plugged_in_again(bench: Bench, tmp_path: Path, way: str) -> None:
    virtual = VirtualPrinter(0, tmp_path / "papers", link=tmp_path / "printer")
    printer = bench.device(host_command("escpos"), WAYS[way](virtual, tmp_path))
    assert bench.ask(printer, "print", **PAPER) == CONFIRMED
    virtual.stop()
    found = bench.ask(printer, "print", **PAPER)
    assert isinstance(found, dict)
    assert found["outcome"] == "failed-clean"
    again = VirtualPrinter(0, tmp_path / "papers", link=tmp_path / "printer")
    assert bench.ask(printer, "print", **PAPER) == CONFIRMED
    printer.close()
    again.stop()


@pytest.mark.parametrize("completes", [True, False])
def test_whether_a_printer_tells_that_it_is_done_is_found_out(bench: Bench, tmp_path: Path, completes: bool) -> None:
    virtual = VirtualPrinter(0, tmp_path / "papers", completes=completes)
    settings = {"host": "127.0.0.1", "port": str(virtual.port), "profile": "native-80"}
    printer = bench.device(host_command("escpos"), settings)
    for _ in range(2):
        assert bench.ask(printer, "print", **PAPER) == CONFIRMED
    virtual.stop()


@pytest.mark.parametrize(
    ("fault", "outcome", "code"),
    [
        ("paper-out", "failed-clean", "printer.paper-out"),
        ("cover-open", "failed-clean", "printer.cover-open"),
        ("offline", "failed-clean", "printer.offline"),
        ("cutter", "failed-clean", "printer.error"),
        ("silent", "failed-clean", "printer.no-answer"),
        ("drop-midway", "unknown", "printer.no-answer"),
        ("paper-out-midway", "unknown", "printer.paper-out"),
        ("paper-low", "confirmed", ""),
    ],
)
def test_each_fault_has_an_honest_outcome(
    bench: Bench, printer: Device, virtual_printer: VirtualPrinter, fault: str, outcome: str, code: str
) -> None:
    virtual_printer.fault = fault
    assert bench.ask(printer, "print", **PAPER) == {"outcome": outcome, "code": code}
    assert len(virtual_printer.papers()) == (1 if outcome == "confirmed" else 0)
    virtual_printer.fault = "none"
    assert bench.ask(printer, "print", **PAPER) == {"outcome": "confirmed", "code": ""}


@pytest.mark.parametrize("profile", ["generic-80", "native-80"])
def test_what_one_left_in_the_printer_is_not_on_the_next_ones_paper(
    bench: Bench, virtual_printer: VirtualPrinter, profile: str
) -> None:
    settings = {"host": "127.0.0.1", "port": str(virtual_printer.port), "profile": profile}
    printer = bench.device(host_command("escpos"), settings)
    virtual_printer.fault = "paper-out-midway"
    left = bench.ask(printer, "print", **paper(*["王桂兰的回执"] * 30))
    assert left == {"outcome": "unknown", "code": "printer.paper-out"}
    virtual_printer.fault = "none"
    assert bench.ask(printer, "print", **paper("李建国的回执")) == CONFIRMED
    *before, last = virtual_printer.papers()
    assert "李建国" in last["text"]
    assert "王桂兰" not in last["text"]
    assert len(before) == (1 if profile == "generic-80" else 0)


def test_progress_is_told_so_that_the_ledger_can_be_ahead(bench: Bench, printer: Device) -> None:
    steps: list[str] = []
    answers: list[object] = []
    printer.call("print", PAPER, 20.0, answers.append, steps.append)
    bench.until(lambda: bool(answers))
    assert steps == ["sending", "sent"]


@pytest.mark.parametrize(
    "text",
    [
        "姓名：李𬱖",
        "ئالىم ئابدۇللا",
        "姓名：ئالىم（维吾尔）",
        "བོད་ཡིག་",
        "ᠮᠣᠩᠭᠣᠯ",
    ],
)
@pytest.mark.parametrize("profile", ["generic-80", "native-58"])
def test_what_a_printer_cannot_write_is_drawn(profile: str, text: str) -> None:
    """The virtual printer would refuse a character that it lacks."""
    job = encode(Paper(lines=[Line(text=text)]), profiles()[profile])
    assert b"\x1dv0" in job
    picture = draw_line(text, 384, size=1, bold=False, align="left")
    black = picture.point(lambda dot: 255 - dot).getbbox()
    assert black is not None
    # Right to left begins at the right edge.
    assert (black[2] > 370) == (unicodedata.bidirectional(text[0]) == "AL")


def test_a_character_that_no_font_has_is_an_error_and_never_a_box(
    bench: Bench, printer: Device, virtual_printer: VirtualPrinter
) -> None:
    with pytest.raises(DriverError, match="no installed font"):
        draw_line("\U0001f9ff\U0010fffd", 384, size=1, bold=False, align="left")
    found = bench.ask(printer, "print", **paper("\U0010fffd"))
    assert found == {"outcome": "failed-clean", "code": "printer.character"}
    assert virtual_printer.papers() == []


def test_a_long_line_of_wide_letters_stays_on_the_paper() -> None:
    picture = draw_line("ﷺ" * 20, 384, size=1, bold=True, align="left")
    assert picture.width == 384


def test_a_printer_that_is_not_there(bench: Bench) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    printer = bench.device(host_command("escpos"), {"host": "127.0.0.1", "port": str(port)})
    assert bench.ask(printer, "print", **PAPER) == {"outcome": "failed-clean", "code": "printer.absent"}
    failed = bench.ask(printer, "status")
    assert isinstance(failed, Failure)
    assert failed.code == "printer.absent"


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "127.0.0.1", "port": "9100", "profile": "gone"},
        {"host": "127.0.0.1", "port": "/dev/ttyS0"},
        {},
        {"port": "/dev/ttyS0", "flow": "sideways"},
        {"port": "/dev/ttyS0", "lp": "/dev/usb/lp0"},
    ],
)
def test_wrong_settings_are_said(bench: Bench, settings: dict[str, str]) -> None:
    printer = bench.device(host_command("escpos"), settings)
    failed = bench.ask(printer, "print", **PAPER)
    assert isinstance(failed, Failure)
    assert failed.code == "device.settings"
    assert "generic-80" in failed.detail or "host=" in failed.detail


def test_numbering_goes_on_after_a_restart(bench: Bench, tmp_path: Path) -> None:
    for expected in (1, 2):
        virtual = VirtualPrinter(0, tmp_path / "papers")
        printer = bench.device(host_command("escpos"), {"host": "127.0.0.1", "port": str(virtual.port)})
        bench.ask(printer, "print", **PAPER)
        assert len(virtual.papers()) == expected
        virtual.stop()


@given(st.text(st.characters(exclude_categories=["C", "M"]), max_size=200), st.integers(min_value=4, max_value=48))
def test_wrapping_loses_nothing_and_never_runs_over(text: str, columns: int) -> None:
    lines = list(wrap(text, columns))
    assert all(cells(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_no_line_begins_with_a_closing_mark() -> None:
    assert list(wrap("一二三四。五", 8)) == ["一二三", "四。五"]


@given(st.tuples(*[st.integers(0, 255)] * 4))
def test_every_status_is_understood(answers: tuple[int, int, int, int]) -> None:
    for found in (
        status(dict(zip((1, 2, 3, 4), answers, strict=True))),
        automatic_status(AutomaticStatus(bytes(answers))),
    ):
        assert ready(found) == (found.state in (State.ONLINE, State.DEGRADED))
        assert bool(found.code) == (found.state is not State.ONLINE)


class LateAnswer:
    """A printer that executes an earlier job's request only now, so one answer too many comes behind the first; it
    never answers behind a new job. Speaks through TCP as printers do."""

    def __init__(self) -> None:
        self._jobs = 0
        self._write: Callable[[bytes], None] = lambda _: None
        self._endpoint = TcpEndpoint(0, self._opened, self._received)
        self.port = self._endpoint.port

    def stop(self) -> None:
        self._endpoint.stop()

    def _opened(self, write: Callable[[bytes], None]) -> None:
        self._write = write

    def _received(self, data: bytes) -> bool:
        for _ in range(data.count(b"\x10\x04")):
            self._write(b"\x12")
        if BARRIER in data:
            self._jobs += 1
            if self._jobs == 1:
                self._write(b"\x00")
                threading.Timer(0.05, self._write, [b"\x00"]).start()
        return True


def test_the_late_answer_of_an_earlier_job_is_not_taken_for_this_ones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(driver, "PRINT_S", 1.0)
    late = LateAnswer()
    settings = {"host": "127.0.0.1", "port": str(late.port)}
    context = Context(settings, threading.Event(), tmp_path, "a test", lambda *_: None, lambda _: None)
    one = driver.ReceiptPrinter(context)
    one.open()
    try:
        assert one.parts["printer"].methods["print"](PAPER)["outcome"] == "unknown"
    finally:
        one.close()
        late.stop()
