"""`kiosk device virtual DIR …`: makes the virtual devices do something, for demonstrations, training and tests."""

import argparse
import sys
from pathlib import Path
from typing import Any

from devices.virtual.control import VirtualControl
from kiosk.cli.options import add_json, print_json


def add_action(actions: Any) -> None:
    parser = actions.add_parser("virtual", help="make running virtual devices do something")
    parser.add_argument("folder", type=Path, help="their folder (--dir)")
    parser.add_argument("do", choices=("status", "lay", "lift", "fault", "papers"))
    parser.add_argument("what", nargs="*", help="lay PERSON; fault DEVICE FAULT")
    add_json(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Raises ControlError."""
    control = VirtualControl(arguments.folder / "control.sock")
    wanted = {"lay": 1, "fault": 2}.get(arguments.do, 0)
    if len(arguments.what) != wanted:
        sys.stderr.write("usage: status | lay PERSON | lift | fault DEVICE FAULT | papers\n")
        return 2
    match arguments.do:
        case "lay":
            control.lay(*arguments.what)
        case "lift":
            control.lift()
        case "fault":
            control.fault(*arguments.what)
        case "papers":
            papers = control.papers()
            if arguments.json:
                print_json(papers)
            else:
                sys.stdout.writelines(f"{paper['picture']}\n{paper['text']}\n\n" for paper in papers)
        case "status":
            status = control.status()
            if arguments.json:
                print_json(status)
            else:
                sys.stdout.writelines(f"{name:13} {value}\n" for name, value in status.items())
    return 0
