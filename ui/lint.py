"""`python -m ui.lint`: qmllint over all QML, with the types that Python registers. Exit status 1 on any finding."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import PySide6

UI: Final = Path(__file__).parent
MODULES: Final = [UI / "model.py", UI / "panel" / "model.py"]
_TYPE_NAMES: Final = {"dict": "QVariantMap", "list": "QVariantList"}
"""The dump names these types as Python does, which qmllint does not know."""
_TOOLS: Final = Path(PySide6.__file__).parent


def main(arguments: list[str]) -> int:
    """arguments: QML files; none: all of `ui/`."""
    files = [Path(name) for name in arguments] or sorted(UI.rglob("*.qml"))
    with tempfile.TemporaryDirectory() as folder:
        for module in MODULES:
            _describe(module, Path(folder))
        command = [_tool("qmllint"), "-W", "0", "-I", folder, *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.stderr.write(done.stdout + done.stderr)
    sys.stdout.write(f"{len(files)} QML files, {'findings' if done.returncode else 'no findings'}\n")
    return 1 if done.returncode else 0


def _describe(module: Path, imports: Path) -> None:
    """Write what `module` registers as a QML module below `imports`, as qmllint wants it."""
    dumped = subprocess.run(
        [sys.executable, str(_TOOLS / "scripts" / "metaobjectdump.py"), str(module)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for python, qml in _TYPE_NAMES.items():
        dumped = dumped.replace(f'"type": "{python}"', f'"type": "{qml}"')
    uri = json.loads(dumped)[0]["QML_IMPORT_NAME"]
    target = imports / uri
    target.mkdir()
    metatypes = target / "metatypes.json"
    metatypes.write_text(dumped, encoding="utf-8")
    subprocess.run(
        [
            _tool("qmltyperegistrar"),
            f"--generate-qmltypes={target / 'types.qmltypes'}",
            "-o",
            str(target / "unused.cpp"),
            str(metatypes),
            "--import-name",
            uri,
            "--major-version",
            "1",
        ],
        check=True,
        capture_output=True,
    )
    (target / "qmldir").write_text(f"module {uri}\ntypeinfo types.qmltypes\n", encoding="utf-8")


def _tool(name: str) -> str:
    for folder in (_TOOLS / "Qt" / "libexec", _TOOLS):
        if (folder / name).exists():
            return str(folder / name)
    return f"pyside6-{name}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
