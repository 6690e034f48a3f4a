"""Receipts: never called printed when they were not, whatever the printer does."""

import socket
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from devices.contract import Failure, Line, Paper, State
from devices.drivers.escpos.layout import cells, wrap
from devices.drivers.escpos.status import is_status, ready, status
from devices.supervisor import Device, host_command
from devices.virtual.receipt_printer import VirtualPrinter
from tests.devices.conftest import Bench

QR = "https://tongban.example/p/AAAAAAAAAAAAAAAAAAAAAA#K0001-000012-B." + "x" * 140
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


@pytest.mark.parametrize("profile", ["generic-80", "native-80", "generic-58"])
def test_a_receipt_comes_out_as_it_should(bench: Bench, virtual_printer: VirtualPrinter, profile: str) -> None:
    settings = {"host": "127.0.0.1", "port": str(virtual_printer.port), "profile": profile}
    printer = bench.device(host_command("escpos"), settings)
    assert bench.ask(printer, "print", **PAPER) == {"outcome": "confirmed", "code": ""}
    (paper,) = virtual_printer.papers()
    assert "回执号：K0001-000012-B" in paper["text"]
    assert "".join(paper["text"].split()).count("您不用再来。") == 1
    (code,) = zxingcpp.read_barcodes(Image.open(paper["picture"]))
    assert code.text == QR


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


def test_a_printer_that_is_not_there(bench: Bench) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    printer = bench.device(host_command("escpos"), {"host": "127.0.0.1", "port": str(port)})
    assert bench.ask(printer, "print", **PAPER) == {"outcome": "failed-clean", "code": "printer.absent"}
    failed = bench.ask(printer, "status")
    assert isinstance(failed, Failure)
    assert failed.code == "printer.absent"


def test_wrong_settings_are_said(bench: Bench) -> None:
    printer = bench.device(host_command("escpos"), {"host": "127.0.0.1", "port": "9100", "profile": "gone"})
    failed = bench.ask(printer, "print", **PAPER)
    assert isinstance(failed, Failure)
    assert "generic-80" in failed.detail


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


@given(st.tuples(*[st.sampled_from([byte for byte in range(256) if is_status(byte)])] * 4))
def test_every_status_is_understood(answers: tuple[int, int, int, int]) -> None:
    found = status(dict(zip((1, 2, 3, 4), answers, strict=True)))
    assert ready(found) == (found.state in (State.ONLINE, State.DEGRADED))
    assert bool(found.code) == (found.state is not State.ONLINE)
