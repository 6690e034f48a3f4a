"""The screen's own words, in the citizen's language. They stand in the code in Chinese; `words.LANGUAGE.toml` beside
this file has the others, one section for each file of code. Texts of services are translated by the catalogue."""

import tomllib
from functools import cache
from pathlib import Path

CHINESE = "zh"
_TABLES = Path(__file__).parent


def to_say(text: str) -> str:
    """Marks a text that stands in a table, and is said later."""
    return text


ITSELF = to_say("中文")
"""What a language calls itself."""
_COLON = to_say("：")


class Saying:
    """say("第{page}页", page=3): in the language, and filled. What is not translated is said in Chinese."""

    def __init__(self, language: str = CHINESE) -> None:
        self.language = language
        self._words = {} if language == CHINESE else _words(language)

    def __call__(self, text: str, /, **values: object) -> str:
        """Without values nothing is filled: a text of another's may have braces."""
        said = self._words.get(text, text)
        return said.format(**values) if values else said

    def letter(self, text: str) -> str:
        """What the platform's people wrote, as it is; sentences that their program writes are known (约好了：…)."""
        head, colon, rest = text.partition(_COLON)
        if text in self._words or head not in self._words:
            return self(text)
        return f"{self(head)}{self(colon)}{rest}"


def page_address(address: str, language: str) -> str:
    """Of one of the platform's pages for phones, in this language. A Chinese one is left to what the phone prefers."""
    return address if language == CHINESE else f"{address}?lang={language}"


@cache
def tables() -> list[str]:
    """The languages that the screen speaks beside Chinese."""
    return sorted(path.name.split(".")[1] for path in _TABLES.glob("words.*.toml"))


@cache
def _words(language: str) -> dict[str, str]:
    sections = tomllib.loads((_TABLES / f"words.{language}.toml").read_text(encoding="utf-8"))
    return {chinese: there for section in sections.values() for chinese, there in section.items()}
