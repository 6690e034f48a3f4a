"""Sets a certificate as PDF/A-2b (ISO 19005-2), by typst."""

import io
import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import qrcode
import typst
from qrcode.image.svg import SvgPathImage

_TEMPLATE: Final = Path(__file__).parent / "templates" / "certificate.typ"


class TypesettingError(Exception):
    """The certificate cannot be set: no fonts, or a character that they do not have."""

    code = "certificate.failed"


@dataclass(frozen=True)
class Sheet:
    """facts: (label, value), for the table. text: paragraphs parted by line ends. code: as people read it. address:
    where it is verified; the QR code's content. issued: in the office's time zone."""

    title: str
    number: str
    facts: tuple[tuple[str, str], ...]
    text: str
    office: str
    code: str
    address: str
    issued: datetime


def typeset(sheet: Sheet, fonts: Path) -> bytes:
    """The PDF. fonts: a folder with Noto Serif CJK SC. Raises TypesettingError."""
    written = "".join([sheet.title, *dict(sheet.facts).values(), sheet.text])
    if any(unicodedata.category(character) == "Co" for character in written):
        raise TypesettingError("a character is of a private range, which each font draws differently: write it anew")
    if not any(fonts.glob("*.[ot]t[cf]")):
        raise TypesettingError(f"there are no fonts in {fonts}: install fonts-noto-cjk, or name a folder with --fonts")
    data = {
        "title": sheet.title,
        "number": sheet.number,
        "facts": sheet.facts,
        "paragraphs": [line for line in sheet.text.splitlines() if line.strip()],
        "office": sheet.office,
        "code": sheet.code,
        "address": sheet.address,
        "qr": _qr(sheet.address),
        "date": f"{sheet.issued.year}年{sheet.issued.month}月{sheet.issued.day}日",
    }
    try:
        made = typst.compile(
            _TEMPLATE,
            font_paths=[fonts],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards="a-2b",
            timestamp=sheet.issued.replace(microsecond=0),
        )
    except typst.TypstError as error:
        # The message may quote the text; the code and the hint are enough, and name nobody.
        reason = "a character is in none of the fonts" if "could not be displayed" in str(error) else "see the template"
        raise TypesettingError(f"the certificate was not set: {reason}") from None
    assert isinstance(made, bytes)
    return made


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=0).save(drawn)
    return drawn.getvalue().decode()
