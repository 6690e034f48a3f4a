"""The virtual printer reads all that python-escpos can write, as a real one would, and obeys real-time commands at
once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from escpos.printer import Dummy
from PIL import Image

from devices.drivers.escpos.encode import CLEAR, completion_request
from devices.virtual.escpos import EscposReader
from devices.virtual.paper import Paper

PICTURE = Image.new("1", (64, 48), 1)
PICTURE.paste(0, (8, 8, 40, 40))


class Heard:
    """What the stream made the printer do; implements devices.virtual.escpos.Told."""

    def __init__(self) -> None:
        self.papers: list[Paper] = []
        self.events: list[object] = []

    def executed(self) -> None:
        self.events.append("executed")

    def completed(self, process: bytes) -> None:
        self.events.append(process)

    def automatic(self, *, on: bool) -> None:
        self.events.append(on)

    def cut(self, paper: Paper) -> None:
        self.papers.append(paper)


def fed(data: bytes) -> Heard:
    heard = Heard()
    reader = EscposReader(heard, 576)
    for byte in data:
        reader.feed(byte)
    return heard


Write = Callable[[Any], object]
WRITTEN: dict[str, Write] = {
    "text": lambda printer: printer.text("Tongban\n"),
    "block": lambda printer: printer.block_text("one two three " * 12, columns=40),
    "styles": lambda printer: printer.set(
        align="right", font="b", bold=True, underline=2, width=2, height=2, density=8, invert=True, smooth=True,
        flip=True, double_width=False, double_height=True,
    ),
    "custom size": lambda printer: printer.set(custom_size=True, width=2, height=2),
    "raster": lambda printer: printer.image(PICTURE, impl="bitImageRaster"),
    "graphics": lambda printer: printer.image(PICTURE, impl="graphics"),
    "columns": lambda printer: printer.image(PICTURE, impl="bitImageColumn"),
    "columns of 8": lambda printer: printer.image(PICTURE, impl="bitImageColumn", high_density_vertical=False),
    "qr": lambda printer: printer.qr("TONGBAN", native=True, size=6),
    "qr as picture": lambda printer: printer.qr("TONGBAN", native=False, size=6),
    "barcode": lambda printer: printer.barcode("4006381333931", "EAN13", check=False),
    "barcode of functions B": lambda printer: printer.barcode("{B012ABC", "CODE128", function_type="B"),
    "code page": lambda printer: printer.charcode("CP437"),
    "line spacing": lambda printer: [printer.line_spacing(60), printer.line_spacing()],
    "feed": lambda printer: printer.print_and_feed(3),
    "drawer": lambda printer: printer.cashdraw(2),
    "hardware": lambda printer: [printer.hw("INIT"), printer.hw("SELECT"), printer.hw("RESET")],
    "controls": lambda printer: [printer.control(name) for name in ("LF", "FF", "CR", "VT", "HT")],
    "buttons": lambda printer: [printer.panel_buttons(False), printer.panel_buttons(True)],
    "buzzer": lambda printer: printer.buzzer(2, 4),
    "cut in part": lambda printer: printer.cut(mode="PART"),
    "cut at once": lambda printer: printer.cut(feed=False),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_it_reads_what_python_escpos_writes(name: str) -> None:
    printer = Dummy(profile="TM-T20II")
    WRITTEN[name](printer)
    printer.text("the end\n")
    printer.cut()
    assert "the end" in "\n".join(line for paper in fed(printer.output).papers for line in paper.text)


@pytest.mark.parametrize("name", ["raster", "graphics", "columns"])
def test_each_way_to_draw_draws_the_same(name: str) -> None:
    printer = Dummy(profile="TM-T20II")
    WRITTEN[name](printer)
    printer.cut(feed=False)
    (paper,) = fed(printer.output).papers
    black = paper.picture().convert("L").point(lambda grey: 255 - grey).getbbox()
    assert black is not None
    assert (black[2] - black[0], black[3] - black[1]) == (32, 32)


@pytest.mark.parametrize("name", ["qr", "qr as picture"])
def test_its_codes_can_be_read(name: str) -> None:
    printer = Dummy(profile="TM-T20II")
    WRITTEN[name](printer)
    printer.cut()
    (paper,) = fed(printer.output).papers
    (code,) = zxingcpp.read_barcodes(paper.picture())
    assert code.text == "TONGBAN"


def test_what_follows_the_job_is_answered_in_order() -> None:
    assert fed(b"\x1da\xff" + b"paper\n" + completion_request(b"ab12") + b"\x1dr\x01").events == [
        True,
        b"ab12",
        "executed",
    ]


def test_an_unknown_command_is_no_secret() -> None:
    with pytest.raises(ValueError, match="1B 7A is not a command"):
        fed(b"\x1bz")


def test_a_real_time_command_is_obeyed_inside_a_picture(tmp_path: Path) -> None:
    """So stray answers come; and a printer that is told to forget forgets."""
    from devices.virtual.receipt_printer import VirtualPrinter

    printer = VirtualPrinter(0, tmp_path)
    answers: list[bytes] = []
    printer._opened(answers.append)
    printer._received_bytes(b"\x1dv0\x00\x01\x00\x08\x00" + b"\x10\x04\x01" + b"\x00" * 5)
    assert answers == [b"\x12"]
    printer.fault = "paper-out"
    printer._received_bytes(b"somebody's\n\x1dV\x00" + CLEAR)
    printer.fault = "none"
    printer._received_bytes(b"next\n\x1dV\x00")
    assert [paper["text"] for paper in printer.papers()] == ["next"]
    printer.stop()
