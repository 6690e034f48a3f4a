"""Turns what shall stand on paper into ESC/POS bytes. python-escpos encodes; text is GB18030 after `FS &`."""

import tempfile
import unicodedata
from typing import Any, Final

import qrcode

from devices.contract import Line, Paper
from devices.drivers.escpos.layout import wrap
from devices.drivers.escpos.profile import Profile
from devices.drivers.escpos.raster import draw_line

with tempfile.TemporaryDirectory() as _folder:
    # python-escpos makes a temporary folder on import and never removes it.
    tempfile.tempdir = _folder
    from escpos.printer import Dummy

    tempfile.tempdir = None

_ENCODER_PROFILE: Final = "TM-T20II"
"""Of python-escpos; its commands are those that all our profiles understand."""
_QR_MODULE_DOTS: Final = 4
_KANJI_ON: Final = b"\x1c&"
BARRIER: Final = b"\x1dr\x01"
"""GS r 1: the printer answers when it has executed everything before it."""
AUTOMATIC_STATUS: Final = b"\x1da\xff"
"""GS a: from now on the printer tells by itself when something changes."""
CLEAR: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: the printer forgets what it has not printed."""
PROCESS_BYTES: Final = 4


def completion_request(process: bytes) -> bytes:
    """GS ( H, function 48: the printer answers with `process` (4 characters of 20h to 7Eh) when everything before it is
    on paper."""
    assert len(process) == PROCESS_BYTES
    return b"\x1d(H\x06\x0000" + process


def encode(paper: Paper, profile: Profile) -> bytes:
    """The whole job, from reset to cut. Raises DriverError printer.character, printer.font."""
    printer = Dummy(profile=_ENCODER_PROFILE)
    printer.hw("INIT")
    for line in paper.lines:
        # GS ! doubles Chinese characters too; ESC ! would need FS ! beside it.
        printer.set(align=line.align, bold=line.bold, custom_size=True, width=line.size, height=line.size)
        if line.qr:
            _qr(printer, line.qr, profile)
        else:
            _text(printer, line, profile)
    printer.set(align="left", bold=False, custom_size=True, width=1, height=1)
    if profile.cut:
        printer.cut(feed=True)
    else:
        printer.ln(6)
    output: bytes = printer.output
    return output


def _text(printer: Any, line: Line, profile: Profile) -> None:
    for part in wrap(line.text, profile.columns // line.size):
        native = _native(part, profile)
        if native is None:
            picture = draw_line(part, profile.dots, size=line.size, bold=line.bold, align=line.align)
            printer.image(picture, impl="bitImageRaster")
        else:
            printer._raw(_KANJI_ON + native + b"\n")


def _native(text: str, profile: Profile) -> bytes | None:
    """The line in the printer's own characters; None: it has to be drawn. Where letters join, stack or run from right
    to left, no printer sets them right."""
    if not text:
        return b""
    if profile.text == "none" or any(_needs_shaping(character) for character in text):
        return None
    try:
        return text.encode(profile.text)
    except UnicodeEncodeError:
        return None


def _needs_shaping(character: str) -> bool:
    if character.isascii():
        return False
    if unicodedata.bidirectional(character) in ("R", "AL", "AN") or unicodedata.combining(character):
        return True
    code = ord(character)
    # Beyond the basic plane, and its scripts of south and inner Asia, a printer's GB18030 has codes and no glyphs.
    return code > 0xFFFF or 0x0900 <= code < 0x1100 or 0x1780 <= code < 0x1A00 or 0xA000 <= code < 0xA4D0


def _qr(printer: Any, text: str, profile: Profile) -> None:
    if profile.qr == "native":
        printer.qr(text, size=_QR_MODULE_DOTS, ec=1, native=True)
        return
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=_QR_MODULE_DOTS, border=4)
    code.add_data(text)
    printer.image(code.make_image().get_image(), impl="bitImageRaster")
