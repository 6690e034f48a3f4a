"""What a session is made in: the catalogue, the place, the time, and what works now. Without I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from kiosk.pages import Option
from kiosk.saying import CHINESE, ITSELF, Saying, tables
from kiosk.services.catalogue import Catalogue
from kiosk.services.expression import Value
from kiosk.services.findable import Findable
from kiosk.services.flow import Flow, Situation
from kiosk.services.ranking import ranked

TILES: Final = 4
"""On one page of services: what fits below each other in both positions of the screen."""


@dataclass(frozen=True)
class Works:
    """What works now. network: the platform is in reach. camera, upload: papers can be given that way."""

    network: bool = False
    camera: bool = False
    upload: bool = False


_CONDITIONS: Final = {"network": ("up", "down"), "camera": ("yes", "no"), "upload": ("yes", "no")}


def _nothing_found(_: str, __: str) -> list[Findable]:
    return []


@dataclass(frozen=True)
class Setting:
    """What a session is made in. wall: the region's wall clock. new_id: 16 random bytes. now: monotonic seconds. used:
    how often each service was handed in here lately. find: services and directory entries by what is typed, in a
    language. say: the screen's own words in the citizen's language."""

    catalogue: Catalogue
    place: str
    wall: Callable[[], datetime]
    now: Callable[[], float]
    new_id: Callable[[], bytes]
    used: Mapping[str, int] = field(default_factory=dict)
    works: Callable[[], Works] = Works
    find: Callable[[str, str], list[Findable]] = _nothing_found
    say: Saying = field(default_factory=Saying)

    def speaking(self, language: str) -> "Setting":
        """This one, which is Chinese, in that language; itself where it is not spoken here."""
        if language == CHINESE or language not in self.languages:
            return self
        return replace(self, catalogue=self.catalogue.speaking(language), say=Saying(language))

    def others(self, language: str) -> list[Option]:
        """Of this one, which is Chinese: the languages to change to, each by its own name."""
        found = [one for one in self.languages if one != language]
        return [Option(value=one, label=Saying(one)(ITSELF)) for one in found]

    @property
    def languages(self) -> list[str]:
        """Of this one, which is Chinese: those that both the screen and the catalogue speak."""
        return [CHINESE, *(one for one in tables() if one in self.catalogue.spoken)]

    def situation(self, identity: Mapping[str, Value]) -> Situation:
        """As it is now. identity: what is known of the citizen; empty before anybody came."""
        works = self.works()
        conditions = {name: yes if getattr(works, name) else no for name, (yes, no) in _CONDITIONS.items()}
        return Situation({**identity, **conditions}, self.wall())

    def offered(self, identity: Mapping[str, Value], known: Mapping[str, str] = MappingProxyType({})) -> list[Flow]:
        """What is offered now, best first. known: answers of this session, by `reuse`."""
        offered = [flow for key, flow in self.catalogue.flows.items() if not self.catalogue.is_hidden(key)]
        return ranked(offered, self.catalogue.first, self.used, self.situation(identity), known)

    def also_likely(self, identity: Mapping[str, Value], known: Mapping[str, str], done: set[str]) -> list[str]:
        """Names of services that only the answers given in this session show to be likely. done: ids of what was handed
        in, which is not named again, nor a bundle that holds it."""
        situation = self.situation(identity)
        return [
            flow.service.name
            for flow in self.offered(identity, known)
            if done.isdisjoint(flow.covers) and flow.is_likely(situation, known) and not flow.is_likely(situation)
        ]

    def told(self) -> list[str]:
        """Names for whoever passes by: a page's worth, and how many there are."""
        names = [flow.service.name for flow in self.offered({})]
        shown = names[:TILES]
        if len(names) <= TILES:
            return shown
        return [*shown[:-1], self.say("{name}等{count}件事", name=shown[-1], count=len(names))]
