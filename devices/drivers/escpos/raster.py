"""Lines that the printer cannot write by itself, drawn: rare characters of names, scripts that are written from right
to left or join their letters. A character that no font has is an error, never a box."""

import subprocess
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageFont

from devices.driver import DriverError

CELL_DOTS: Final = 12
"""A half-width cell; fonts are twice as high, as the printer's own are."""
LINE_DOTS: Final = 30
THRESHOLD: Final = 150
"""Of grey, below which a dot is black (facts: printing, Receipts)."""
_PREFERRED: Final = ("Noto Sans CJK SC", "Noto Sans", "Noto Naskh Arabic", "Noto Serif Tibetan", "Noto Sans Mongolian")
_NO_GLYPH: Final = "\U0010ffff"
Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True)
class Face:
    """A font file, and which of the fonts in it."""

    path: str
    index: int


@dataclass
class _Run:
    """Characters that stand together in one font and direction."""

    text: str
    face: Face
    direction: Direction


def draw_line(text: str, dots: int, *, size: int, bold: bool, align: str) -> Image.Image:
    """One line as a picture, black on white, as wide as the paper; made smaller when it would run over. Raises
    DriverError printer.character, printer.font."""
    base, runs = _base_direction(text), _runs(text)
    pixels = 2 * CELL_DOTS * size
    while (width := sum(_width(run, pixels) for run in runs)) > dots and pixels > CELL_DOTS:
        pixels -= 1
    if base == "rtl" and align == "left":
        align = "right"
    # Stacked letters and marks reach beyond the line of a Chinese font.
    tops, bottoms = zip(*(_extent(run, pixels) for run in runs), strict=True)
    middle = max(LINE_DOTS * size // 2, 1 - min(tops))
    picture = Image.new("L", (dots, max(LINE_DOTS * size, middle + max(bottoms) + 1)), 255)
    draw = ImageDraw.Draw(picture)
    x = max(0.0, {"left": 0, "center": (dots - width) / 2, "right": dots - width}[align])
    for run in runs if base == "ltr" else reversed(runs):
        draw.text(
            (x, middle),
            run.text,
            font=_font(run.face, pixels),
            fill=0,
            anchor="lm",
            stroke_width=1 if bold else 0,
            direction=run.direction,
        )
        x += _width(run, pixels)
    return picture.point(lambda grey: 255 if grey > THRESHOLD else 0).convert("1")


def has_glyph(character: str, face: Face) -> bool:
    """What a font lacks is drawn like a character that no font has."""
    font = _font(face, 2 * CELL_DOTS)
    return bytes(font.getmask(character)) != bytes(font.getmask(_NO_GLYPH))


def _runs(text: str) -> list[_Run]:
    """In logical order. What has no direction of its own (spaces, digits, marks) goes with what stands before it, where
    that font has it."""
    runs: list[_Run] = []
    for character in text:
        direction = _direction(character)
        if runs and direction in (None, runs[-1].direction) and _fits(character, runs[-1].face):
            runs[-1].text += character
        else:
            runs.append(_Run(character, _face_for(character), direction or "ltr"))
    return runs


def _fits(character: str, face: Face) -> bool:
    return character.isspace() or has_glyph(character, face)


def _direction(character: str) -> Direction | None:
    match unicodedata.bidirectional(character):
        case "R" | "AL" | "AN":
            return "rtl"
        case "L":
            return "ltr"
    return None


def _base_direction(text: str) -> Direction:
    """As the first character with a direction of its own says."""
    return next((found for character in text if (found := _direction(character))), "ltr")


def _width(run: _Run, pixels: int) -> float:
    return _font(run.face, pixels).getlength(run.text, direction=run.direction)


def _extent(run: _Run, pixels: int) -> tuple[int, int]:
    """How far the run reaches above (negative) and below the middle of its line."""
    _, top, _, bottom = _font(run.face, pixels).getbbox(run.text, direction=run.direction, anchor="lm")
    return int(top), int(bottom)


@cache
def _font(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.path, pixels, index=face.index, layout_engine=ImageFont.Layout.RAQM)


@cache
def _face_for(character: str) -> Face:
    """The usual fonts first, then whatever is installed."""
    for face in _preferred():
        if _fits(character, face):
            return face
    for face in _listed(f":charset={ord(character):x}"):
        if has_glyph(character, face):
            return face
    raise DriverError("printer.character", "no installed font has a character of this paper")


@cache
def _preferred() -> list[Face]:
    found = [face for family in _PREFERRED for face in _listed(f"{family}:style=Regular")[:1]]
    if not found:
        raise DriverError("printer.font", "none of the usual fonts is installed: apt install fonts-noto-cjk")
    return found


def _listed(pattern: str) -> list[Face]:
    """The fonts that fontconfig knows by a pattern of its own."""
    command = ["fc-list", pattern, "--format", "%{file}\t%{index}\n"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise DriverError("printer.font", "fontconfig is missing: apt install fontconfig") from error
    rows = sorted(row.split("\t") for row in listed.splitlines())
    # The upper half of an index counts the variants of a variable font.
    return [Face(path, int(index) & 0xFFFF) for path, index in rows if path.endswith((".ttf", ".ttc", ".otf"))]
