"""The code catalogue: what each stable code means, why it comes, what to do, and who does it. One place for screen,
command line and documents."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from kiosk.saying import CHINESE, Saying


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """title, cause, todo: Chinese, for the screen. *_en: for the command line. cause: empty where the title says it."""

    title: str
    todo: str
    who: Literal["citizen", "attendant", "technician"]
    title_en: str
    todo_en: str
    cause: str = ""
    cause_en: str = ""


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device's status is made of."""

    state: dict[str, Word]
    action: dict[str, Word]
    reason: dict[str, Word]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a fault of a device looks like. fault: the virtual devices' word. state: empty where the status does not
    show it. outcome: of a print meanwhile; empty for other devices."""

    device: Literal["reader", "printer"]
    fault: str
    what: str
    what_en: str
    when: Literal["status", "read", "print"]
    action: str
    code: str
    state: str = ""
    reasons: list[str] = []
    outcome: str = ""


@cache
def catalogue() -> dict[str, Description]:
    return msgspec.convert(
        {f"{area}.{name}": text for area, codes in _read("codes.toml").items() for name, text in codes.items()},
        dict[str, Description],
    )


@cache
def words() -> Words:
    return msgspec.convert(_read("device_words.toml"), Words)


def faults() -> list[Fault]:
    """The fault matrix."""
    return msgspec.convert(_read("faults.toml")["fault"], list[Fault])


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


def described(code: str, say: Saying) -> Description:
    """For the screen: title and todo in the citizen's language, where they have a wording for citizens, else that of
    the command line."""
    found = describe(code)
    if say.language == CHINESE:
        return found
    return msgspec.structs.replace(found, title=_said(found, "title", say), todo=_said(found, "todo", say))


def _said(found: Description, name: str, say: Saying) -> str:
    chinese = str(getattr(found, name))
    said = say(chinese)
    if said == chinese:
        said = str(getattr(found, f"{name}_{say.language}", chinese))
    return said[:1].upper() + said[1:]


def _read(name: str) -> dict[str, dict[str, object]]:
    return tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
