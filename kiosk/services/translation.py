"""A definition, a bundle or a region in another language: the same struct with other texts. Pure.

A translation is a tree in the shape of what it translates: by field, and in lists by the `id` of each part (options by
`value`). What it does not say stays Chinese; `missing` names it.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from kiosk.services.bundle import BundleService, PartSteps
from kiosk.services.definition import (
    Alternative,
    Choice,
    Consent,
    Material,
    Payment,
    Question,
    Service,
)
from kiosk.services.paper import PaperBlock, PaperLine
from kiosk.services.region import Counter, Office, Region
from kiosk.services.texts import ADVICE

T = TypeVar("T", bound=msgspec.Struct)
_NAMES: Final = re.compile(r"\{[^{}]*\}")
Tree = Mapping[str, Any]

_OF_SERVICES: Final = ("name", "office", "summary", "about", "fee", "limit", "signature", "next_steps")
TEXTS: Final[dict[type, tuple[str, ...]]] = {
    Service: _OF_SERVICES,
    BundleService: _OF_SERVICES,
    PartSteps: ("next_steps",),
    Question: ("ask", "label", "help", "pattern_hint"),
    Choice: ("label",),
    Material: ("name", "help"),
    Consent: ("text", "agree"),
    Payment: ("what",),
    Alternative: ADVICE,
    Region: ("name", "office", "office_address", "hours", "words"),
    Counter: ("name", "address", "hours"),
    Office: ("address", "hours"),
    PaperLine: ("text",),
    PaperBlock: ("text",),
}
"""The fields of each part that people read."""


def translated(thing: T, tree: Tree) -> T:
    """`thing` with the texts of `tree`. A text of another kind than its original is left out."""
    changes: dict[str, Any] = {}
    texts = TEXTS.get(type(thing), ())
    for name in thing.__struct_fields__:
        value, there = getattr(thing, name), tree.get(name)
        if name in texts:
            if _fits(value, there):
                changes[name] = {**value, **there} if isinstance(value, dict) and isinstance(there, Mapping) else there
        elif isinstance(there, Mapping):
            changes[name] = _inside(value, there)
    return msgspec.structs.replace(thing, **changes)


def missing(thing: msgspec.Struct, tree: Tree, place: str = "") -> list[str]:
    """The places of all texts that `tree` does not translate, and of what it says for nothing."""
    found: list[str] = []
    texts = TEXTS.get(type(thing), ())
    for name in thing.__struct_fields__:
        value, there = getattr(thing, name), tree.get(name)
        here = f"{place}{name}"
        if name in texts:
            if value and not (_fits(value, there) and _whole(value, there)) and not _same_everywhere(value, there):
                found.append(here)
            continue
        inside = there if isinstance(there, Mapping) else {}
        for key, part in _parts(value):
            own = inside if part is value else inside.get(key)
            found += missing(part, _tree(part, own), f"{here}.{key}." if key else f"{here}.")
    known = {*thing.__struct_fields__}
    return found + [f"{place}{name} (there is no such part)" for name in tree if name not in known]


def _inside(value: Any, tree: Tree) -> Any:
    if isinstance(value, msgspec.Struct):
        return translated(value, _tree(value, tree))
    if isinstance(value, list):
        return [translated(part, _tree(part, tree.get(key))) for key, part in _parts(value)] or value
    if isinstance(value, dict):
        return {key: translated(part, _tree(part, tree.get(key))) for key, part in _parts(value)} or value
    return value


def _parts(value: Any) -> list[tuple[str, msgspec.Struct]]:
    """(key, part); the key of a part that stands alone is empty."""
    if isinstance(value, msgspec.Struct):
        return [("", value)]
    if isinstance(value, list):
        return [
            (getattr(one, "id", getattr(one, "value", "")), one) for one in value if isinstance(one, msgspec.Struct)
        ]
    if isinstance(value, dict):
        return [(key, one) for key, one in value.items() if isinstance(one, msgspec.Struct)]
    return []


def _tree(part: msgspec.Struct, there: Any) -> Tree:
    if isinstance(part, Choice) and isinstance(there, str):
        return {"label": there}
    if isinstance(part, PaperLine) and isinstance(there, str):
        return {"text": there}
    if hasattr(part, "otherwise") and isinstance(there, Mapping) and "otherwise" not in there:
        return {"otherwise": there}
    return there if isinstance(there, Mapping) else {}


def _fits(value: Any, there: Any) -> bool:
    if isinstance(value, list):
        return isinstance(there, list) and len(there) == len(value) and all(isinstance(one, str) for one in there)
    if isinstance(value, dict):
        return isinstance(there, Mapping) and all(isinstance(one, str) for one in there.values())
    return isinstance(there, str) and bool(there)


def _same_everywhere(value: Any, there: Any) -> bool:
    """It only fills in names, and nothing else was written for it."""
    return there is None and isinstance(value, str) and not any(map(str.isalnum, _NAMES.sub("", value)))


def _whole(value: Any, there: Any) -> bool:
    return not isinstance(value, dict) or set(there) >= set(value)
