"""Draws what paper would show, from ESC/POS bytes. A character that no font has is an error, never a box."""

from dataclasses import dataclass, field
from functools import cache
from subprocess import run
from typing import Final

from PIL import Image, ImageDraw, ImageFont

FONT_DOTS: Final = 24
LINE_DOTS: Final = 30
MARGIN_DOTS: Final = 24


class FontMissingError(Exception):
    """There is no font, or no glyph, to draw a text with."""

    code = "virtual.font"


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    found = run(["fc-match", "-f", "%{file}", "Noto Sans CJK SC"], capture_output=True, text=True, check=True).stdout
    if "NotoSansCJK" not in found:
        raise FontMissingError("Noto Sans CJK is not installed: apt install fonts-noto-cjk")
    return ImageFont.truetype(found, size, index=2)


@cache
def _has_glyph(character: str) -> bool:
    """What the font lacks is drawn like a character that no font has."""
    font = _font(FONT_DOTS)
    return character.isspace() or bytes(font.getmask(character)) != bytes(font.getmask("\U0010ffff"))


@dataclass
class Paper:
    """One receipt as it comes out. width: printable dots."""

    width: int
    text: list[str] = field(default_factory=list)
    _strips: list[Image.Image] = field(default_factory=list)

    def add_text(self, text: str, *, size: int, bold: bool, align: str) -> None:
        """One printed line; empty lines feed."""
        missing = [character for character in text if not _has_glyph(character)]
        if missing:
            raise FontMissingError(f"no glyph for U+{ord(missing[0]):04X}")
        self.text.append(text)
        strip = Image.new("L", (self.width, LINE_DOTS * size), 255)
        draw = ImageDraw.Draw(strip)
        font = _font(FONT_DOTS * size)
        x = _left(self.width, int(draw.textlength(text, font=font)), align)
        draw.text((x, 0), text, font=font, fill=0, stroke_width=1 if bold else 0, anchor=None)
        self._strips.append(strip.point(lambda grey: 255 if grey > 150 else 0))

    def add_raster(self, width: int, rows: bytes, *, align: str) -> None:
        """width: dots, a multiple of 8; rows: 1 bit a dot, 1 is black."""
        height = len(rows) * 8 // width
        picture = Image.frombytes("1", (width, height), bytes(byte ^ 0xFF for byte in rows))
        strip = Image.new("L", (self.width, height), 255)
        strip.paste(picture, (_left(self.width, width, align), 0))
        self._strips.append(strip)

    def feed(self, dots: int) -> None:
        self._strips.append(Image.new("L", (self.width, dots), 255))

    @property
    def empty(self) -> bool:
        return not self._strips

    def picture(self) -> Image.Image:
        height = sum(strip.height for strip in self._strips)
        sheet = Image.new("L", (self.width + 2 * MARGIN_DOTS, height + 2 * MARGIN_DOTS), 255)
        y = MARGIN_DOTS
        for strip in self._strips:
            sheet.paste(strip, (MARGIN_DOTS, y))
            y += strip.height
        return sheet


def _left(width: int, used: int, align: str) -> int:
    return {"left": 0, "center": (width - used) // 2, "right": width - used}[align]
