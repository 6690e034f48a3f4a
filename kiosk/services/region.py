"""What differs from region to region: names, counters, amounts and ages. Pure: no I/O."""

from typing import Final, Literal

import msgspec

from kiosk.services.definition import FileName, Identifier


class _Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Office(_Data, frozen=True, kw_only=True):
    address: str
    hours: str
    phone: str


class Counter(_Data, frozen=True, kw_only=True):
    """Where people are served; texts name its parts as `{civil.name}`."""

    name: str
    address: str
    hours: str
    phone: str


class Region(_Data, frozen=True, kw_only=True):
    """addresses: how a card's address begins when its holder's household is in this region. counters: by the ids that
    services use. numbers: amounts and ages, for texts and expressions; words: for texts. directory: the name of the
    file in directories/ that lists what its offices do, if there is one. offices: by the name that the directory uses.
    first: services that are offered before all others, whatever people use. without: services that are not offered
    here.
    """

    format: Literal[1]
    region: FileName
    version: int
    code: str
    name: str
    addresses: list[str]
    office: str
    office_address: str
    hours: str
    phone: str
    counters: dict[Identifier, Counter] = {}
    numbers: dict[Identifier, int] = {}
    words: dict[Identifier, str] = {}
    directory: FileName | Literal[""] = ""
    offices: dict[str, Office] = {}
    first: list[Identifier] = []
    without: list[Identifier] = []

    def value(self, name: str) -> str | None:
        """What `{region.NAME}` stands for."""
        if name in _OWN:
            return str(getattr(self, name))
        return str(self.numbers[name]) if name in self.numbers else self.words.get(name)


_OWN: Final = frozenset({"name", "office", "office_address", "hours", "phone"})
