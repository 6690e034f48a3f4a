"""`kiosk services`: check that every definition leads everyone to an outcome; list what this kiosk offers."""

import argparse
import sys
from pathlib import Path
from typing import Any

from kiosk.cli.options import print_json
from kiosk.services.catalogue import BUILT_IN, load_catalogue, load_region, load_service
from kiosk.services.directory import load_directory, office_of
from kiosk.services.yaml_source import DefinitionError


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("services", help="check and list service definitions")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="prove that each path through each service ends in an outcome")
    check.add_argument("files", nargs="*", type=Path, help="definitions (default: all of the folder)")
    check.set_defaults(command=run_check)
    listing = actions.add_parser("list", help="the services that this kiosk offers")
    listing.set_defaults(command=run_list)
    find = actions.add_parser("find", help="what a citizen finds who types these words")
    find.add_argument("words", nargs="+")
    find.set_defaults(command=run_find)
    for action in (check, listing, find):
        action.add_argument(
            "--folder", type=Path, default=BUILT_IN, help="folder of catalogue/, regions/ and directories/"
        )
        action.add_argument("--region", default="qinghe")
        action.add_argument("--json", action="store_true")


def run_check(arguments: argparse.Namespace) -> int:
    """Exit status 0 when all are sound, 1 when one is not."""
    region = load_region(arguments.folder, arguments.region)
    files = arguments.files or sorted((arguments.folder / "catalogue").glob("*.yaml"))
    problems: list[str] = []
    for path in files:
        try:
            load_service(path, region, arguments.folder)
        except DefinitionError as error:
            problems += str(error).splitlines()
    try:
        load_directory(arguments.folder, region)
    except DefinitionError as error:
        problems.append(str(error))
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


def run_find(arguments: argparse.Namespace) -> int:
    """Exit status 1 when nothing is found."""
    # pinyin takes a quarter of a second to load
    from kiosk.services.finding import Findable, Finder

    catalogue = load_catalogue(arguments.folder, arguments.region)
    listed = load_directory(arguments.folder, catalogue.region)
    services = [flow.service for flow in catalogue.flows.values()]
    entries = [Findable(one.service, one.name, tuple(one.words)) for one in services]
    found = Finder([*entries, *(item.findable() for item in listed.values())]).find(" ".join(arguments.words))
    if arguments.json:
        print_json({"found": [{"key": one.key, "name": one.name, "here": one.here} for one in found]})
        return 0 if found else 1
    for one in found:
        if one.here:
            sys.stdout.write(f"{one.name}  [{one.key}]\n")
            continue
        office = listed[one.key].office
        where = office_of(catalogue.region, office)
        sys.stdout.write(f"{one.name}  这里不能办：{office}，{where.address}，{where.hours}，{where.phone}\n")
    if not found:
        sys.stderr.write("nothing is found; add what people call it to the service's `words`\n")
    return 0 if found else 1
