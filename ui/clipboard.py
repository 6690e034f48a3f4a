"""The clipboard: nothing that one citizen typed may be pasted by the next."""

from PySide6.QtGui import QClipboard


class Clipboard:
    """Implements kiosk.wipe.Place."""

    name = "clipboard"

    def __init__(self, clipboard: QClipboard) -> None:
        self._clipboard = clipboard

    def wipe(self) -> None:
        self._clipboard.clear()

    def remains(self) -> bool:
        content = self._clipboard.mimeData()
        return content is not None and bool(content.formats())
