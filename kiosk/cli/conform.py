"""`kiosk device conform -- COMMAND…`: whether a driver program keeps the contract."""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from devices.connection import host_command
from kiosk.cli.options import add_json, print_json

_MARKS = {"passed": "✓", "failed": "✗", "skipped": "-"}


def add_action(actions: Any) -> None:
    parser = actions.add_parser(
        "conform", help="run a driver program against the contract (docs/devices.md); exit status 1 when it fails"
    )
    parser.add_argument("program", nargs="*", metavar="COMMAND", help="the driver program, after --")
    parser.add_argument("--driver", help="an installed Python driver instead of a program")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the driver")
    parser.add_argument("--with-card", action="store_true", help="somebody will lay a card on the reader")
    parser.add_argument("--with-paper", action="store_true", help="a page may be printed")
    add_json(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from devices.conformance import Conformance, Result

    command = host_command(arguments.driver) if arguments.driver else arguments.program
    if not command or (arguments.driver and arguments.program):
        sys.stderr.write("name the driver: kiosk device conform -- COMMAND…, or --driver NAME\n")
        return 2
    settings = dict(setting.partition("=")[::2] for setting in arguments.set)

    def told(result: Result) -> None:
        if not arguments.json:
            why = f": {result.why}" if result.why else ""
            sys.stdout.write(f"{_MARKS[result.outcome]} {result.check}{why}\n")

    with tempfile.TemporaryDirectory(prefix="tongban-") as files:
        results = Conformance(
            command, settings, Path(files), with_card=arguments.with_card, with_paper=arguments.with_paper
        ).run(told)
    if arguments.json:
        print_json([msgspec.to_builtins(result) for result in results])
    return int(any(result.outcome == "failed" for result in results))
