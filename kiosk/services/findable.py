"""What can be found. Apart from the finder, which takes a quarter of a second to load."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Findable:
    """words: what people call it, beside its name. here: it can be used at this kiosk; else it is a directory entry.
    office: who handles it, in words."""

    key: str
    name: str
    words: tuple[str, ...] = ()
    here: bool = True
    office: str = ""
