"""What the program says on the screen: the literals of say("…"), to_say("…") and, in QML, qsTr("…")."""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_NOT_SAID: Final = (
    "receipt.py", "session_paper.py", "codes.py", "technician.py", "technician_desk.py", "diagnosis.py", "applicant.py",
    "company.py",
)  # fmt: skip
"""Paper, technicians' pages, what stands on cards, as 男 and 女 do, and what companies' names are made of."""
_TERMINAL: Final = ("kiosk/cli/", "kiosk/services/trying.py")
"""There `say` prints on a terminal."""
SCREEN: Final = sorted(
    str(path.relative_to(ROOT))
    for path in [*(ROOT / "kiosk").glob("*.py"), *(ROOT / "kiosk/parts").glob("*.py")]
    if path.name not in _NOT_SAID
)
"""Files whose Chinese texts are all for citizens."""
_CHINESE: Final = re.compile(r"[\u3001-\u9fff\uff00-\uffef]")
_QSTR: Final = re.compile(r'\bqsTr\((?:"((?:[^"\\]|\\.)*)")?')


def said() -> dict[str, set[str]]:
    """By file, as the table names it."""
    found: dict[str, set[str]] = {}
    for path in sorted(ROOT.glob("kiosk/**/*.py")):
        name = str(path.relative_to(ROOT))
        if not name.startswith(_TERMINAL):
            found[name] = set(of_python(path))
    for path in sorted(ROOT.glob("ui/qml/*.qml")):
        found[str(path.relative_to(ROOT))] = set(_of_qml(path))
    return {name: texts for name, texts in found.items() if texts}


def of_python(path: Path) -> Iterator[str]:
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


def is_chinese(text: str) -> bool:
    return _CHINESE.search(text) is not None


def unsaid(files: Sequence[str] = SCREEN) -> dict[str, list[str]]:
    """Chinese texts of these files, the screen's, that no `say` has."""
    found = {}
    for name in files:
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        texts = [text for text in _texts(tree) if is_chinese(text)]
        said_here = set(of_python(ROOT / name))
        if left := [text for text in texts if text not in said_here | {"男", "女"}]:
            found[name] = left
    return found


def _texts(tree: ast.AST) -> Iterator[str]:
    described = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.value


def tidied(table: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Each text where it belongs: with the one file that says it, or in [common]; what nobody says stays in its place.
    Of two translations the first counts."""
    sayers: dict[str, list[str]] = {}
    for name, texts in said().items():
        for text in texts:
            sayers.setdefault(text, []).append(name)
    found: dict[str, dict[str, str]] = {"common": {}}
    done: set[str] = set()
    for section, texts in table.items():
        for text, there in texts.items():
            names = sayers.get(text, [section])
            if text not in done:
                found.setdefault(names[0] if len(names) == 1 else "common", {})[text] = there
                done.add(text)
    return {
        name: dict(sorted(found[name].items())) for name in sorted(found, key=lambda name: (name != "common", name))
    }


def main() -> int:
    """`python -m tests.kiosk.words`: puts each table of words in order, as after a merge."""
    for path in sorted(ROOT.glob("kiosk/words.*.toml")):
        text = path.read_text(encoding="utf-8")
        head = text[: text.index("\n[") + 1]
        parts = []
        for name, texts in tidied(tomllib.loads(text)).items():
            title = f"[{name}]" if name.isalnum() else f'["{name}"]'
            lines = [f"{_quoted(chinese)} = {_quoted(there)}" for chinese, there in texts.items()]
            parts.append("\n".join([title, *lines]))
        path.write_text(head + "\n\n".join(parts) + "\n", encoding="utf-8")
    return 0


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
