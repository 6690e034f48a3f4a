"""Every row of the fault matrix, made with the virtual devices: what the documents say is what happens."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from devices.connection import host_command
from devices.contract import Failure, Line, Paper
from devices.device import Device, status_of
from devices.virtual import receipt_printer, sam_v
from devices.virtual.people import people
from devices.virtual.receipt_printer import VirtualPrinter
from devices.virtual.sam_v import VirtualReader
from kiosk.codes import Fault, describe, faults
from tests.devices.conftest import Bench

PAPER: dict[str, Any] = msgspec.to_builtins(Paper(lines=[Line(text="提交回执，请收好。" * 3)] * 12))
HARMLESS = {"reader": {"none", "noise", "finds-once"}, "printer": {"none"}}


def named(fault: Fault) -> str:
    return f"{fault.device}-{fault.fault}"


@pytest.mark.parametrize("fault", [one for one in faults() if one.device == "reader"], ids=named)
def test_the_reader(bench: Bench, tmp_path: Path, fault: Fault) -> None:
    virtual = VirtualReader(tmp_path / "reader")
    virtual.lay(people()["elder"])
    reader = bench.device(host_command("sam_v"), {"port": str(tmp_path / "reader")})
    assert isinstance(bench.ask(reader, "read", wait_ms=100), dict)
    unplugged = fault.fault == "unplugged"
    if unplugged:
        virtual.stop()
    else:
        virtual.fault = fault.fault
    if fault.when == "read":
        failed = bench.ask(reader, "read", wait_ms=100)
        assert isinstance(failed, Failure)
        assert failed.code == fault.code
    else:
        assert_status(bench, reader, fault)
    if not unplugged:
        virtual.stop()


@pytest.mark.parametrize("fault", [one for one in faults() if one.device == "printer"], ids=named)
def test_the_printer(bench: Bench, tmp_path: Path, fault: Fault) -> None:
    virtual = VirtualPrinter(0, tmp_path / "papers")
    printer = bench.device(host_command("escpos"), {"host": "127.0.0.1", "port": str(virtual.port)})
    if fault.fault == "unplugged":
        virtual.stop()
    else:
        virtual.fault = fault.fault
    if fault.when == "status":
        assert_status(bench, printer, fault)
    if fault.outcome:
        code = "" if fault.outcome == "confirmed" else fault.code
        assert bench.ask(printer, "print", **PAPER) == {"outcome": fault.outcome, "code": code}
    if fault.fault != "unplugged":
        virtual.stop()


def assert_status(bench: Bench, device: Device, fault: Fault) -> None:
    status = status_of(bench.ask(device, "status"))
    assert (str(status.state), status.reasons, str(status.action), status.code) == (
        fault.state,
        fault.reasons,
        fault.action,
        fault.code,
    )


def test_no_fault_of_the_virtual_devices_is_left_out() -> None:
    for device, known in (("reader", sam_v.FAULTS), ("printer", receipt_printer.FAULTS)):
        assert {one.fault for one in faults() if one.device == device} - {"unplugged"} == set(known) - HARMLESS[device]


def test_who_acts_is_the_same_in_the_matrix_and_in_the_catalogue() -> None:
    assert [one.code for one in faults() if describe(one.code).who != one.action] == []
