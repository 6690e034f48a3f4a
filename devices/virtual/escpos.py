"""Reads ESC/POS as a printer does: from a stream, byte by byte, drawing paper as it goes."""

from collections.abc import Generator
from typing import Final, Protocol

import qrcode

from devices.virtual.paper import LINE_DOTS, Paper

_ALIGN: Final = {0: "left", 1: "center", 2: "right", 48: "left", 49: "center", 50: "right"}
_PASSED_OVER: Final = {
    # Settings that do not show on virtual paper, with the number of bytes that follow.
    0x1B: {0x20: 1, 0x2B: 1, 0x2D: 1, 0x32: 0, 0x33: 1, 0x3D: 1, 0x3F: 2, 0x41: 1, 0x42: 2, 0x47: 1, 0x4B: 1, 0x4D: 1,
           0x52: 1, 0x56: 1, 0x63: 2, 0x70: 3, 0x72: 1, 0x74: 1, 0x7B: 1, 0x24: 2, 0x5C: 2},
    0x1C: {0x26: 0, 0x2E: 0, 0x21: 1, 0x43: 1, 0x53: 2},
    0x1D: {0x42: 1, 0x48: 1, 0x4C: 2, 0x50: 2, 0x57: 2, 0x62: 1, 0x66: 1, 0x68: 1, 0x77: 1, 0x7C: 1},
}  # fmt: skip
_REAL_TIME: Final = {0x04: 1, 0x05: 1, 0x14: 8}
"""Of DLE; they were obeyed when they came, and stand in the buffer still."""
Bytes = Generator[None, int, None]
"""Receives the stream, a byte at each `yield`."""


class Told(Protocol):
    """What the stream makes the printer do."""

    def executed(self) -> None:
        """GS r: everything before it is done."""
        ...

    def completed(self, process: bytes) -> None:
        """GS ( H: everything before it is on paper."""
        ...

    def automatic(self, *, on: bool) -> None:
        """GS a."""
        ...

    def cut(self, paper: Paper) -> None: ...


class EscposReader:
    """Unknown commands are an error: a virtual printer that overlooks one would hide a fault of the driver. It knows
    all that python-escpos can emit."""

    def __init__(self, told: Told, dots: int) -> None:
        self._told = told
        self._dots = dots
        self._parser = self._parse()
        next(self._parser)
        self.paper = Paper(dots)
        """What is in the printer's mouth."""
        self._reset()

    def feed(self, byte: int) -> None:
        self._parser.send(byte)

    def tear(self) -> Paper:
        """Take away what hangs out."""
        torn, self.paper = self.paper, Paper(self._dots)
        return torn

    def forget(self) -> None:
        """What has not been printed, and a command that is not complete."""
        self._parser = self._parse()
        next(self._parser)
        self._reset()

    def _reset(self) -> None:
        self._line = b""
        self._drawn = False
        self._align = "left"
        self._bold = False
        self._size = 1
        self._qr = b""
        self._qr_dots = 3
        self._graphics = (0, b"")

    def _parse(self) -> Bytes:
        while True:
            first = yield
            match first:
                case 0x0A | 0x0C | 0x0B:
                    self._end_line()
                case 0x07 | 0x0D:
                    pass
                case 0x09:
                    self._line += b" " * 4
                case 0x10:
                    for _ in range(_REAL_TIME[(yield)]):
                        yield
                case 0x1B:
                    yield from self._escape((yield))
                case 0x1C:
                    yield from self._pass_over(0x1C, (yield))
                case 0x1D:
                    yield from self._group((yield))
                case _:
                    self._line += bytes([first])

    def _pass_over(self, prefix: int, command: int) -> Bytes:
        count = _PASSED_OVER[prefix].get(command)
        if count is None:
            raise ValueError(f"{prefix:02X} {command:02X} is not a command of this printer")
        for _ in range(count):
            yield

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
                self.paper.feed(LINE_DOTS * (yield))
            case 0x4A:
                self._flush()
                self.paper.feed((yield))
            case 0x21:
                value = yield
                self._size = 2 if value & 0x30 else 1
                self._bold = bool(value & 8)
            case 0x2A:
                yield from self._columns()
            case 0x44:
                while (yield):
                    pass
            case _:
                yield from self._pass_over(0x1B, command)

    def _group(self, command: int) -> Bytes:
        match command:
            case 0x21:
                self._size = 2 if (yield) & 0x11 else 1
            case 0x56:
                mode = yield
                if mode >= 65:
                    self.paper.feed((yield))
                self._flush()
                self._told.cut(self.tear())
            case 0x72:
                yield
                self._flush()
                self._told.executed()
            case 0x61:
                self._told.automatic(on=bool((yield)))
            case 0x76:
                yield from self._raster()
            case 0x6B:
                yield from self._barcode()
            case 0x28:
                yield from self._extended()
            case _:
                yield from self._pass_over(0x1D, command)

    def _raster(self) -> Bytes:
        yield
        yield
        across = (yield) + 256 * (yield)
        down = (yield) + 256 * (yield)
        rows = yield from _take(across * down)
        self.paper.add_raster(across * 8, rows, align=self._align)

    def _columns(self) -> Bytes:
        """ESC *: columns of 8 or 24 dots, drawn as rows."""
        mode = yield
        across = (yield) + 256 * (yield)
        deep = 24 if mode in (32, 33) else 8
        columns = yield from _take(across * deep // 8)
        self._flush()
        width = -(-across // 8) * 8
        rows = bytearray(width // 8 * deep)
        for x in range(across):
            for y in range(deep):
                if columns[x * deep // 8 + y // 8] & 0x80 >> y % 8:
                    rows[y * width // 8 + x // 8] |= 0x80 >> x % 8
        self.paper.add_raster(width, bytes(rows), align=self._align)
        self._drawn = True

    def _barcode(self) -> Bytes:
        """Shown as its text: whether bars can be read is not what this printer is for."""
        kind = yield
        if kind >= 65:
            data = yield from _take((yield))
        else:
            collected = bytearray()
            while byte := (yield):
                collected.append(byte)
            data = bytes(collected)
        self._flush()
        self.paper.add_text(f"▌▎▍▎▌ {data.decode('ascii')}", size=1, bold=False, align=self._align)

    def _extended(self) -> Bytes:
        which = yield
        length = (yield) + 256 * (yield)
        data = yield from _take(length)
        match which, data[:2]:
            case 0x6B, b"1C":
                self._qr_dots = data[2]
            case 0x6B, b"1P":
                self._qr = data[3:]
            case 0x6B, b"1Q":
                self._draw_qr()
            case 0x6B, b"1A" | b"1E":
                pass
            case 0x4C, b"0p":
                self._graphics = (data[6] + 256 * data[7], data[10:])
            case 0x4C, b"02":
                width, rows = self._graphics
                self.paper.add_raster(-(-width // 8) * 8, rows, align=self._align)
            case 0x48, b"00":
                self._flush()
                self._told.completed(data[2:6])
            case _:
                raise ValueError(f"GS ( {which:02X} {data[:2].hex(' ')} is not a command of this printer")

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
        self.paper.add_raster(across, bytes(rows), align=self._align)

    def _flush(self) -> None:
        if self._line:
            self._end_line()

    def _end_line(self) -> None:
        drawn, self._drawn = self._drawn, False
        if drawn and not self._line:
            return  # the line was the columns that are drawn already
        line, self._line = self._line, b""
        self.paper.add_text(line.decode("gb18030"), size=self._size, bold=self._bold, align=self._align)


def _take(count: int) -> Generator[None, int, bytes]:
    data = bytearray()
    for _ in range(count):
        data.append((yield))
    return bytes(data)
