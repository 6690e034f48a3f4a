"""The services that this kiosk offers, and its region."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kiosk.saying import CHINESE, Saying
from kiosk.services.bundle import Bundle, BundleFlow
from kiosk.services.bundle_check import check_bundle
from kiosk.services.check import check
from kiosk.services.common_parts import CommonParts
from kiosk.services.definition import Service
from kiosk.services.directory import Item, load_directory
from kiosk.services.findable import Findable
from kiosk.services.flow import Flow
from kiosk.services.kiosks import NO_GROUP, Group, group_of, load_groups
from kiosk.services.languages import Language, languages, papers_path
from kiosk.services.papers import Papers, all_papers, built_in_papers, own_papers, spoken_papers
from kiosk.services.region import Region
from kiosk.services.yaml_source import DefinitionError, read_yaml, refusal

BUILT_IN = Path(__file__).parent
_PLACE: Final = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Catalogue:
    """flows: by service id. rejected: why a definition is left out, one sentence each; the others still work.
    spoken: the same in other languages. directory: what the region's offices do beside that, by code. papers: how each
    kind of paper is written, by its name; all are there. group: what is said of this kiosk."""

    region: Region
    flows: dict[str, Flow]
    rejected: list[str]
    spoken: dict[str, "Catalogue"] = field(default_factory=dict)
    directory: dict[str, Item] = field(default_factory=dict)
    papers: Papers = field(default_factory=built_in_papers)
    group: Group = NO_GROUP

    @property
    def first(self) -> list[str]:
        """Ids of what the platform's people put before all others here, best first."""
        return list(dict.fromkeys([*self.group.first, *self.region.first]))

    def is_hidden(self, service: str) -> bool:
        """It works, but is not offered at this kiosk."""
        return service in self.group.hidden

    def findable(self, language: str = CHINESE) -> list[Findable]:
        """Services first; they are what can be done here. In another language than Chinese nobody wrote what people
        call them: their summaries stand for that, and the Chinese words are still found."""
        there = self.speaking(language).flows
        here = []
        for key, flow in self.flows.items():
            words, said = flow.service.words, there[key].service
            if said is not flow.service:
                words = [_PLACE.sub("", said.summary), flow.service.name, *words]
            here.append(Findable(key, said.name, tuple(words), office=flow.service.office))
        return [*here, *(item.findable() for item in self.directory.values())]

    def speaking(self, language: str) -> "Catalogue":
        """The same in that language; in Chinese where there is none such."""
        return self.spoken.get(language, self)


def load_region(folder: Path, name: str) -> Region:
    """Raises DefinitionError."""
    path = folder / "regions" / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in path.parent.glob("*.yaml"))) or "none"
        raise DefinitionError(f"{path}: there is no region {name!r}; known: {known}")
    return read_yaml(path, Region)


def load_service(path: Path, region: Region, common: CommonParts, *, prove: bool = True) -> Flow:
    """Raises DefinitionError, a line for each finding of the check."""
    service = read_yaml(path, Service, lambda data: common.resolve(data, path))
    findings = check(service, region, prove=prove)
    if findings:
        raise refusal(path, ((found.where, found.message) for found in findings))
    return Flow(service, region.numbers)


def load_bundle(path: Path, flows: Mapping[str, Flow], region: Region, common: CommonParts) -> BundleFlow:
    """flows: of services. Raises DefinitionError, a line for each finding of the check."""
    bundle = read_yaml(path, Bundle, lambda data: common.resolve(data, path))
    findings = check_bundle(bundle, flows, region)
    if findings:
        raise refusal(path, ((found.where, found.message) for found in findings))
    return BundleFlow(bundle, flows, region.numbers)


def load_catalogue(folder: Path, region_name: str, *, prove: bool = False, kiosk: str = "") -> Catalogue:
    """A definition with a mistake takes away itself and nothing else. Raises DefinitionError for the region. prove: as
    for the check; what the platform published was proved before it was taken. kiosk: the id of the one that offers it;
    empty: any."""
    region = load_region(folder, region_name)
    flows: dict[str, Flow] = {}
    known: set[str] = set()
    rejected: list[str] = []
    common = CommonParts(folder)
    for path in sorted((folder / "catalogue").glob("*.yaml")):
        try:
            flow = load_service(path, region, common, prove=prove)
        except DefinitionError as error:
            rejected.append(str(error))
        else:
            if flow.service.service in known:
                rejected.append(_twice(path, flow))
            elif flow.service.service not in region.without:
                flows[flow.service.service] = flow
            known.add(flow.service.service)
    services = dict(flows)
    for path in sorted((folder / "bundles").glob("*.yaml")):
        try:
            bundle = load_bundle(path, services, region, common)
        except DefinitionError as error:
            rejected.append(str(error))
        else:
            if bundle.bundle.bundle in known:
                rejected.append(_twice(path, bundle))
            elif bundle.bundle.bundle not in region.without:
                flows[bundle.bundle.bundle] = bundle
            known.add(bundle.bundle.bundle)
    groups, troubles = load_groups(folder, region_name, region, flows)
    rejected += troubles
    group = group_of(groups, kiosk)
    papers, troubles = own_papers(folder)
    rejected += troubles
    spoken = {}
    for name in languages(folder):
        try:
            language = Language(folder, name, common)
            there = language.region(region)
            told = {key: _told(flow, language, there, rejected) for key, flow in (services | flows).items()}
            told = {key: _with_parts(flow, told) for key, flow in told.items() if key in flows}
            told_papers, troubles = spoken_papers(papers, papers_path(folder, name))
            rejected += troubles
            spoken[name] = Catalogue(there, told, [], papers=told_papers, group=group)
        except DefinitionError as error:
            rejected.append(str(error))
    try:
        directory = load_directory(folder, region)
    except DefinitionError as error:
        rejected.append(str(error))
        directory = {}
    for one in spoken.values():
        one.directory.update(directory)
    return Catalogue(region, flows, rejected, spoken, directory, all_papers(papers), group)


def _twice(path: Path, flow: Flow) -> str:
    return f"{path}: there is another {flow.service.service!r} in this folder: give one of them another name"


def _told(flow: Flow, language: Language, region: Region, rejected: list[str]) -> Flow:
    """In that language, or in Chinese where the translation is wrong."""
    try:
        return flow.speaking(language.checked(flow.service, region), Saying(language.name))
    except DefinitionError as error:
        rejected.append(str(error))
        return flow


def _with_parts(flow: Flow, flows: Mapping[str, Flow]) -> Flow:
    return flow.with_parts(flows) if isinstance(flow, BundleFlow) else flow
