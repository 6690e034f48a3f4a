"""`kiosk run`: the screen, with devices and journal, until SIGTERM."""

import argparse
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from devices.loop import Loop
from kiosk.cli.doctor import of_platform
from kiosk.cli.online import AgentOnline
from kiosk.cli.options import add_config, add_json
from kiosk.config import Config, load_config
from kiosk.configured_devices import connect
from kiosk.delivery import Link
from kiosk.published import PublishedCatalogue
from kiosk.receipt import CHINA_TIME
from kiosk.services.catalogue import Catalogue
from kiosk.setting import Setting
from kiosk.store import Store
from kiosk.terminal import Terminal
from kiosk.wipe import Folder
from offline_cache.clock import SystemClock
from offline_cache.identity import IdentityError, load

FRESH_MS = 90_000
"""The platform answers at least every 25 s while it is in reach."""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("run", help="show the screen, until SIGTERM")
    parser.add_argument("--robot-fd", type=int, help=argparse.SUPPRESS)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    config = load_config(arguments.config)
    published = published_catalogue(config)
    catalogue = published.load()
    from ui.app import run_screen

    return run_screen(
        lambda loop: make_terminal(config, catalogue, loop, published.newer),
        orientation=config.screen.orientation,
        px_per_mm=config.screen.px_per_mm,
        fullscreen=config.screen.fullscreen,
        robot_fd=arguments.robot_fd,
    )


def published_catalogue(config: Config) -> PublishedCatalogue:
    from sync.served import served

    def kiosk() -> str:
        try:
            return load(config.data).kiosk
        except IdentityError:
            return ""

    return PublishedCatalogue(lambda: served(config.data), config.services, config.region, kiosk)


def make_terminal(
    config: Config, catalogue: Catalogue, loop: Loop, newer_catalogue: Callable[[], Catalogue | None] = lambda: None
) -> Terminal:
    """Everything that the kiosk is made of, put together."""
    setting = Setting(
        catalogue=catalogue,
        place=config.place,
        wall=lambda: datetime.now(CHINA_TIME),
        now=time.monotonic,
        new_id=lambda: os.urandom(16),
    )
    devices = connect(config, loop, "kiosk run")
    reader = config.devices.get("reader")
    make = f"{reader.driver} {' '.join(sorted(reader.settings.values()))}" if reader else ""
    store = Store(config.data, SystemClock(), lambda: AgentNotes(config.data), make, config.mirror)
    online = AgentOnline(config.data, config.runtime)
    terminal = Terminal(config, setting, loop, store, devices, lambda: of_platform(config), newer_catalogue, online)
    terminal.places.append(Folder("runtime", config.runtime / "devices"))
    return terminal


class AgentNotes:
    """The agent's sync.db as kiosk.delivery.Delivery."""

    def __init__(self, data: Path) -> None:
        from sync.state import SyncStateReader

        self._reader = SyncStateReader(data)
        self.anchor = self._reader.anchor
        self.next_wanted = self._reader.next_wanted
        self.forked_at = self._reader.forked_at
        self.delivered_before = self._reader.delivered_before
        self.uploaded_before = self._reader.uploaded_before
        self.letter = self._reader.letter

    def link(self) -> Link:
        contact = self._reader.contact()
        now = time.time_ns() // 1_000_000
        fresh = contact.contact_ms is not None and abs(now - contact.contact_ms) < FRESH_MS
        return Link(online=fresh and not contact.error_code)

    def platform_key(self) -> tuple[str, bytes] | None:
        found = self._reader.platform_key()
        return (found.key_id, found.public_key) if found else None
