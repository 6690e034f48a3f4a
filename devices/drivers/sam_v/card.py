"""The card's 256-byte text (UTF-16LE, space padded) in its four layouts. Pure. Source: facts page on cards.

J and Y rest on one public reader project. Unknown codes are shown raw, never guessed.
"""

from typing import Any, Final

from devices.contract import Card

TEXT_BYTES: Final = 256
_TYPE_AT: Final = 248

_LAYOUTS: Final[dict[str, list[tuple[str, int]]]] = {
    "ID": [
        ("name", 30), ("sex", 2), ("ethnicity", 4), ("birth", 16), ("address", 70), ("id_number", 36),
        ("authority", 30), ("valid_from", 16), ("valid_to", 16), ("", 36),
    ],
    "J": [
        ("name", 30), ("sex", 2), ("", 4), ("birth", 16), ("address", 70), ("id_number", 36), ("authority", 30),
        ("valid_from", 16), ("valid_to", 16), ("permit_number", 18), ("", 4), ("", 6), ("", 2), ("", 6),
    ],
    "I": [
        ("name_en", 120), ("sex", 2), ("id_number", 30), ("nationality", 6), ("name", 30), ("valid_from", 16),
        ("valid_to", 16), ("birth", 16), ("", 4), ("authority", 8), ("", 2), ("", 6),
    ],
    "Y": [
        ("name", 30), ("sex", 2), ("", 4), ("birth", 16), ("name_en", 70), ("id_number", 36), ("", 30),
        ("valid_from", 16), ("valid_to", 16), ("name_en_rest", 22), ("nationality", 6), ("", 2), ("", 6),
    ],
}  # fmt: skip
_NAME_ENDS: Final = {
    "ID": ("name",), "J": ("name",), "I": ("name", "name_en"), "Y": ("name", "name_en_rest"),
}  # fmt: skip
"""Where a name may run over."""
_BLANK: Final = (b" \0", b"\0\0")
_KINDS: Final = {" ": "ID", "\0": "ID", "I": "I", "J": "J", "Y": "Y"}

_SEX: Final = {"0": "未知", "1": "男", "2": "女", "9": "未说明"}
_ETHNICITIES: Final = """
汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇
柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔
独龙 鄂伦春 赫哲 门巴 珞巴 基诺
"""
_ETHNICITY: Final = {
    **{f"{code:02}": name for code, name in enumerate(_ETHNICITIES.split(), start=1)},
    "97": "其他",
    "98": "外国血统",
}
"""GB/T 3304."""
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class CardTextError(ValueError):
    """The text is not in a layout that is known."""


def parse_text(text: bytes) -> Card:
    """Raises CardTextError."""
    if len(text) != TEXT_BYTES:
        raise CardTextError(f"the text has {len(text)} bytes instead of {TEXT_BYTES}")
    try:
        kind = _KINDS[text[_TYPE_AT : _TYPE_AT + 2].decode("utf-16-le")]
        fields: dict[str, Any] = {}
        at, full = 0, False
        for name, length in _LAYOUTS[kind]:
            if name:
                fields[name] = _decode(text[at : at + length])
                full |= name in _NAME_ENDS[kind] and text[at + length - 2 : at + length] not in _BLANK
            at += length
    except (KeyError, UnicodeDecodeError) as error:
        raise CardTextError("the text is not in a layout that is known") from error
    fields["name_en"] = fields.get("name_en", "") + fields.pop("name_en_rest", "")
    fields["sex"] = _SEX.get(fields["sex"], fields["sex"])
    if "ethnicity" in fields:
        fields["ethnicity"] = _ETHNICITY.get(fields["ethnicity"], fields["ethnicity"])
    for name in ("birth", "valid_from", "valid_to"):
        fields[name] = _iso_date(fields[name])
    return Card(kind=kind, name_full=full, **fields)


def has_valid_check_digit(card: Card) -> bool:
    """GB 11643 (ISO 7064 MOD 11-2). A number that is not of 18 characters (layout I) has none to check."""
    number = card.id_number
    if len(number) != 18:
        return card.kind == "I" and bool(number)
    if not (number[:17].isascii() and number[:17].isdigit()):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11] == number[17]


def _decode(field: bytes) -> str:
    """A rare character at the end of a full field may have been cut in two; its half is left out."""
    if 0xD8 <= field[-1] <= 0xDB:
        field = field[:-2]
    return field.decode("utf-16-le").rstrip(" \0")


def _iso_date(raw: str) -> str:
    return f"{raw[:4]}-{raw[4:6]}-{raw[6:]}" if len(raw) == 8 and raw.isascii() and raw.isdigit() else raw
