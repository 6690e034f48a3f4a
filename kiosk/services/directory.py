"""A region's directory: everything that its offices do, most of which cannot be done at a kiosk.

A file of four columns with tabs between: office, type (事项类型), name, implementation code (实施编码). Its entries are
found by search and told from services everywhere: they say where to go, and start nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.services.findable import Findable
from kiosk.services.region import Office, Region
from kiosk.services.yaml_source import DefinitionError, read_text

FOLDER = "directories"
_MAX_BYTES = 8 * 1024 * 1024
_COLUMNS = ("office", "type", "name", "code")


@dataclass(frozen=True)
class Item:
    office: str
    type: str
    name: str
    code: str

    def findable(self) -> Findable:
        return Findable(self.code, self.name, (), here=False, office=self.office)


def load_directory(folder: Path, region: Region) -> dict[str, Item]:
    """By code; nothing for a region that names none. Raises DefinitionError."""
    return read_directory(folder / FOLDER / f"{region.directory}.tsv") if region.directory else {}


def read_directory(path: Path) -> dict[str, Item]:
    """Raises DefinitionError, which names the line."""
    lines = read_text(path, _MAX_BYTES).splitlines()
    found: dict[str, Item] = {}
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(_COLUMNS) or not all(cells):
            raise DefinitionError(f"{path}, line {number}: write {', '.join(_COLUMNS)} with tabs between, none empty")
        item = Item(*cells)
        if item.code in found:
            raise DefinitionError(f"{path}, line {number}: the code {item.code} stands twice")
        found[item.code] = item
    return found


def office_of(region: Region, name: str) -> Office:
    """Where to go. Of an office that the region does not know only whom to ask: the address is empty."""
    return region.offices.get(name, Office(address="", hours=region.hours, phone=region.phone))


def unknown_offices(region: Region, directory: Mapping[str, Item]) -> list[str]:
    """Offices that the directory names and the region file does not."""
    return sorted({item.office for item in directory.values()} - region.offices.keys())
