"""The services that this kiosk offers, and its region."""

from dataclasses import dataclass
from pathlib import Path

from kiosk.services.check import check
from kiosk.services.common_questions import CommonQuestions
from kiosk.services.definition import Region, Service
from kiosk.services.flow import Flow
from kiosk.services.yaml_source import DefinitionError, line_of, read_yaml

BUILT_IN = Path(__file__).parent


@dataclass(frozen=True)
class Catalogue:
    """flows: by service id. rejected: why a definition is left out, one sentence each; the others still work."""

    region: Region
    flows: dict[str, Flow]
    rejected: list[str]


def load_region(folder: Path, name: str) -> Region:
    """Raises DefinitionError."""
    path = folder / "regions" / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in path.parent.glob("*.yaml"))) or "none"
        raise DefinitionError(f"{path}: there is no region {name!r}; known: {known}")
    return read_yaml(path, Region)


def load_service(path: Path, region: Region, common: CommonQuestions) -> Flow:
    """Raises DefinitionError, a line for each finding of the check."""
    service = read_yaml(path, Service, lambda data: common.resolve(data, path))
    findings = check(service, region)
    if findings:
        raise DefinitionError(
            "\n".join(f"{path}, line {line_of(path, list(found.where))}: {found.message}" for found in findings)
        )
    return Flow(service)


def load_catalogue(folder: Path, region_name: str) -> Catalogue:
    """A definition with a mistake takes away itself and nothing else. Raises DefinitionError for the region."""
    region = load_region(folder, region_name)
    flows: dict[str, Flow] = {}
    rejected = []
    common = CommonQuestions(folder)
    for path in sorted((folder / "catalogue").glob("*.yaml")):
        try:
            flow = load_service(path, region, common)
        except DefinitionError as error:
            rejected.append(str(error))
        else:
            flows[flow.service.service] = flow
    return Catalogue(region, flows, rejected)
