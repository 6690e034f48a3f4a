"""What holds for some kiosks of a region only: `kiosks/REGION.yaml`, published and signed with all the rest."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from kiosk.services.bundle import BundleFlow
from kiosk.services.check import Where
from kiosk.services.definition import Identifier
from kiosk.services.flow import Flow
from kiosk.services.region import Region
from kiosk.services.yaml_source import DefinitionError, read_yaml, refusal

FOLDER: Final = "kiosks"
_KIOSK: Final = re.compile(r"K[0-9]{4,12}")


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Kiosks that offer their services alike. id: what the platform's people call it. kiosks: their ids; none is in two
    groups. first: services before all others, those of the region's `first` included. hidden: services that are not
    offered; whoever looks for one is told where it is done."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    kiosks: list[str]
    first: list[Identifier] = []
    hidden: list[Identifier] = []


class Groups(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal[1]
    groups: list[Group]


NO_GROUP: Final = Group(id="", kiosks=[])
"""Of a kiosk of which nothing is said."""


def group_of(groups: Iterable[Group], kiosk: str) -> Group:
    return next((one for one in groups if kiosk in one.kiosks), NO_GROUP)


def read_groups(folder: Path, region_name: str) -> list[Group]:
    """None where the region has no such file. Raises DefinitionError."""
    path = _path(folder, region_name)
    return read_yaml(path, Groups).groups if path.exists() else []


def load_groups(
    folder: Path, region_name: str, region: Region, flows: Mapping[str, Flow]
) -> tuple[list[Group], list[str]]:
    """The groups, and what is wrong with them, a line for each finding; a group with a mistake works as far as it can.
    region_name: of its file, as kiosks are configured. flows: what the region offers, bundles too."""
    defined = {path.stem for part in ("catalogue", "bundles") for path in (folder / part).glob("*.yaml")}
    try:
        groups = read_groups(folder, region_name)
        if findings := list(_findings(groups, region, flows, defined | flows.keys())):
            return groups, str(refusal(_path(folder, region_name), findings)).splitlines()
    except DefinitionError as error:
        return [], str(error).splitlines()
    return groups, []


def strays(folder: Path) -> list[str]:
    """A line for each file that no region's kiosks would read."""
    regions = {path.name for path in (folder / "regions").glob("*.yaml")}
    return [
        f"{path}: is read by no kiosk: name it after its region, one of {', '.join(sorted(regions))}"
        for path in sorted((folder / FOLDER).glob("*"))
        if path.name not in regions
    ]


def _path(folder: Path, region_name: str) -> Path:
    return folder / FOLDER / f"{region_name}.yaml"


def _findings(
    groups: list[Group], region: Region, flows: Mapping[str, Flow], defined: set[str]
) -> Iterable[tuple[Where, str]]:
    group_by_kiosk: dict[str, str] = {}
    for at, group in enumerate(groups):
        here = ("groups", at)
        if group.id in [one.id for one in groups[:at]]:
            yield (*here, "id"), f"the group {group.id!r} stands twice: give one another id, or write them as one"
        for place, kiosk in enumerate(group.kiosks):
            if not _KIOSK.fullmatch(kiosk):
                message = f"{kiosk!r} is no kiosk's id: write it as `central kiosks` lists it, such as K0003"
                yield (*here, "kiosks", place), message
            elif kiosk in group_by_kiosk:
                message = f"{kiosk} is in the group {group_by_kiosk[kiosk]!r} already: leave it in one"
                yield (*here, "kiosks", place), message
            group_by_kiosk.setdefault(kiosk, group.id)
        for name, services in (("first", group.first), ("hidden", group.hidden)):
            for place, service in enumerate(services):
                if trouble := _trouble(group, name, place, service, region, defined):
                    yield (*here, name, place), trouble
        for flow in flows.values():
            if isinstance(flow, BundleFlow) and flow.bundle.bundle not in group.hidden:
                for service in sorted({part.service for part in flow.bundle.parts} & {*group.hidden}):
                    message = f"{service} is offered as a part of {flow.bundle.bundle}: hide that, too"
                    yield (*here, "hidden", group.hidden.index(service)), message


def _trouble(group: Group, name: str, place: int, service: str, region: Region, defined: set[str]) -> str:
    """name: of the list."""
    if service in region.without:
        return f"{service} is among those that the region is `without`: delete it here"
    if service not in defined:
        return f"there is no service and no bundle {service!r}: `kiosk services list` names them all"
    if service in getattr(group, name)[:place]:
        return f"{service} stands twice in `{name}`: delete one"
    if name == "hidden" and service in group.first:
        return f"{service} stands in `first` and in `hidden`: delete one"
    return ""
