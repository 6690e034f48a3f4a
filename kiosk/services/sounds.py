"""How words sound, for finding them: pinyin without tones, as people type it who speak with an accent. Pure."""

import re
from typing import Final

from pypinyin import Style, lazy_pinyin

_ACCENT: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("v", "u"))
"""Sounds that half the country does not tell apart."""
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def has_characters(text: str) -> bool:
    return _HAN.search(text) is not None


def sound(text: str) -> str:
    """Syllables joined; what is no character stays as it is. Of a text in letters: the same merging of sounds."""
    joined = "".join(lazy_pinyin(text)) if has_characters(text) else text
    for heard, kept in _ACCENT:
        joined = joined.replace(heard, kept)
    return joined


def initials(text: str) -> str:
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
