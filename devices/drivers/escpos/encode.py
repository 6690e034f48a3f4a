"""Turns what shall stand on paper into ESC/POS bytes. python-escpos encodes; text is GB18030 after `FS &`."""

import tempfile
from typing import Any, Final

import qrcode

from devices.contract import Line, Paper
from devices.drivers.escpos.layout import wrap
from devices.drivers.escpos.profile import Profile

with tempfile.TemporaryDirectory() as _folder:
    # python-escpos makes a temporary folder on import and never removes it.
    tempfile.tempdir = _folder
    from escpos.printer import Dummy

    tempfile.tempdir = None

_ENCODER_PROFILE: Final = "TM-T88III"
"""Of python-escpos; its commands are those that all our profiles understand."""
_QR_MODULE_DOTS: Final = 4
_KANJI_ON: Final = b"\x1c&"
BARRIER: Final = b"\x1dr\x01"
"""GS r 1: the printer answers when it has executed everything before it."""


def encode(paper: Paper, profile: Profile) -> bytes:
    """The whole job, from reset to cut."""
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
    printer.cut(feed=True)
    output: bytes = printer.output
    return output


def _text(printer: Any, line: Line, profile: Profile) -> None:
    for part in wrap(line.text, profile.columns // line.size):
        printer._raw(_KANJI_ON + part.encode("gb18030") + b"\n")


def _qr(printer: Any, text: str, profile: Profile) -> None:
    if profile.qr == "native":
        printer.qr(text, size=_QR_MODULE_DOTS, ec=1, native=True)
        return
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=_QR_MODULE_DOTS, border=4)
    code.add_data(text)
    printer.image(code.make_image().get_image(), impl="bitImageRaster")
