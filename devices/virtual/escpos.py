"""Reads ESC/POS as a printer does: from a stream, byte by byte, drawing paper as it goes."""

from collections.abc import Callable, Generator
from typing import Final

import qrcode

from devices.virtual.paper import LINE_DOTS, Paper

WIDTH: Final = 576
_ALIGN: Final = {0: "left", 1: "center", 2: "right", 48: "left", 49: "center", 50: "right"}
Bytes = Generator[None, int, None]
"""Receives the stream, a byte at each `yield`."""


class EscposReader:
    """Feed it bytes; it calls back. answer: bytes for the host. cut: a finished paper. asked(n): DLE EOT n.

    Unknown commands are an error: a virtual printer that overlooks one would hide a fault of the driver.
    """

    def __init__(
        self, answer: Callable[[bytes], None], cut: Callable[[Paper], None], asked: Callable[[int], bytes]
    ) -> None:
        self._answer = answer
        self._cut = cut
        self._asked = asked
        self._parser = self._parse()
        next(self._parser)
        self._new_paper()
        self._reset()

    def feed(self, byte: int) -> None:
        self._parser.send(byte)

    @property
    def paper(self) -> Paper:
        """What is in the printer's mouth."""
        return self._paper

    def _new_paper(self) -> None:
        self._paper = Paper(WIDTH)

    def _reset(self) -> None:
        self._line = b""
        self._align = "left"
        self._bold = False
        self._size = 1
        self._qr = b""
        self._qr_dots = 3

    def _parse(self) -> Bytes:
        while True:
            first = yield
            match first:
                case 0x0A:
                    self._end_line()
                case 0x10:
                    second = yield
                    what = yield
                    if second == 0x04:
                        self._answer(self._asked(what))
                case 0x1B:
                    yield from self._escape((yield))
                case 0x1C:
                    command = yield
                    if command not in (0x26, 0x2E):
                        raise ValueError(f"FS {command:02X} is not a command of this printer")
                case 0x1D:
                    yield from self._group((yield))
                case _:
                    self._line += bytes([first])

    def _escape(self, command: int) -> Bytes:
        match command:
            case 0x40:
                self._reset()
            case 0x61:
                self._align = _ALIGN[(yield)]
            case 0x45:
                self._bold = bool((yield) & 1)
            case 0x64:
                self._flush()
                self._paper.feed(LINE_DOTS * (yield))
            case 0x4A:
                self._flush()
                self._paper.feed((yield))
            case 0x21:
                value = yield
                self._size = 2 if value & 0x30 else 1
                self._bold = bool(value & 8)
            case 0x2D | 0x74 | 0x52 | 0x4D | 0x7B | 0x33 | 0x47:
                yield
            case 0x32:
                pass
            case _:
                raise ValueError(f"ESC {command:02X} is not a command of this printer")

    def _group(self, command: int) -> Bytes:
        match command:
            case 0x21:
                self._size = 2 if (yield) & 0x11 else 1
            case 0x42 | 0x62:
                yield
            case 0x56:
                mode = yield
                if mode >= 65:
                    self._paper.feed((yield))
                self._flush()
                self._cut(self._paper)
                self._new_paper()
            case 0x72:
                yield
                self._flush()
                self._answer(b"\x00")
            case 0x76:
                yield from self._raster()
            case 0x28:
                yield from self._two_dimensional()
            case _:
                raise ValueError(f"GS {command:02X} is not a command of this printer")

    def _raster(self) -> Bytes:
        yield
        yield
        across = (yield) + 256 * (yield)
        down = (yield) + 256 * (yield)
        rows = bytearray()
        for _ in range(across * down):
            rows.append((yield))
        self._paper.add_raster(across * 8, bytes(rows), align=self._align)

    def _two_dimensional(self) -> Bytes:
        which = yield
        length = (yield) + 256 * (yield)
        data = bytearray()
        for _ in range(length):
            data.append((yield))
        if which != 0x6B or data[0] != 0x31:
            raise ValueError(f"GS ( {which:02X} is not a command of this printer")
        match data[1]:
            case 0x43:
                self._qr_dots = data[2]
            case 0x50:
                self._qr = bytes(data[3:])
            case 0x51:
                self._draw_qr()

    def _draw_qr(self) -> None:
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
        code.add_data(self._qr)
        code.make(fit=True)
        modules = code.get_matrix()
        across = -(-len(modules) * self._qr_dots // 8) * 8
        rows = bytearray()
        for modules_row in modules:
            bits = "".join("1" * self._qr_dots if dark else "0" * self._qr_dots for dark in modules_row)
            packed = int(bits.ljust(across, "0"), 2).to_bytes(across // 8, "big")
            rows += packed * self._qr_dots
        self._paper.add_raster(across, bytes(rows), align=self._align)

    def _flush(self) -> None:
        if self._line:
            self._end_line()

    def _end_line(self) -> None:
        line, self._line = self._line, b""
        self._paper.add_text(line.decode("gb18030"), size=self._size, bold=self._bold, align=self._align)
