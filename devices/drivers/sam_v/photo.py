"""The photo, by a vendor's decoder. WLT is closed: there is only what vendors ship, and the kiosk works without.

A decoder is a Python function, `package.module:function`, from the 1,024 bytes on the card to a picture's bytes (BMP,
JPEG or PNG), usually a few lines around the vendor's library. It runs in this process: when it crashes, the host goes
with it and is started again, and finds by its mark in the file system that the decoder must not be called any more.
"""

import importlib
import logging
from collections.abc import Callable
from pathlib import Path

from devices.driver import DriverError

logger = logging.getLogger(__name__)
Decode = Callable[[bytes], bytes]


class PhotoDecoder:
    """name: as in the setting `photo_decoder`; empty: none. code: why there are no photos, though there is a
    decoder."""

    def __init__(self, name: str, files: Path) -> None:
        self.code = ""
        self._mark = files / "decoding"
        self._decode: Decode | None = None
        if not name:
            return
        if self._mark.exists():
            self.code = "reader.photo-decoder"
            return
        module, _, function = name.partition(":")
        try:
            self._decode = getattr(importlib.import_module(module), function)
        except (ImportError, AttributeError, ValueError) as error:
            raise DriverError("device.settings", f"photo_decoder={name}: {error}") from error

    @property
    def works(self) -> bool:
        return self._decode is not None

    def decode(self, photo: bytes) -> bytes:
        """The picture; empty where there is no decoder or it failed."""
        if self._decode is None or not photo:
            return b""
        self._mark.touch()
        try:
            picture = bytes(self._decode(photo))
        except Exception as error:
            logger.warning("the photo decoder failed: %s", type(error).__name__)
            self.code = "reader.photo-decoder"
            return b""
        finally:
            self._mark.unlink(missing_ok=True)  # the folder is emptied after each session
        return picture
