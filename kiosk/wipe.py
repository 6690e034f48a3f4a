"""After a session: everything personal outside sealed entries goes, and it is looked whether it went."""

import gc
import logging
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

logger = logging.getLogger(__name__)


class Place(Protocol):
    """Somewhere that a session's data may be left. name: for the journal."""

    name: str

    def wipe(self) -> None: ...
    def remains(self) -> bool: ...


class Memory:
    """An object that holds a citizen's data; it is gone when nothing refers to it any more."""

    def __init__(self, name: str, held: object) -> None:
        self.name = name
        self._held = weakref.ref(held)

    def wipe(self) -> None:
        gc.collect()

    def remains(self) -> bool:
        return self._held() is not None


class Folder:
    """A folder for files that pass through a session: spools, scans, photos."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path

    def wipe(self) -> None:
        for path in self._files():
            try:
                path.unlink()
            except OSError as error:
                logger.error("%s: a file cannot be removed: %s", self.name, error.strerror)  # noqa: TRY400

    def remains(self) -> bool:
        return bool(self._files())

    def _files(self) -> list[Path]:
        return [path for path in self._path.rglob("*") if not path.is_dir()]


def wipe(places: Iterable[Place]) -> dict[str, bool]:
    """Wipe every place; returns where something remains, by name."""
    found = {}
    for place in places:
        place.wipe()
        found[place.name] = place.remains()
    return found
