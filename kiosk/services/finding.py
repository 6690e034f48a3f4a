"""Finds services by what people type: characters, pinyin, initials, common words, with mistakes. Pure.

What is found is ordered by how it was found, best first: the words themselves, then initials, then the sound, then
likeness. Among equals services stand before mere directory entries, and short names before long ones.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from kiosk.services.findable import Findable
from kiosk.services.sounds import has_characters, initials, sound

LIMIT: Final = 20
_WHOLE, _BEGINS, _CONTAINS, _INITIALS, _OFFICE = 100, 95, 90, 80, 78
_SOUNDS, _LIKE_OFFICE, _PARTS, _LIKE = 70, 65, 60, 50
_BETWEEN: Final = re.compile(r"[，、；。,;（）() ]+|受理|审批|办理")
_OFFICE_NAME: Final = 12
"""Longer, it is a sentence and no office's name."""
_LIKE_ENOUGH: Final = 78.0
"""Per cent of likeness of sounds. A lower bound finds one word in every sentence."""
_SHORT: Final = 2
"""A sound or likeness of fewer letters is in everything."""


@dataclass(frozen=True)
class _Form:
    text: str
    characters: frozenset[str]
    sound: str
    initials: str


@dataclass(frozen=True)
class _Part:
    """One of the parts that were typed."""

    text: str
    characters: frozenset[str]
    sound: str
    is_han: bool


@dataclass(frozen=True)
class _Indexed:
    findable: Findable
    forms: tuple[_Form, ...]
    offices: tuple[str, ...]


class Finder:
    """Made once for a catalogue: 1,200 entries take a tenth of a second."""

    def __init__(self, entries: Iterable[Findable]) -> None:
        self._entries = [
            _Indexed(one, tuple(_form(text) for text in (one.name, *one.words)), _offices(one.office))
            for one in entries
        ]
        self._offices = {one.offices for one in self._entries}
        # What cannot be done here is not guessed at: it is found by its words, or not at all.
        self._sounds = [(at, form) for at, one in enumerate(self._entries) if one.findable.here for form in one.forms]

    def find(self, typed: str, limit: int = LIMIT) -> list[Findable]:
        """At most `limit`, best first; nothing for nothing. Parts with blanks between have to be found each."""
        # The longest first: it leaves the fewest entries for the others.
        parts = sorted(map(_part, {*_normal(typed).split()}), key=lambda part: -len(part.text))
        if not parts:
            return []
        # What is only alike is offered, and looked for, where there is nothing better.
        seen: dict[tuple[str, int], float] = {}
        scores = self._scored(parts, seen, alike=False) or self._scored(parts, seen, alike=True)
        ranked = sorted(
            (-score, not self._entries[at].findable.here, len(self._entries[at].findable.name), at)
            for at, score in scores.items()
        )
        return [self._entries[at].findable for *_, at in ranked[:limit]]

    def _scored(self, parts: list[_Part], seen: dict[tuple[str, int], float], *, alike: bool) -> dict[int, float]:
        """By the place of each entry in which every part is found, the least of its scores. seen: by part and entry,
        what was scored before, likeness aside."""
        scores: dict[int, float] = dict.fromkeys(range(len(self._entries)), _WHOLE)
        for part in parts:
            likenesses = self._alike(part, scores) if alike else {}
            offices = {one: _named(one, part) for one in self._offices}
            left: dict[int, float] = {}
            for at, before in scores.items():
                score = seen.get((part.text, at))
                if score is None:
                    score = seen[part.text, at] = _found(self._entries[at], part, offices)
                score = score or likenesses.get(at, 0)
                if score:
                    left[at] = min(before, score)
            scores = left
        return scores

    def _alike(self, part: _Part, among: Mapping[int, float]) -> dict[int, float]:
        if len(part.sound) <= _SHORT + 1 or (part.is_han and len(part.text) <= _SHORT):
            return {}
        near = [(at, form.sound) for at, form in self._sounds if at in among and _may_be_meant(form, part)]
        places, sounds = [at for at, _ in near], [heard for _, heard in near]
        found: dict[int, float] = {}
        for _, likeness, at in process.extract(
            part.sound, sounds, scorer=fuzz.partial_ratio, score_cutoff=_LIKE_ENOUGH, limit=None
        ):
            found[places[at]] = max(found.get(places[at], 0), _LIKE * likeness / 100)
        return found


def _offices(text: str) -> tuple[str, ...]:
    return tuple(office for office in _BETWEEN.split(text) if len(office) <= _OFFICE_NAME)


def _found(entry: _Indexed, part: _Part, offices: Mapping[tuple[str, ...], float]) -> float:
    return max(offices[entry.offices], *(_one(form, part) for form in entry.forms))


def _named(offices: tuple[str, ...], part: _Part) -> float:
    """Many entries have the same ones."""
    if not part.is_han or len(part.text) < _SHORT:
        return 0
    if any(part.text in office for office in offices):
        return _OFFICE
    return _LIKE_OFFICE if any(_in_order(part.text, office) for office in offices) else 0


def _may_be_meant(form: _Form, part: _Part) -> bool:
    """A slip leaves a character, or as many of them; unlike words sound alike often enough."""
    return not part.is_han or bool(part.characters & form.characters) or len(part.text) == len(form.text)


def _form(text: str) -> _Form:
    plain = _normal(text)
    return _Form(plain, frozenset(plain), sound(plain), initials(plain))


def _part(text: str) -> _Part:
    return _Part(text, frozenset(text), sound(text), has_characters(text))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _one(form: _Form, part: _Part) -> float:
    """Likeness aside."""
    text, heard = part.text, part.sound
    if text in form.text:
        if form.text == text:
            return _WHOLE
        return _BEGINS if form.text.startswith(text) else _CONTAINS
    if not part.is_han and text in form.initials and len(text) >= _SHORT:
        return _INITIALS + 5 * form.initials.startswith(text)
    if len(heard) > _SHORT and heard in form.sound:
        return _SOUNDS + 5 * form.sound.startswith(heard)
    if part.is_han and len(text) > 1 and part.characters <= form.characters and _in_order(text, form.text):
        return _PARTS
    return 0


def _in_order(wanted: str, text: str) -> bool:
    """Every character of `wanted` stands in `text`, one after the other, with others between."""
    rest = iter(text)
    return all(character in rest for character in wanted)
