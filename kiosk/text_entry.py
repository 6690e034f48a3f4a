"""Text that is typed on the screen without a keyboard: letters become characters by their sound. Without Qt.

A hardware keyboard may type, too: it sets the whole text.
"""

from functools import lru_cache
from typing import Any, Final

from kiosk import actions
from kiosk.actions import Action

SHOWN: Final = 8
"""Candidates on the screen at once."""
_MAX_SOUND: Final = 6
"""Letters of the longest syllable: zhuang."""


class TextEntry:
    """value: the text so far. sound: letters that are no character yet."""

    def __init__(self, max_length: int, value: str = "") -> None:
        self.max_length = max_length
        self.value = value
        self.sound = ""
        self._at = 0

    def act(self, action: Action) -> None:
        match action:
            case actions.Answer(value):
                self.value, self.sound, self._at = value[: self.max_length], "", 0
            case actions.Key("delete") if self.sound:
                self.sound, self._at = self.sound[:-1], 0
            case actions.Key("delete"):
                self.value = self.value[:-1]
            case actions.Key(key) if key.isdecimal():
                self._put(self.sound.upper() + key)
            case actions.Key(key) if key.isascii() and key.isalpha():
                self.sound, self._at = (self.sound + key.lower())[:_MAX_SOUND], 0
            case actions.Pick(""):
                self._at = self._at + SHOWN if self._at + SHOWN < len(self._found()) else 0
            case actions.Pick(picked) if picked in self._found():
                self._put(picked)

    def shown(self) -> dict[str, Any]:
        """The fields of a question's page."""
        return {
            "value": self.value,
            "max_length": self.max_length,
            "sound": self.sound,
            "candidates": self._found()[self._at : self._at + SHOWN],
            "more": len(self._found()) > SHOWN,
        }

    def _put(self, text: str) -> None:
        self.value, self.sound, self._at = (self.value + text)[: self.max_length], "", 0

    def _found(self) -> list[str]:
        """Characters of that sound, then those whose sound begins so, then the letters themselves."""
        return [*characters(self.sound), self.sound.upper()] if self.sound else []


def characters(sound: str) -> tuple[str, ...]:
    """Whole syllables before beginnings; frequent characters before rare ones."""
    found: dict[str, None] = {}
    for syllable in sorted(_syllables(), key=len):
        if syllable == sound or syllable.startswith(sound):
            found.update(dict.fromkeys(_syllables()[syllable]))
    return tuple(found)


@lru_cache(maxsize=1)
def _syllables() -> dict[str, tuple[str, ...]]:
    """The characters of GB 2312 by their sounds. Its first level holds the 3,755 that are used most."""
    from pypinyin import Style, pinyin

    found: dict[str, list[str]] = {}
    for first, last in ((0xB0, 0xD7), (0xD8, 0xF7)):
        for high in range(first, last + 1):
            for low in range(0xA1, 0xFF):
                try:
                    character = bytes((high, low)).decode("gb2312")
                except UnicodeDecodeError:
                    continue
                for syllable in pinyin(character, style=Style.NORMAL, heteronym=True)[0]:
                    found.setdefault(syllable.replace("ü", "v"), []).append(character)
    return {syllable: tuple(characters) for syllable, characters in found.items()}
