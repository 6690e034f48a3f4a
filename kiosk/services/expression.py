"""Expressions of service definitions: a subset of CEL that can be explored (design, section 6).

Allowed: typed comparisons, `in`, `&&`, `||`, `!`, parentheses, literals and declared variables. No macros, no
functions, no arithmetic: so the constants in an expression are all that its outcome can depend on. cel-expr-python
parses, type-checks and evaluates; the subset is held here, before it sees the text.
"""

import itertools
import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from cel_expr_python import cel

MAX_LENGTH: Final = 2000
MAX_DIGITS: Final = 15

Value = int | str | bool

_TOKEN = re.compile(
    r"""\s+|(?P<string>"[^"\\\n]*"|'[^'\\\n]*')|(?P<int>-?\d+)(?![\w.])|(?P<name>[A-Za-z_]\w*)(?!\.)"""
    r"""|(?P<op>&&|\|\||==|!=|<=|>=|[<>!()\[\],])"""
)
_REGIONAL: Final = re.compile(r"\bregion\.([a-z]\w*)")
_WORDS: Final = {"true", "false", "in"}
_ORDER: Final = {"<", "<=", ">", ">="}
_COMPARISONS: Final = {"==", "!=", "in", *_ORDER}
_TYPES: Final = {int: cel.Type.INT, str: cel.Type.STRING, bool: cel.Type.BOOL}


class ExpressionError(ValueError):
    """The text is not an expression of the subset; the message says where and why."""

    code = "service.expression"
    text = ""
    """As written in the definition."""


class Expression:
    """A compiled expression. names: the variables it reads. constants: the literals it compares with."""

    def __init__(
        self, text: str, variables: Mapping[str, type], numbers: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        """Raises ExpressionError. variables: every name that may be used, with int, str or bool. numbers: what
        `region.NAME` stands for."""
        self.text = text
        try:
            self._compile(_filled(text, numbers), variables)
        except ExpressionError as error:
            error.text = text
            raise

    def _compile(self, text: str, variables: Mapping[str, type]) -> None:
        self.names, self.constants = _scan(text)
        unknown = sorted(self.names - set(variables))
        if unknown:
            raise ExpressionError(f"unknown name {unknown[0]!r} in {text!r}; known: {', '.join(sorted(variables))}")
        environment = _environment(frozenset(variables.items()))
        try:
            self._compiled = environment.compile(text)
        except RuntimeError as error:
            raise ExpressionError(f"{text!r}: {str(error).splitlines()[0]}") from error
        if self._compiled.return_type() != cel.Type.BOOL:
            raise ExpressionError(f"{text!r} is not a yes-or-no expression")
        self._constant = None if self.names else bool(self._compiled.eval(data={}).plain_value())

    def holds(self, values: Mapping[str, Value]) -> bool:
        if self._constant is not None:
            return self._constant
        return bool(self._compiled.eval(data={name: values[name] for name in self.names}).plain_value())


@lru_cache(maxsize=4)
def _environment(variables: frozenset[tuple[str, type]]) -> cel.Env:
    """A service has dozens of expressions over the same variables."""
    return cel.NewEnv(variables={name: _TYPES[kind] for name, kind in variables})


def _filled(text: str, numbers: Mapping[str, int]) -> str:
    """Numbers of the region are constants like any other, so that they can be explored."""

    def number(place: re.Match[str]) -> str:
        if place[1] not in numbers:
            known = ", ".join(sorted(numbers)) or "none"
            raise ExpressionError(f"the region has no number {place[1]!r} for {text!r}; known: {known}")
        return str(numbers[place[1]])

    return _REGIONAL.sub(number, text)


def _scan(text: str) -> tuple[set[str], set[int | str]]:
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters, this one has {len(text)}")
    names: set[str] = set()
    constants: set[int | str] = set()
    tokens: list[re.Match[str]] = []
    at = 0
    before = ""
    """The kind of the value that ends here; empty after an operator."""
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise ExpressionError(f"{text!r}: {text[at]!r} at position {at + 1} is not allowed in an expression")
        name, op = token["name"], token["op"]
        if op == "(" and before == "name":
            raise ExpressionError(f"{text!r}: functions are not allowed in an expression")
        if before and (op in ("(", "[", "!") or token["int"] or token["string"] or (name and name != "in")):
            raise ExpressionError(f"{text!r}: a comparison is missing at position {at + 1}; there is no arithmetic")
        if token["int"] and len(token["int"]) > MAX_DIGITS:
            raise ExpressionError(f"{text!r}: a number has at most {MAX_DIGITS} digits")
        if name and name not in _WORDS:
            names.add(name)
        elif token["string"]:
            constants.add(token["string"][1:-1])
        elif token["int"]:
            constants.add(int(token["int"]))
        if token.group().strip():
            is_value = op in (")", "]") or bool(token["int"] or token["string"]) or name in ("true", "false")
            before = "name" if name and name not in _WORDS else "value" if is_value else ""
            tokens.append(token)
        at = token.end()
    _check_comparisons(text, tokens)
    return names, constants


def _check_comparisons(text: str, tokens: list[re.Match[str]]) -> None:
    """A comparison has a constant on one side, and texts have no order: so one value stands for all between two
    constants (kiosk.services.exploring)."""
    compared = False
    for at, token in enumerate(tokens):
        op = token.group()
        if op in ("&&", "||", "(", ")"):
            compared = False
        if op not in _COMPARISONS:
            continue
        if compared:
            raise ExpressionError(f"{text!r}: one comparison after the other at position {token.start() + 1}: use &&")
        compared = True
        sides = [tokens[place] for place in (at - 1, at + 1) if 0 <= place < len(tokens)]
        if op == "in":
            inside = itertools.takewhile(lambda one: one.group() != "]", tokens[at + 1 :])
            if any(one["name"] and one["name"] not in _WORDS for one in inside):
                raise ExpressionError(f"{text!r}: a list holds constants only")
        elif not any(map(_is_constant, sides)):
            raise ExpressionError(
                f"{text!r}: at position {token.start() + 1} something is compared that is no constant on either side"
            )
        elif op in _ORDER and any(side["string"] for side in sides):
            raise ExpressionError(f"{text!r}: texts have no order: compare them with == or in")


def _is_constant(token: re.Match[str]) -> bool:
    return bool(token["string"] or token["int"] or token.group() in ("true", "false"))
