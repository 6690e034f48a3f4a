"""`kiosk services`: check that every definition leads everyone to an outcome; list what this kiosk offers."""

import argparse
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.cli.options import print_json
from kiosk.cli.services_documents import add_schema, add_table
from kiosk.receipt import CHINA_TIME
from kiosk.services.catalogue import BUILT_IN, load_bundle, load_catalogue, load_region, load_service
from kiosk.services.common_parts import CommonParts
from kiosk.services.directory import load_directory, office_of, unknown_offices
from kiosk.services.drawing import as_svg, as_text, steps
from kiosk.services.flow import Flow
from kiosk.services.kiosks import load_groups, strays
from kiosk.services.languages import Language, languages, papers_path
from kiosk.services.papers import own_papers, untranslated
from kiosk.services.region import Region
from kiosk.services.trying import play
from kiosk.services.yaml_source import DefinitionError


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("services", help="check and list service definitions")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="prove that each path through each service ends in an outcome")
    check.add_argument(
        "files", nargs="*", type=Path, help="definitions of services (default: all of the folder, with its bundles)"
    )
    check.set_defaults(command=run_check)
    listing = actions.add_parser("list", help="the services that this kiosk offers")
    listing.add_argument("--kiosk", default="", help="in the order of this one, such as K0003, with what it hides")
    listing.set_defaults(command=run_list)
    find = actions.add_parser("find", help="what a citizen finds who types these words")
    find.add_argument("words", nargs="+")
    find.set_defaults(command=run_find)
    show = actions.add_parser("show", help="draw the way through a service")
    show.add_argument("service")
    show.add_argument("--svg", type=Path, help="write a picture there")
    show.set_defaults(command=run_show)
    attempt = actions.add_parser("try", help="play a service here: type the card's facts and the answers")
    attempt.add_argument("service")
    attempt.set_defaults(command=run_try)
    add_schema(actions)
    for action in (check, listing, find, show, attempt, add_table(actions)):
        action.add_argument(
            "--folder", type=Path, default=BUILT_IN, help="folder of catalogue/, regions/ and directories/"
        )
        action.add_argument("--region", default="qinghe")
        action.add_argument("--json", action="store_true")


def run_check(arguments: argparse.Namespace) -> int:
    """Exit status 0 when all are sound, 1 when one is not."""
    region = load_region(arguments.folder, arguments.region)
    files = arguments.files or sorted((arguments.folder / "catalogue").glob("*.yaml"))
    bundles = [] if arguments.files else sorted((arguments.folder / "bundles").glob("*.yaml"))
    flows: dict[str, Flow] = {}
    problems: list[str] = []
    common = CommonParts(arguments.folder)
    spoken = [Language(arguments.folder, name, common) for name in languages(arguments.folder)]
    for path in [*files, *bundles]:
        try:
            is_bundle = path in bundles
            flow = load_bundle(path, flows, region, common) if is_bundle else load_service(path, region, common)
        except DefinitionError as error:
            problems += str(error).splitlines()
        else:
            flows[flow.service.service] = flow
            problems += [line for language in spoken for line in _untranslated(language, flow, region)]
    papers, troubles = own_papers(arguments.folder)
    problems += [line for trouble in troubles for line in trouble.splitlines()]
    for name in languages(arguments.folder):
        try:
            problems += untranslated(papers, papers_path(arguments.folder, name))
        except DefinitionError as error:
            problems += str(error).splitlines()
    checked = len(files) + len(bundles) + len(papers) + len(troubles)
    problems += [line for language in spoken for line in language.missing_of_region(region)]
    if not arguments.files:
        problems += load_groups(arguments.folder, arguments.region, region, flows)[1] + strays(arguments.folder)
    try:
        unknown = unknown_offices(region, load_directory(arguments.folder, region))
        problems += [f"{region.region}: the directory names {one}: write it under `offices`" for one in unknown]
    except DefinitionError as error:
        problems.append(str(error))
    if arguments.json:
        print_json({"checked": checked, "problems": problems})
    else:
        for problem in problems:
            sys.stderr.write(f"{problem}\n")
        sys.stdout.write(f"{checked} definitions checked, {len(problems)} problems\n")
    return 1 if problems or not files else 0


def _untranslated(language: Language, flow: Flow, region: Region) -> list[str]:
    try:
        language.checked(flow.service, region)
    except DefinitionError as error:
        return str(error).splitlines()
    return language.missing(flow.service)


def run_list(arguments: argparse.Namespace) -> int:
    catalogue = load_catalogue(arguments.folder, arguments.region, kiosk=arguments.kiosk)
    services, group = [flow.service for flow in catalogue.flows.values()], catalogue.group
    settings = {**dict.fromkeys(group.first, "first"), **dict.fromkeys(group.hidden, "hidden")}
    if arguments.kiosk:
        order = {service: place for place, service in enumerate(catalogue.first)}
        services.sort(key=lambda one: (catalogue.is_hidden(one.service), order.get(one.service, len(order))))
    if arguments.json:
        rows = [
            {
                "service": found.service,
                "version": found.version,
                "name": found.name,
                "mode": found.mode,
                "setting": settings.get(found.service, ""),
            }
            for found in services
        ]
        told = {"region": catalogue.region.region, "group": group.id, "services": rows}
        print_json({**told, "rejected": catalogue.rejected})
    else:
        if arguments.kiosk:
            said = f"settings of the group {group.id}" if group.id else "in no group, as the region says"
            sys.stdout.write(f"{arguments.kiosk}: {said}\n")
        for found in services:
            mark = f"  [{settings[found.service]}]" if found.service in settings else ""
            sys.stdout.write(f"{found.service}@{found.version}  {found.name}  {found.mode}{mark}\n")
        for reason in catalogue.rejected:
            sys.stderr.write(f"left out: {reason}\n")
    return 0


def run_find(arguments: argparse.Namespace) -> int:
    """Exit status 1 when nothing is found."""
    # pinyin takes a quarter of a second to load
    from kiosk.services.finding import Finder

    catalogue = load_catalogue(arguments.folder, arguments.region)
    found = Finder(catalogue.findable()).find(" ".join(arguments.words))
    if arguments.json:
        print_json({"found": [{"key": one.key, "name": one.name, "here": one.here} for one in found]})
        return 0 if found else 1
    for one in found:
        if one.here:
            sys.stdout.write(f"{one.name}  [{one.key}]\n")
            continue
        office = catalogue.directory[one.key].office
        where = office_of(catalogue.region, office)
        sys.stdout.write(
            f"{one.name}  这里不能办：{office}，{where.address or '先打电话问地址'}，{where.hours}，{where.phone}\n"
        )
    if not found:
        sys.stderr.write("nothing is found; add what people call it to the service's `words`\n")
    return 0 if found else 1


def run_show(arguments: argparse.Namespace) -> int:
    region, flow = _flow(arguments)
    found = steps(flow, region)
    if arguments.svg:
        arguments.svg.write_text(as_svg(found), "utf-8")
    if arguments.json:
        print_json({"service": flow.service.service, "steps": [asdict(step) for step in found]})
    else:
        sys.stdout.write(as_text(found))
    return 0


def run_try(arguments: argparse.Namespace) -> int:
    """Exit status 0 for a submission, 1 for another outcome."""
    region, flow = _flow(arguments)
    try:
        submitted = play(flow, region, datetime.now(CHINA_TIME), input, print)
    except EOFError as error:
        raise DefinitionError("the answers ended before an outcome was reached") from error
    if arguments.json:
        print_json({"service": flow.service.service, "submitted": submitted})
    return 0 if submitted else 1


def _flow(arguments: argparse.Namespace) -> tuple[Region, Flow]:
    """Raises DefinitionError."""
    region = load_region(arguments.folder, arguments.region)
    path = arguments.folder / "catalogue" / f"{arguments.service}.yaml"
    if path.is_file():
        return region, load_service(path, region, CommonParts(arguments.folder))
    if (arguments.folder / "bundles" / path.name).is_file():
        catalogue = load_catalogue(arguments.folder, arguments.region)
        if (bundle := catalogue.flows.get(arguments.service)) is not None:
            return region, bundle
        raise DefinitionError(f"{arguments.service} is not offered here: see `kiosk services check`")
    names = [found.stem for kind in ("catalogue", "bundles") for found in (arguments.folder / kind).glob("*.yaml")]
    raise DefinitionError(f"there is no service {arguments.service!r}; known: {', '.join(sorted(names))}")
