"""`kiosk sync --once`: push what waits and read the feed once, by hand."""

import argparse
import random
import sys
from typing import Any

from kiosk.cli.agent import LOCK
from kiosk.cli.options import add_config, add_json, print_json
from kiosk.config import load_config
from offline_cache.clock import SystemClock
from offline_cache.identity import load
from offline_cache.lock import FolderLock


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("sync", help="push what waits and read the feed, once")
    parser.add_argument("--once", action="store_true", required=True, help="the only way so far; `agent` keeps at it")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 when the platform took everything; a running agent is refused by name."""
    from sync.agent import Agent

    config = load_config(arguments.config)
    lock = FolderLock(config.data, LOCK)
    pushed, letters = Agent(config.data, config.platform_url, load(config.data), random.Random(), SystemClock()).once()  # noqa: S311
    lock.release()
    if arguments.json:
        print_json({"sent": pushed.sent, "refused": pushed.refused, "letters": letters})
    else:
        sys.stdout.write(f"{pushed.sent} entries sent, {pushed.refused} refused, {letters} letters received\n")
    return 0
