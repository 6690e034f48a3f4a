"""Reads a YAML document into a struct with errors that name file, line and what to do.

Files come from officials and over the network: whatever stands in one, reading it takes bounded time and memory. Of
YAML only what definitions need is known: maps, lists, texts, whole numbers, true, false and nothing.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import yaml

T = TypeVar("T")

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 16
MAX_ENTRIES: Final = 500
MAX_TEXT: Final = 4000
MAX_DIGITS: Final = 15
"""The longest definition has 10,000 bytes, 5 levels, 34 entries and texts of 400 characters."""
_MAX_FINDINGS: Final = 100
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLAIN: Final = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"}
_INT: Final = "tag:yaml.org,2002:int"


class DefinitionError(Exception):
    """A definition cannot be used. The message begins with file and line."""

    code = "service.definition"


class _Loader(yaml.CSafeLoader):
    """In C. Dates, fractions and times of day are texts."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _trouble("a key is a word, no list and no map", key)
            if key.value in seen:
                raise _trouble(f"the key {key.value!r} stands twice: delete one", key)
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_whole_number(self, node: yaml.ScalarNode) -> int:
        if len(node.value.lstrip("+-")) > MAX_DIGITS:
            raise _trouble(f"a number has at most {MAX_DIGITS} digits; a text of digits stands in quotes", node)
        return int(node.value)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag in _PLAIN]
    for first, known in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_INT, re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z"), list("-+0123456789"))
_Loader.add_constructor(_INT, _Loader.construct_whole_number)


def _trouble(problem: str, at: yaml.Node | yaml.Event) -> yaml.MarkedYAMLError:
    mark: Any = at.start_mark  # one of the C parser has the same parts
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """At most `limit` bytes of UTF-8. Raises DefinitionError."""
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
        text = raw.decode("utf-8-sig")  # Windows writes a mark before UTF-8
    except OSError as error:
        raise DefinitionError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        if len(raw) <= limit:
            raise DefinitionError(f"{path}: is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    if len(raw) > limit:
        raise DefinitionError(f"{path}: is longer than {limit // 1024} KiB: this is no such file, or has to be split")
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise DefinitionError(f"{path}, line {line}: holds U+{ord(found.group()):04X}, which is no text: delete it")
    return text


def read_yaml(path: Path, kind: type[T], prepare: Callable[[Any], Any] = lambda data: data) -> T:
    """prepare: changes the data before they are read as `kind`. Raises DefinitionError."""
    root, data = _parsed(path)
    try:
        return msgspec.convert(prepare(data), kind)
    except msgspec.ValidationError as error:
        message, _, where = str(error).rpartition(" - at `") if " - at `" in str(error) else (str(error), "", "")
        if where.startswith("key` in `"):
            message, where = "a key is no text: put it in quotes", where.removeprefix("key` in `")
        raise DefinitionError(f"{path}, line {_line(root, where.rstrip('`'))}: {message}") from error


def refusal(path: Path, findings: Iterable[tuple[Sequence[str | int], str]]) -> DefinitionError:
    """For what is wrong with a file that could be read: the steps to each place, and what is wrong there."""
    root, _ = _parsed(path)
    lines = [f"{path}, line {_find(root, steps)}: {message}" for steps, message in findings]
    left = len(lines) - _MAX_FINDINGS
    return DefinitionError("\n".join([*lines[:_MAX_FINDINGS], *([f"{path}: and {left} more"] if left > 0 else [])]))


def _parsed(path: Path) -> tuple[yaml.Node | None, Any]:
    """The nodes, for lines, and the data. Raises DefinitionError."""
    text = read_text(path)
    try:
        _check_events(text)  # before anything recurses into it
        loader = _Loader(text)
        root = loader.get_single_node()
        return root, None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError(f"{path}, line {line}: not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise DefinitionError(f"{path}: not valid YAML: {str(error).splitlines()[0]}") from error


def _check_events(text: str) -> None:
    """Raises MarkedYAMLError at the first thing that definitions never need."""
    entries: list[int] = []
    """Of each list and map that is open here; a map has two for each key."""
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            entries.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        if event.anchor is not None:
            raise _trouble("& and * have no meaning here: write the part out, or put the text in quotes", event)
        if getattr(event, "tag", None) is not None:
            raise _trouble("! has no meaning here: put the text in quotes", event)
        if entries:
            entries[-1] += 1
            if entries[-1] > 2 * MAX_ENTRIES:
                raise _trouble(f"a list or map has at most {MAX_ENTRIES} entries", event)
        if isinstance(event, yaml.CollectionStartEvent):
            entries.append(0 if isinstance(event, yaml.MappingStartEvent) else MAX_ENTRIES)
            if len(entries) > MAX_DEPTH:
                raise _trouble(f"there are more than {MAX_DEPTH} levels", event)
        elif isinstance(event, yaml.ScalarEvent):
            if len(event.value) > MAX_TEXT:
                raise _trouble(f"a text has at most {MAX_TEXT} characters, this one has {len(event.value)}", event)
            if found := _CONTROL.search(event.value):
                raise _trouble(f"a text holds U+{ord(found.group()):04X}, which is no text", event)


def _line(root: yaml.Node | None, where: str) -> int:
    steps: list[str | int] = []
    for part in where.removeprefix("$").replace("[", ".[").split("."):
        if part.startswith("[") and part[1:-1].isdecimal():
            steps.append(int(part[1:-1]))
        elif part:
            steps.append(part)
    return _find(root, steps)


def _find(node: yaml.Node | None, steps: Sequence[str | int]) -> int:
    for step in steps:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step]
        if found is None:
            break
        node = found
    return node.start_mark.line + 1 if node is not None else 1
