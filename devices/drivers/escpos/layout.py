"""Breaks text into lines of a paper's width, counted in half-width cells. Pure."""

import unicodedata
from collections.abc import Iterator
from typing import Final

_NO_LINE_START: Final = "，。、；：？！）》”’…—%"


def cells(text: str) -> int:
    """The width of `text`: wide and ambiguous East Asian characters are two cells."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def wrap(text: str, columns: int) -> Iterator[str]:
    """Lines of at most `columns` cells. Runs of Latin letters and digits stay whole where they fit; no line begins
    with a closing mark, which is taken back with the character before it."""
    line = ""
    for word in _words(text):
        if cells(line) + cells(word) <= columns:
            line += word
            continue
        if word in _NO_LINE_START and line:
            line, word = line[:-1], line[-1] + word
        if line:
            yield line.rstrip()
        line = ""
        for character in word.lstrip():
            if cells(line) + cells(character) > columns:
                yield line
                line = ""
            line += character
    yield line.rstrip()


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        if character.isascii() and not character.isspace():
            word += character
            continue
        if word:
            yield word
        word = ""
        yield character
    if word:
        yield word
