"""JSON Schema of definitions as authors write them, for editors that complete and check YAML. Pure.

It says what each file may hold by itself; what does not fit together, or leads nobody to an outcome, is the check's.
"""

import re
from typing import Any, Final, get_args

import msgspec

from kiosk.services import bundle, definition, paper
from kiosk.services.common_parts import LISTS

_STRUCTS: Final = {
    name: thing
    for module in (bundle, definition, paper)
    for name, thing in vars(module).items()
    if isinstance(thing, type) and issubclass(thing, msgspec.Struct)
}


def schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """kind: Service, Bundle or PaperTemplate."""
    whole = msgspec.json.schema(kind)
    parts: dict[str, dict[str, Any]] = whole["$defs"]
    for name, part in parts.items():
        _describe(part, _STRUCTS[name])
    _allow_common_parts(parts, parts[kind.__name__])
    if assurance := parts[kind.__name__]["properties"].get("assurance"):
        assurance["propertyNames"] = {"enum": list(get_args(definition.Act))}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "made by `kiosk services schema`",
        "$ref": whole["$ref"],
        "$defs": parts,
    }


def _describe(part: dict[str, Any], struct: type[msgspec.Struct]) -> None:
    """The field's words come from the docstrings, so that they are written once."""
    about, fields = _words(struct)
    if struct is bundle.Bundle:
        same = _words(definition.Service)[1]
        fields = {**same, "bundle": same["service"], **fields}
    if struct is paper.PaperBlock:
        fields = {**_words(paper.PaperLine)[1], **fields}
    part.pop("description", None)
    if about:
        part["description"] = about
    for name, field in part["properties"].items():
        if name in fields:
            field["description"] = fields[name]
        if pattern := field.get("pattern"):
            field["pattern"] = pattern.replace(r"\Z", "$")  # JavaScript's patterns know no \Z


def _words(struct: type[msgspec.Struct]) -> tuple[str, dict[str, str]]:
    """What the docstring says of the whole, and of each field: `name: …`, `name, name: …` or "name `value` …" at the
    beginning of a sentence."""
    text = " ".join((struct.__doc__ or "").split())
    names = "|".join(struct.__struct_fields__)
    starts = list(re.finditer(rf"(?:^|(?<=[.:;] ))((?:{names})(?:, (?:{names}))*)(?:: | (?=`))", text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    found = {
        name: text[start.end() : end].strip()
        for start, end in zip(starts, ends, strict=True)
        for name in start[1].split(", ")
    }
    return text[: starts[0].start() if starts else len(text)].strip(), found


def _allow_common_parts(parts: dict[str, dict[str, Any]], root: dict[str, Any]) -> None:
    """A part of these lists may be `use: NAME` with whatever is changed beside it."""
    for name in LISTS:
        items = root["properties"].get(name, {}).get("items")
        if items is None:
            continue
        own = items["$ref"].rpartition("/")[2]
        fields = {field: {"$ref": f"#/$defs/{own}/properties/{field}"} for field in parts[own]["properties"]}
        used = {"type": "string", "description": f"the name of one in common/{name}.yaml"}
        parts[f"Use{own}"] = {
            "title": f"Use{own}",
            "description": f"The one of that name in common/{name}.yaml; what stands beside `use` takes the place of"
            " its part.",
            "type": "object",
            "properties": {"use": used, **fields},
            "required": ["use"],
            "additionalProperties": False,
        }
        root["properties"][name]["items"] = {"anyOf": [{"$ref": f"#/$defs/Use{own}"}, items]}
