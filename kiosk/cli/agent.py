"""`kiosk agent`: moves the journal up and the feed down, until SIGTERM."""

import argparse
import random
import signal
from typing import Any

from kiosk.cli.options import add_config, add_json
from kiosk.config import load_config
from offline_cache.clock import SystemClock
from offline_cache.identity import load
from offline_cache.lock import FolderLock

LOCK = "agent.lock"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("agent", help="talk to the platform, until SIGTERM")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from sync.agent import Agent

    config = load_config(arguments.config)
    lock = FolderLock(config.data, LOCK)
    agent = Agent(config.data, config.platform_url, load(config.data), random.Random(), SystemClock())  # noqa: S311
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: agent.stop())
    agent.run()
    lock.release()
    return 0
