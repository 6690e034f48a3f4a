"""`python -m ui.gallery FOLDER [--landscape] [--language en]`: a picture of every page with sample data, to look at."""

import argparse
import os
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtQuick import QQuickWindow

from kiosk.actions import Action
from kiosk.pages import (
    AnyPage,
    Bar,
    IdleWarning,
)
from kiosk.saying import CHINESE, Saying
from ui.app import FONT, load_window, window_size
from ui.model import ScreenModel
from ui.samples import PAGES, TECHNICIANS, WARNING

PX_PER_MM: Final = 4.02


def spoken(page: AnyPage, language: str) -> AnyPage:
    """The sample in that language: by the screen's own words, else by `gallery.LANGUAGE.toml`."""
    if language == CHINESE:
        return page
    say = Saying(language)
    samples = tomllib.loads(Path(__file__).with_name(f"gallery.{language}.toml").read_text(encoding="utf-8"))["samples"]

    def said(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: said(value) for name, value in part.items()}
        if isinstance(part, list):
            return [said(value) for value in part]
        return samples.get(part, say(part)) if isinstance(part, str) else part

    return msgspec.convert(said(msgspec.to_builtins(page)), type(page))


class FixedSource:
    """A ScreenSource that shows what it is given and keeps what was tapped."""

    def __init__(self, page: AnyPage, warning: IdleWarning | None = None, language: str = CHINESE) -> None:
        self.page = page
        self.language = language
        self.warning = warning
        self.on_change: Callable[[], None] = lambda: None
        self.actions: list[Action] = []

    @property
    def bar(self) -> Bar:
        say = Saying(self.language)
        return Bar(place="柳溪镇便民服务中心", link=say("未联网，照常办理"), printer=say("打印机没纸了"))

    def act(self, action: Action) -> None:
        self.actions.append(action)


def draw(source: FixedSource, path: Path, orientation: str) -> None:
    """Save what the screen shows of `source`."""
    model = ScreenModel(source, PX_PER_MM)
    engine, window = load_window(model, window_size(orientation, PX_PER_MM), kiosk=False)
    window.show()
    first_frame(window)
    window.grabWindow().save(str(path))
    window.close()
    del window, engine


def first_frame(window: QQuickWindow) -> None:
    """Run the event loop until a frame was drawn after everything found its place."""
    loop = QEventLoop()
    frames: list[int] = []

    def drawn() -> None:
        frames.append(1)
        if len(frames) == 2:
            loop.quit()
        else:
            window.update()

    window.frameSwapped.connect(drawn)
    QTimer.singleShot(5000, loop.quit)
    window.update()
    loop.exec()
    window.frameSwapped.disconnect(drawn)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="gallery", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--landscape", action="store_true")
    parser.add_argument("--language", default=CHINESE)
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    app = QGuiApplication(sys.argv[:1])
    app.setFont(QFont(FONT))
    orientation = "landscape" if given.landscape else "portrait"
    for name, page in PAGES.items():
        language = CHINESE if name in TECHNICIANS else given.language
        source = FixedSource(spoken(page, language), language=language)
        draw(source, given.folder / f"{orientation}-{name}.png", orientation)
    warning = msgspec.structs.replace(WARNING, text=Saying(given.language)(WARNING.text))
    page = spoken(PAGES["services"], given.language)
    draw(FixedSource(page, warning, given.language), given.folder / f"{orientation}-warning.png", orientation)
    return 0


if __name__ == "__main__":
    sys.exit(main())
