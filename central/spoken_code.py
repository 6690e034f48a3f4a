"""Codes that people read out and type: no character that looks or sounds like another."""

import secrets
from typing import Final

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH: Final = 12
"""59 bits: nobody finds one by trying."""
_GROUP: Final = 4


def new() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def as_printed(code: str) -> str:
    """In groups, with dashes."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def as_typed(text: str) -> str:
    """The code that somebody typed with dashes, blanks or small letters."""
    return "".join(text.split()).replace("-", "").upper()
