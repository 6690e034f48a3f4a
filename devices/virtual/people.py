"""Test persons and the bytes on their cards."""

import random
import tomllib
from pathlib import Path
from typing import Final

PHOTO_BYTES: Final = 1024
FINGERPRINT_BYTES: Final = 1024
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

_LAYOUTS: Final = {
    "ID": "name:30 sex:2 ethnicity:4 birth:16 address:70 number:36 authority:30 valid_from:16 valid_to:16 :36",
    "J": "name:30 sex:2 :4 birth:16 address:70 number:36 authority:30 valid_from:16 valid_to:16 permit_number:18"
    " issue_count:4 :6 kind:2 :6",
    "I": "name_en:120 sex:2 number:30 nationality:6 name:30 valid_from:16 valid_to:16 birth:16 version:4 authority:8"
    " kind:2 :6",
    "Y": "name:30 sex:2 renewals:4 birth:16 name_en:70 number:36 :30 valid_from:16 valid_to:16 name_en_rest:22"
    " nationality:6 kind:2 :6",
}
"""Written a second time on purpose: a mistake in the driver's table must not cancel itself out."""

Person = dict[str, str]


def people() -> dict[str, Person]:
    """By key: title, kind and the fields of the card's layout; the number has its check digit."""
    raw: dict[str, Person] = tomllib.loads((Path(__file__).parent / "people.toml").read_text(encoding="utf-8"))
    return {key: {**person, "number": _with_check_digit(person["number"])} for key, person in raw.items()}


def card_text(person: Person) -> bytes:
    """The 256 bytes of text on this person's card."""
    fields = dict(person)
    fields["name_en_rest"] = fields.get("name_en", "")[35:] if fields["kind"] == "Y" else ""
    text = b""
    for part in _LAYOUTS[fields["kind"]].split(" "):
        name, length = part.split(":")
        written = fields.get(name, "").encode("utf-16-le")[: int(length)]
        text += written + " ".encode("utf-16-le") * ((int(length) - len(written)) // 2)
    return text


def card_photo(person: Person) -> bytes:
    """Bytes that stand for the photo: always the same for the same person, as on a real card."""
    return b"WLf\x00" + random.Random(person["number"]).randbytes(PHOTO_BYTES - 4)  # noqa: S311


def card_fingerprint(person: Person) -> bytes:
    """Bytes that stand for the fingerprints; some cards hold none."""
    if person.get("fingerprint") != "yes":
        return b""
    return random.Random("finger" + person["number"]).randbytes(FINGERPRINT_BYTES)  # noqa: S311


def _with_check_digit(number: str) -> str:
    if not number.endswith("x"):
        return number
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return number[:17] + "10X98765432"[total % 11]
