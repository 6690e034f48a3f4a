"""The words of the pages for phones, in their reader's language. They stand in the code in Chinese;
`words.LANGUAGE.toml` beside this file has the others."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final
from unicodedata import bidirectional

from litestar import Request
from litestar.datastructures import State

CHINESE: Final = "zh"
_TABLES: Final = Path(__file__).parent


def to_say(text: str) -> str:
    """Marks a text that stands in a table, and is said later."""
    return text


ITSELF: Final = to_say("中文")
"""What a language calls itself."""


class Saying:
    """say("已经收到 {count} 张", count=2): in the language, and filled. What is not translated is said in Chinese."""

    def __init__(self, language: str = CHINESE) -> None:
        self.language = language
        self.tag = tag(language)
        self._words = {} if language == CHINESE else _words(language)

    def __call__(self, text: str, /, **values: object) -> str:
        return self._words.get(text, text).format(**values)

    @property
    def direction(self) -> str:
        """For HTML: the language's own name shows it."""
        return "rtl" if bidirectional(self(ITSELF)[0]) in ("R", "AL") else "ltr"


def tag(language: str) -> str:
    """For HTML: which Chinese it is decides on the characters' shapes."""
    return "zh-CN" if language == CHINESE else language


@cache
def languages() -> list[str]:
    """Those that the pages are in, Chinese first."""
    return [CHINESE, *sorted(path.name.split(".")[1] for path in _TABLES.glob("words.*.toml"))]


@cache
def _words(language: str) -> dict[str, str]:
    return tomllib.loads((_TABLES / f"words.{language}.toml").read_text(encoding="utf-8"))


def saying_for(request: Request[Any, Any, State], known: str = CHINESE) -> Saying:
    """By the address (`?lang=en`, of a kiosk's QR code or the page's switch); then as known of the reader, unless that
    is Chinese, which nobody had to choose; then by what the phone accepts."""
    for wanted in (request.query_params.get("lang", ""), known if known != CHINESE else ""):
        if wanted in languages():
            return Saying(wanted)
    return Saying(accepted(request.headers.get("accept-language", "")))


def accepted(header: str) -> str:
    """What a phone likes best of the languages that there are; Chinese where it likes none of them. header: RFC 9110,
    section 12.5.4."""
    best, found = 0.0, CHINESE
    for part in header.split(","):
        language, _, parameter = part.partition(";")
        name = language.strip().lower().partition("-")[0]
        weight = _weight(parameter)
        if weight > best and name in languages():
            best, found = weight, name
    return found


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    digits = value.strip()
    return float(digits) if name.strip() == "q" and digits.replace(".", "", 1).isdecimal() and digits.isascii() else 0.0
