"""What a model of printer can do, as data."""

import tomllib
from pathlib import Path
from typing import Literal

import msgspec


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """columns: half-width cells in a line. dots: printable width. text: the characters that the printer draws by
    itself: gb2312, gbk, gb18030, or none (all is drawn here). qr: GS ( k or as a picture. completion: what proves that
    a job came out: `barrier` (GS r), `process-id` (GS ( H), or `probe` to find out at the first print.
    automatic_status: it tells by itself when something changes (GS a). clear: it empties its buffer by DLE DC4 8. cut:
    it has a cutter."""

    columns: int
    dots: int
    text: Literal["gb2312", "gbk", "gb18030", "none"] = "gb18030"
    qr: Literal["native", "raster"] = "raster"
    completion: Literal["barrier", "process-id", "probe"] = "barrier"
    automatic_status: bool = False
    clear: bool = False
    cut: bool = True


def profiles() -> dict[str, Profile]:
    raw = tomllib.loads((Path(__file__).parent / "profiles.toml").read_text(encoding="utf-8"))
    return msgspec.convert(raw, dict[str, Profile])
