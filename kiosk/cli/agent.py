"""`kiosk agent`: moves the journal up and the feed down, until SIGTERM."""

import argparse
import random
import signal
from typing import TYPE_CHECKING, Any

from kiosk.cli.options import add_config, add_json
from kiosk.config import Config, load_config
from kiosk.published import troubles_of
from kiosk.services.catalogue import load_catalogue
from kiosk.services.yaml_source import DefinitionError
from offline_cache.clock import SystemClock
from offline_cache.identity import load
from offline_cache.lock import FolderLock

if TYPE_CHECKING:
    from sync.agent import Agent

LOCK = "agent.lock"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("agent", help="talk to the platform, until SIGTERM")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(command=run)


def make_agent(config: Config) -> "Agent":
    """Raises IdentityError and StorageError."""
    from sync.agent import Agent, Uplink

    budget = config.upload_mb_a_day * 1_000_000 or None
    uplink = Uplink(
        config.platform_url,
        config.platform_ca,
        budget,
        config.runtime,
        config.catalogue_url,
        lambda folder: troubles_of(folder, config.region),
        _urgent(config),
    )
    return Agent(config.data, uplink, load(config.data), random.Random(), SystemClock())  # noqa: S311


def _urgent(config: Config) -> frozenset[str]:
    """Services whose cases wait behind nothing; none where the catalogue cannot be used: the agent goes on."""
    from sync.served import served

    try:
        flows = load_catalogue(served(config.data) or config.services, config.region).flows
    except DefinitionError:
        return frozenset()
    return frozenset(name for name, flow in flows.items() if flow.service.urgent)


def run(arguments: argparse.Namespace) -> int:
    config = load_config(arguments.config)
    lock = FolderLock(config.data, LOCK)
    agent = make_agent(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: agent.stop())
    agent.run()
    lock.release()
    return 0
