"""The `central` command: serves the platform, and does what its people do."""

import argparse
import json
import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from central import cases, platform_key
from central.cases import WORDS, CaseRecord
from central.database import open_database
from central.enrolment import CODE_VALID_MS, new_code
from central.importing import import_folder
from central.schema import database_path
from offline_cache.sealing import SUITES
from offline_cache.sqlite import Connection, transaction

T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    parsed = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    command: Callable[[argparse.Namespace], int] = parsed.command
    try:
        return command(parsed)
    except Exception as error:
        code = getattr(error, "code", None)
        if not isinstance(code, str):
            raise
        if getattr(parsed, "json", False):
            _print_json({"error": {"code": code, "message": str(error)}})
        else:
            sys.stderr.write(f"{error} [{code}]\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="central", description="Tongban's reference platform")
    actions = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = _command(actions, "serve", run_serve, "serve kiosks and phones until SIGTERM")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8080)
    serve.add_argument("--public-address", help="where phones reach this platform (default: http://HOST:PORT)")
    _command(actions, "enrol-code", run_enrol_code, "make a one-time code for a new kiosk")
    listing = _command(actions, "cases", run_cases, "list the cases")
    listing.add_argument("--reveal", action="store_true", help="show applicants' names")
    rotate = _command(actions, "rotate-key", run_rotate_key, "make a new key for kiosks to seal to; they learn of it")
    rotate.add_argument("--suite", default="intl-1", choices=SUITES)
    taken = _command(actions, "import", run_import, "take what a technician carried from a kiosk on a stick")
    taken.add_argument("folder", type=Path)
    accept = _command(actions, "accept", run_accept, "accept a case")
    which = accept.add_mutually_exclusive_group(required=True)
    which.add_argument("number", nargs="?", help="the case's or the receipt's number")
    which.add_argument("--newest", action="store_true", help="the newest case that waits")
    return parser


def _command(actions: Any, name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text)
    parser.add_argument("--data", type=Path, required=True, help="the platform's data folder")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=run)
    return parser


def run_serve(arguments: argparse.Namespace) -> int:
    from central.server import serve

    address = arguments.public_address or f"http://{arguments.host}:{arguments.port}"
    serve(arguments.data, arguments.host, arguments.port, address)
    return 0


def run_enrol_code(arguments: argparse.Namespace) -> int:
    code = _write(arguments.data, lambda connection: new_code(connection, _now_ms()))
    if arguments.json:
        _print_json({"code": code, "valid_hours": CODE_VALID_MS // 3_600_000})
    else:
        sys.stdout.write(f"{code}\n")
    return 0


def run_cases(arguments: argparse.Namespace) -> int:
    found = cases.all_cases(open_database(arguments.data))
    if arguments.json:
        _print_json({"cases": [_shown(case, reveal=arguments.reveal) for case in found]})
        return 0
    for case in found:
        shown = _shown(case, reveal=arguments.reveal)
        sys.stdout.write(
            "  ".join(str(shown[name]) for name in ("number", "receipt_number", "service", "state")) + "\n"
        )
    return 0


def run_rotate_key(arguments: argparse.Namespace) -> int:
    key = platform_key.rotate(arguments.data, arguments.suite)
    if arguments.json:
        _print_json({"key": key.key_id, "suite": key.suite})
    else:
        sys.stdout.write(f"{key.key_id} for {key.suite}; the keys before it stay, to open with\n")
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Exit status 0 when every file was taken. The server opens what was stored as soon as it runs."""
    result = import_folder(arguments.data, arguments.folder, _now_ms())
    if arguments.json:
        _print_json(asdict(result))
    else:
        sys.stdout.write(
            f"{result.kiosk}: {result.stored} entries new, {result.repeats} were here, {result.attachments} files\n"
        )
        sys.stderr.writelines(f"{trouble}\n" for trouble in result.troubles)
    return 1 if result.troubles else 0


def run_accept(arguments: argparse.Namespace) -> int:
    """Idempotent: accepting twice says so."""

    def accept(connection: Connection) -> tuple[CaseRecord, bool]:
        number = cases.newest_waiting(connection) if arguments.newest else arguments.number
        return cases.accept(connection, number, _now_ms())

    case, changed = _write(arguments.data, accept)
    if arguments.json:
        _print_json({**_shown(case, reveal=False), "changed": changed})
    else:
        said = "accepted" if changed else "had been accepted before"
        sys.stdout.write(f"{case.number} {said}: {WORDS[case.state]}\n")
    return 0


def _write(data: Path, job: Callable[[Connection], T]) -> T:
    connection = open_database(data)
    try:
        with transaction(connection, database_path(data)):
            return job(connection)
    finally:
        connection.close()


def _shown(case: CaseRecord, *, reveal: bool) -> dict[str, Any]:
    name = case.applicant_name
    return {
        "number": case.number,
        "receipt_number": case.receipt_number,
        "service": case.service,
        "kiosk": case.kiosk,
        "sequence": case.sequence,
        "applicant": name if reveal else f"{name[:1]}**",
        "state": case.state,
        "state_text": WORDS[case.state],
        "submitted_ms": case.submitted_ms,
        "received_ms": case.received_ms,
        "changed_ms": case.changed_ms,
    }


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _print_json(document: object) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.exit(main())
