"""Where the published catalogue lies on a kiosk: the agent puts it there, the screen reads it."""

from pathlib import Path
from typing import Final

FOLDER: Final = "catalogue"
CURRENT: Final = "current"


def served(data: Path) -> Path | None:
    """The set that counts now; None before the first. Its name says its version; a set is never changed."""
    link = data / FOLDER / CURRENT
    return link.resolve() if link.is_symlink() and link.exists() else None
