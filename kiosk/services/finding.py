"""Finds services by what people type: characters, pinyin, initials, common words, with mistakes. Pure.

What is found is ordered by how it was found, best first: the words themselves, then initials, then the sound, then
likeness. Among equals services stand before mere directory entries, and short names before long ones.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from kiosk.services.findable import Findable
from kiosk.services.sounds import has_characters, initials, sound

LIMIT: Final = 20
_WHOLE, _BEGINS, _CONTAINS, _INITIALS, _SOUNDS, _PARTS, _LIKE = 100, 95, 90, 80, 70, 60, 50
_LIKE_ENOUGH: Final = 78.0
"""Per cent of likeness of sounds. A lower bound finds one word in every sentence."""
_SHORT: Final = 2
"""A sound or likeness of fewer letters is in everything."""


@dataclass(frozen=True)
class _Form:
    text: str
    sound: str
    initials: str


@dataclass(frozen=True)
class _Indexed:
    findable: Findable
    forms: tuple[_Form, ...]


class Finder:
    """Made once for a catalogue: 1,200 entries take a tenth of a second."""

    def __init__(self, entries: Iterable[Findable]) -> None:
        self._entries = [_Indexed(one, tuple(_form(text) for text in (one.name, *one.words))) for one in entries]

    def find(self, typed: str, limit: int = LIMIT) -> list[Findable]:
        """At most `limit`, best first; nothing for nothing. Parts with blanks between have to be found each."""
        parts = _normal(typed).split()
        if not parts:
            return []
        asked = [(part, sound(part)) for part in parts]
        ranked = []
        for at, entry in enumerate(self._entries):
            score = min(_score(entry, text, heard) for text, heard in asked)
            if score:
                findable = entry.findable
                ranked.append((-score, not findable.here, len(findable.name), at))
        ranked.sort()
        # What is only alike is offered where there is nothing better.
        surely = [one for one in ranked if -one[0] >= _PARTS]
        return [self._entries[at].findable for *_, at in (surely or ranked)[:limit]]


def _form(text: str) -> _Form:
    plain = _normal(text)
    return _Form(plain, sound(plain), initials(plain))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _score(entry: _Indexed, text: str, heard: str) -> float:
    return max(_one(form, text, heard) for form in entry.forms)


def _one(form: _Form, text: str, heard: str) -> float:
    if text in form.text:
        if form.text == text:
            return _WHOLE
        return _BEGINS if form.text.startswith(text) else _CONTAINS
    if not has_characters(text) and text in form.initials and len(text) >= _SHORT:
        return _INITIALS + 5 * form.initials.startswith(text)
    if len(heard) <= _SHORT:
        return 0
    if heard in form.sound:
        return _SOUNDS + 5 * form.sound.startswith(heard)
    if has_characters(text) and len(text) > 1 and _in_order(text, form.text):
        return _PARTS
    likeness = fuzz.partial_ratio(heard, form.sound, score_cutoff=_LIKE_ENOUGH) if len(heard) > 3 else 0.0
    return _LIKE * likeness / 100


def _in_order(wanted: str, text: str) -> bool:
    """Every character of `wanted` stands in `text`, one after the other, with others between."""
    rest = iter(text)
    return all(character in rest for character in wanted)
