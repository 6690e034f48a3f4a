"""Patterns of answers: a subset of regular expressions that can be matched in bounded time. Pure.

`re` tries the ways in which a text can fit one after the other; in (a+)+ there are more of them than anybody can wait
for. Here they are counted: each repetition and each alternative multiplies them.
"""

import re
from typing import Final

MAX_LENGTH: Final = 200
"""Of a pattern, and of what is matched."""
MAX_WAYS: Final = 50_000

_PIECE = re.compile(
    r"""(?P<edge>[\^$])|(?P<open>\((?:\?:)?)|(?P<or>\|)|(?P<close>\))(?P<maybe>\??)(?![?*+{])"""
    r"""|(?:[^\\\[\](){}*+?|^$]|\\[dws]|\\[^\w\s]|\[\^?(?:[^\\\[\]&~|-]|-(?!-)|\\[dws]|\\[^\w\s])+\])"""
    r"""(?:(?P<many>[*+])|(?P<one>\?)|\{(?P<low>\d{1,3})(?:(?P<range>,)(?P<high>\d{0,3}))?\})?(?![?*+{])"""
)


def trouble(pattern: str) -> str:
    """What is wrong with it, or the empty text."""
    if len(pattern) > MAX_LENGTH:
        return f"a pattern has at most {MAX_LENGTH} characters"
    groups = [[1]]
    """Of each group that is open: the ways through each of its alternatives so far."""
    at = 0
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)
        if piece is None or (piece["close"] and len(groups) == 1):
            return (
                f"{pattern[at:]!r} cannot be used in a pattern: write characters, classes like [0-9], each with ?, *, +"
                " or {2,5}, and (a|b), which ? may follow and nothing else may repeat"
            )
        if piece["open"]:
            groups.append([1])
        elif piece["or"]:
            groups[-1].append(1)
        elif piece["close"]:
            inside = sum(groups.pop())
            groups[-1][-1] *= inside + bool(piece["maybe"])
        elif not piece["edge"]:
            groups[-1][-1] *= _ways(piece)
        if sum(groups[-1]) > MAX_WAYS:
            return "a text can fit this pattern in too many ways: use fewer *, + and {…}"
        at = piece.end()
    try:
        re.compile(pattern)
    except re.error as error:
        return f"not a pattern: {error}"
    return ""


def _ways(piece: re.Match[str]) -> int:
    if piece["many"]:
        return MAX_LENGTH
    if piece["one"]:
        return 2
    if piece["range"]:
        return max(int(piece["high"] or MAX_LENGTH) - int(piece["low"]) + 1, 1)
    return 1
