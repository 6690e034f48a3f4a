"""Reads a YAML document into a struct with errors that name file, line and what to do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

T = TypeVar("T")


class DefinitionError(Exception):
    """A definition cannot be used. The message begins with file and line."""

    code = "service.definition"


def read_yaml(path: Path, kind: type[T], prepare: Callable[[Any], Any] = lambda data: data) -> T:
    """prepare: changes the data before they are read as `kind`. Raises DefinitionError."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = yaml.load(text, Loader=yaml.CSafeLoader)  # the safe one, in C
    except OSError as error:
        raise DefinitionError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{path}: is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError(f"{path}, line {line}: not valid YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise DefinitionError(f"{path}: not valid YAML: {type(error).__name__}") from error
    try:
        return msgspec.convert(prepare(data), kind)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `")
        raise DefinitionError(f"{path}, line {_line(root, where.rstrip('`'))}: {message}") from error


def line_of(path: Path, steps: list[str | int]) -> int:
    """The line (from 1) on which the value at `steps` stands in a YAML file that could be read."""
    return _find(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), steps)


def _line(root: yaml.Node | None, where: str) -> int:
    steps: list[str | int] = []
    for part in where.removeprefix("$").replace("[", ".[").split("."):
        if part.startswith("[") and part[1:-1].isdigit():
            steps.append(int(part[1:-1]))
        elif part:
            steps.append(part)
    return _find(root, steps)


def _find(node: yaml.Node | None, steps: list[str | int]) -> int:
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
