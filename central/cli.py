"""The `central` command: serves the platform, and does what its people do."""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence

from central import cli_assurance, cli_cases, cli_certificates, cli_companies, cli_history, cli_payments, cli_platform
from central.cli_options import print_json


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
            print_json({"error": {"code": code, "message": str(error)}})
        else:
            sys.stderr.write(f"{error} [{code}]\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="central", description="Tongban's reference platform")
    actions = parser.add_subparsers(required=True, metavar="COMMAND")
    cli_platform.add_parsers(actions)
    cli_cases.add_parsers(actions)
    cli_history.add_parsers(actions)
    cli_certificates.add_parsers(actions)
    cli_companies.add_parsers(actions)
    cli_assurance.add_parsers(actions)
    cli_payments.add_parsers(actions)
    return parser


if __name__ == "__main__":
    sys.exit(main())
