"""What the program says on the screen: the literals of say("…"), to_say("…") and, in QML, qsTr("…")."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_TERMINAL: Final = ("kiosk/cli/", "kiosk/services/trying.py")
"""There `say` prints on a terminal."""
_QSTR: Final = re.compile(r'\bqsTr\((?:"((?:[^"\\]|\\.)*)")?')


def said() -> dict[str, set[str]]:
    """By file, as the table names it."""
    found: dict[str, set[str]] = {}
    for path in sorted(ROOT.glob("kiosk/**/*.py")):
        name = str(path.relative_to(ROOT))
        if not name.startswith(_TERMINAL):
            found[name] = set(_of_python(path))
    for path in sorted(ROOT.glob("ui/qml/*.qml")):
        found[str(path.relative_to(ROOT))] = set(_of_qml(path))
    return {name: texts for name, texts in found.items() if texts}


def _of_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        if name == "to_say":
            assert isinstance(first, ast.Constant), f"{path}, line {node.lineno}: to_say wants a literal"
        if name in ("say", "to_say") and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
        elif name == "say" and not isinstance(first, ast.Constant):
            assert not isinstance(first, ast.JoinedStr | ast.BinOp), f"{path}, line {node.lineno}: not a literal"


def _of_qml(path: Path) -> Iterator[str]:
    for found in _QSTR.finditer(path.read_text(encoding="utf-8")):
        assert found[1], f"{path}: qsTr wants a literal"
        yield found[1].replace('\\"', '"').replace("\\n", "\n")
