"""The translations that stand beside a catalogue: `translations/en/NAME.yaml` for a definition, `common.yaml` for the
common parts, `region-NAME.yaml` for a region, `papers.yaml` for the paper templates."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from kiosk.services.check import check_texts
from kiosk.services.common_parts import LISTS, CommonParts
from kiosk.services.definition import Service
from kiosk.services.region import Region
from kiosk.services.translation import Tree, missing, translated
from kiosk.services.yaml_source import DefinitionError, read_yaml

FOLDER: Final = "translations"


class Language:
    """One language of one folder."""

    def __init__(self, folder: Path, name: str, common: CommonParts) -> None:
        self.name = name
        self._folder = folder / FOLDER / name
        self._common = common
        self._common_tree = self._read("common")

    def service(self, service: Service) -> Service:
        """Raises DefinitionError."""
        return translated(service, self._tree(service))

    def checked(self, service: Service, region: Region) -> Service:
        """As `service`, where each text names only what is in `region`, since it is filled while a citizen waits.
        Raises DefinitionError."""
        found = self.service(service)
        path = self._folder / f"{service.service}.yaml"
        if findings := check_texts(found, region):
            places = [f"{path}: {'.'.join(map(str, one.where))}: {one.message}" for one in findings]
            raise DefinitionError("\n".join(places))
        return found

    def region(self, region: Region) -> Region:
        """Raises DefinitionError."""
        return translated(region, self._read(f"region-{region.region}"))

    def missing(self, service: Service) -> list[str]:
        """Sentences about what is not translated, or translated for nothing. Raises DefinitionError."""
        path = self._folder / f"{service.service}.yaml"
        return [f"{path}: {place} is not translated" for place in missing(service, self._tree(service))]

    def missing_of_region(self, region: Region) -> list[str]:
        path = self._folder / f"region-{region.region}.yaml"
        left = missing(region, self._read(path.stem))
        return [f"{path}: {place} is not translated" for place in left if not place.startswith("offices.")]

    def _tree(self, service: Service) -> Tree:
        """Its own texts; those of common parts where the definition took them unchanged."""
        tree = dict(self._read(service.service))
        for kind in LISTS:
            own = tree.get(kind)
            parts = dict(own) if isinstance(own, Mapping) else {}
            for part in getattr(service, kind):
                mine = parts.get(part.id)
                both = {**self._unchanged(kind, part), **(mine if isinstance(mine, Mapping) else {})}
                if both:
                    parts[part.id] = both
            if parts:
                tree[kind] = parts
        return tree

    def _unchanged(self, kind: str, part: Any) -> dict[str, Any]:
        common = self._common.known(kind).get(part.id, {})
        there = self._common_tree.get(kind)
        found = there.get(part.id) if isinstance(there, Mapping) else None
        tree = dict(found) if isinstance(found, Mapping) else {}
        if kind == "consents":
            tree.setdefault("agree", self._common_tree.get("agree"))
        same = {name: text for name, text in tree.items() if name != "options" and self._same(part, common, name)}
        if common.get("options") == [{"value": one.value, "label": one.label} for one in getattr(part, "options", [])]:
            same["options"] = tree.get("options")
        return same

    @staticmethod
    def _same(part: Any, common: Mapping[str, Any], name: str) -> bool:
        default = next((one.default for one in msgspec.structs.fields(part) if one.name == name), "")
        return bool(getattr(part, name, None) == common.get(name, default))

    def _read(self, name: str) -> dict[str, Any]:
        path = self._folder / f"{name}.yaml"
        return read_yaml(path, dict[str, Any], _named) if path.exists() else {}


def _named(found: Any) -> Any:
    """Keys as texts: YAML reads an unquoted `yes` as true, and 1 as a number."""
    if isinstance(found, list):
        return [_named(one) for one in found]
    if not isinstance(found, dict):
        return found
    words = {True: "yes", False: "no"}
    return {words[key] if isinstance(key, bool) else str(key): _named(value) for key, value in found.items()}


def papers_path(folder: Path, language: str) -> Path:
    return folder / FOLDER / language / "papers.yaml"


def languages(folder: Path) -> list[str]:
    """Those that there are translations for, beside Chinese."""
    found = (folder / FOLDER).glob("*/") if (folder / FOLDER).is_dir() else []
    return sorted(path.name for path in found if path.is_dir())
