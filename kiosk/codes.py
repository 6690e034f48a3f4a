"""The code catalogue: what each stable code means, what to do, and who does it. One place for screen, command line
and documents."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """title, todo: Chinese, for the screen. who: citizen, attendant or technician. *_en: for the command line."""

    title: str
    todo: str
    who: str
    title_en: str
    todo_en: str


@cache
def catalogue() -> dict[str, Description]:
    raw = tomllib.loads((Path(__file__).parent / "codes.toml").read_text(encoding="utf-8"))
    return msgspec.convert(
        {f"{area}.{name}": text for area, codes in raw.items() for name, text in codes.items()},
        dict[str, Description],
    )


def describe(code: str) -> Description:
    """What `code` means. A code that is not in the catalogue is described as itself: a driver may be newer."""
    unknown = Description(
        title="设备出了新问题",
        todo=f"请联系工作人员，告诉他代码 {code}",
        who="technician",
        title_en=f"a problem that this version does not know: {code}",
        todo_en="look the code up in the documents of the driver or update the kiosk",
    )
    return catalogue().get(code, unknown)
