"""`kiosk services`: check that every definition leads everyone to an outcome; list what this kiosk offers."""

import argparse
import sys
from pathlib import Path
from typing import Any

from kiosk.cli.options import print_json
from kiosk.services.catalogue import BUILT_IN, load_catalogue, load_region, load_service
from kiosk.services.yaml_source import DefinitionError


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("services", help="check and list service definitions")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="prove that each path through each service ends in an outcome")
    check.add_argument("files", nargs="*", type=Path, help="definitions (default: all of the folder)")
    check.set_defaults(command=run_check)
    listing = actions.add_parser("list", help="the services that this kiosk offers")
    listing.set_defaults(command=run_list)
    for action in (check, listing):
        action.add_argument("--folder", type=Path, default=BUILT_IN, help="folder of catalogue/ and regions/")
        action.add_argument("--region", default="qinghe")
        action.add_argument("--json", action="store_true")


def run_check(arguments: argparse.Namespace) -> int:
    """Exit status 0 when all are sound, 1 when one is not."""
    region = load_region(arguments.folder, arguments.region)
    files = arguments.files or sorted((arguments.folder / "catalogue").glob("*.yaml"))
    problems: list[str] = []
    for path in files:
        try:
            load_service(path, region)
        except DefinitionError as error:
            problems += str(error).splitlines()
    if arguments.json:
        print_json({"checked": len(files), "problems": problems})
    else:
        for problem in problems:
            sys.stderr.write(f"{problem}\n")
        sys.stdout.write(f"{len(files)} definitions checked, {len(problems)} problems\n")
    return 1 if problems or not files else 0


def run_list(arguments: argparse.Namespace) -> int:
    catalogue = load_catalogue(arguments.folder, arguments.region)
    services = [flow.service for flow in catalogue.flows.values()]
    if arguments.json:
        rows = [
            {"service": found.service, "version": found.version, "name": found.name, "mode": found.mode}
            for found in services
        ]
        print_json({"region": catalogue.region.region, "services": rows, "rejected": catalogue.rejected})
    else:
        for found in services:
            sys.stdout.write(f"{found.service}@{found.version}  {found.name}  {found.mode}\n")
        for reason in catalogue.rejected:
            sys.stderr.write(f"left out: {reason}\n")
    return 0
