"""The `kiosk` command: finds the sub-command, runs it, and says expected failures in one plain sentence."""

import argparse
import importlib
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

from kiosk.codes import describe
from kiosk.failures import code_of

COMMANDS: Final = (
    "run",
    "agent",
    "demo",
    "device",
    "doctor",
    "technician",
    "codes",
    "cache",
    "sync",
    "enrol",
    "services",
)
"""Each is a module of kiosk.cli with `add_parser(subparsers)`; it sets `command` to a function of the arguments that
returns the exit status."""

PARTS: Final = {
    "device-host": "devices.host",
    "virtual-devices": "devices.virtual.__main__",
    "panel": "ui.panel.__main__",
    "central": "central.cli",
}
"""Programs that a frozen build starts through this one; each module has `main(arguments) -> int`."""


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in PARTS:
        return int(importlib.import_module(PARTS[given[0]]).main(given[1:]))
    parsed = _parser(given).parse_args(given)
    logging.basicConfig(
        level=logging.DEBUG if parsed.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    command: Callable[[argparse.Namespace], int] = parsed.command
    try:
        return command(parsed)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing may be flushed there at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        code = code_of(error)
        if code is None:
            raise
        _report(code, str(error), as_json=getattr(parsed, "json", False))
        return int(getattr(error, "exit_status", 1))


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="Tongban: self-service kiosk software (通办)")
    parser.add_argument("--verbose", action="store_true", help="log everything to stderr")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    wanted = next((word for word in given if word in COMMANDS), None)
    for name in COMMANDS if wanted is None else (wanted,):
        importlib.import_module(f"kiosk.cli.{name}").add_parser(subparsers)
    return parser


def _report(code: str, message: str, *, as_json: bool) -> None:
    todo = describe(code).todo_en
    if as_json:
        json.dump({"error": {"code": code, "message": message, "todo": todo}}, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        sys.stderr.write(f"{message}\nwhat to do: {todo} [{code}]\n")
