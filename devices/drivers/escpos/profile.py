"""What a model of printer can do."""

import tomllib
from pathlib import Path
from typing import Literal

import msgspec


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """columns: half-width cells in a line. dots: printable width."""

    columns: int
    dots: int
    qr: Literal["native", "raster"]


def profiles() -> dict[str, Profile]:
    raw = tomllib.loads((Path(__file__).parent / "profiles.toml").read_text(encoding="utf-8"))
    return msgspec.convert(raw, dict[str, Profile])
