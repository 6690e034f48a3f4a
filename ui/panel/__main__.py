"""`python -m ui.panel --control SOCKET --accept COMMAND`: the demo's panel."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from devices.virtual.control import VirtualControl

os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

from ui.panel.model import PanelModel


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="panel", description=__doc__)
    parser.add_argument("--control", type=Path, required=True, help="socket of the virtual devices")
    parser.add_argument("--accept", type=json.loads, required=True, help="command that accepts a case, a JSON list")
    parser.add_argument("--left", type=int, default=20, help="where the window begins, in pixels")
    given = parser.parse_args(arguments)
    app = QGuiApplication(sys.argv[:1])
    app.setFont(QFont("Noto Sans CJK SC"))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    model = PanelModel(VirtualControl(given.control), given.accept)
    engine = QQmlApplicationEngine()
    engine.setInitialProperties({"model": model, "left": given.left})
    engine.load(QUrl.fromLocalFile(str(Path(__file__).parent / "Panel.qml")))
    status = app.exec() if engine.rootObjects() else 1
    del engine
    return status


if __name__ == "__main__":
    sys.exit(main())
