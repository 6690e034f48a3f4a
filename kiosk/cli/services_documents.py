"""`kiosk services schema` and `kiosk services table`: what is made from the definitions and their format."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from kiosk.cli.options import print_json
from kiosk.services.bundle import Bundle
from kiosk.services.catalogue import load_region, load_service
from kiosk.services.common_parts import CommonParts
from kiosk.services.definition import Service
from kiosk.services.languages import Language, languages
from kiosk.services.paper import PaperTemplate
from kiosk.services.region import Region
from kiosk.services.schema import schema
from kiosk.services.table import Row, as_markdown, as_text, row

_ENGLISH: Final = "en"


def add_schema(actions: Any) -> None:
    parser = actions.add_parser("schema", help="the format as JSON Schema, for editors")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--bundle", action="store_true", help="of bundles/*.yaml instead of catalogue/*.yaml")
    kinds.add_argument("--paper", action="store_true", help="of papers/*.yaml")
    parser.set_defaults(command=run_schema)


def add_table(actions: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser("table", help="all services with their outcomes")
    parser.add_argument("--markdown", action="store_true", help="the page docs/service-table.md")
    parser.set_defaults(command=run_table)
    return parser


def run_schema(arguments: argparse.Namespace) -> int:
    found = schema(Bundle if arguments.bundle else PaperTemplate if arguments.paper else Service)
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return 0


def run_table(arguments: argparse.Namespace) -> int:
    """Raises DefinitionError for a definition that cannot be used."""
    region = load_region(arguments.folder, arguments.region)
    rows = list(_rows(arguments.folder, region))
    if arguments.json:
        print_json({"region": region.region, "services": [asdict(one) for one in rows]})
    else:
        sys.stdout.write(as_markdown(rows, region) if arguments.markdown else as_text(rows))
    return 0


def _rows(folder: Path, region: Region) -> Iterator[Row]:
    """Also of services that the region does without: they are in the folder."""
    common = CommonParts(folder)
    english = Language(folder, _ENGLISH, common) if _ENGLISH in languages(folder) else None
    for path in sorted((folder / "catalogue").glob("*.yaml")):
        flow = load_service(path, region, common, prove=False)
        yield row(flow, region, english.service(flow.service) if english else None)
