"""`kiosk technician set-pin`: the PIN for the technician's pages on the screen."""

import argparse
import getpass
import sys
import time
from typing import Any

from kiosk.cli.options import add_config, add_json
from kiosk.config import load_config
from kiosk.technician_pin import DIGITS, PinError, TechnicianPin


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("technician", help="the technician's pages on the screen")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    action = actions.add_parser("set-pin", help=f"set the PIN ({DIGITS} digits); asked for twice, or read from stdin")
    add_config(action)
    add_json(action)
    action.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Raises PinError."""
    config = load_config(arguments.config)
    if sys.stdin.isatty():
        pin = getpass.getpass("new PIN: ")
        if getpass.getpass("once more: ") != pin:
            raise PinError("the two are not the same")
    else:
        pin = sys.stdin.readline().strip()
    TechnicianPin(config.data, time.monotonic()).set(pin)
    sys.stdout.write("set; on the screen, tap the kiosk's name five times\n")
    return 0
