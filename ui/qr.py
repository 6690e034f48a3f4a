"""QR codes on the screen, drawn by the `qrcode` library: `image://qr/TEXT` in QML."""

from urllib.parse import unquote

import qrcode
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

QUIET_ZONE = 4


class QrImages(QQuickImageProvider):
    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, text: str, size: QSize, _: QSize) -> QImage:  # noqa: N802
        """One pixel a module, with the quiet zone; QML scales it without smoothing."""
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE)
        code.add_data(unquote(text))
        code.make(fit=True)
        modules = code.get_matrix()
        width = len(modules)
        image = QImage(width, width, QImage.Format.Format_RGB32)
        for y, row in enumerate(modules):
            for x, dark in enumerate(row):
                image.setPixel(x, y, 0xFF000000 if dark else 0xFFFFFFFF)
        size.setWidth(width)
        size.setHeight(width)
        return image
