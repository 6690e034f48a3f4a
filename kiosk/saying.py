"""The screen's own words, in the citizen's language. They stand in the code in Chinese; `words.LANGUAGE.toml` beside
this file has the others, one section for each file of code. Texts of services are translated by the catalogue."""

import tomllib
from functools import cache
from pathlib import Path

CHINESE = "zh"


class Saying:
    """say("第{page}页", page=3): in the language, and filled. What is not translated is said in Chinese."""

    def __init__(self, language: str = CHINESE) -> None:
        self.language = language
        self._words = {} if language == CHINESE else _words(language)

    def __call__(self, text: str, /, **values: object) -> str:
        """Without values nothing is filled: a text of another's may have braces."""
        said = self._words.get(text, text)
        return said.format(**values) if values else said


@cache
def _words(language: str) -> dict[str, str]:
    sections = tomllib.loads(Path(__file__).with_name(f"words.{language}.toml").read_text())
    return {chinese: there for section in sections.values() for chinese, there in section.items()}
