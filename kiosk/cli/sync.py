"""`kiosk sync`: by hand what the agent does, and how far it is."""

import argparse
import sys
import time
from typing import Any

from kiosk.cli.agent import LOCK, make_agent
from kiosk.cli.options import add_config, add_json, print_json
from kiosk.config import Config, load_config
from offline_cache.lock import FolderLock


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("sync", help="what waits for the platform; or push it now and read the feed")
    parser.add_argument("--once", action="store_true", help="push and read once; `agent` keeps at it")
    parser.add_argument("--rotate-key", action="store_true", help="a new key for this kiosk's requests; stop the agent")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    config = load_config(arguments.config)
    if arguments.rotate_key:
        return _rotate_key(arguments, config)
    return _once(arguments, config) if arguments.once else _status(arguments, config)


def _rotate_key(arguments: argparse.Namespace, config: Config) -> int:
    """A running agent is refused by name: it would go on signing with the old key."""
    from datetime import UTC, datetime

    from sync.client import PlatformClient
    from sync.key_change import rotate

    lock = FolderLock(config.data, LOCK)
    rotate(
        config.data,
        lambda identity: PlatformClient(config.platform_url, identity, lambda: datetime.now(UTC), config.platform_ca),
    )
    lock.release()
    if arguments.json:
        print_json({"rotated": True})
    else:
        sys.stdout.write("requests are signed with a new key from now on; start the agent again\n")
    return 0


def _once(arguments: argparse.Namespace, config: Config) -> int:
    """Exit status 0 when the platform took everything; a running agent is refused by name."""
    lock = FolderLock(config.data, LOCK)
    pushed, letters = make_agent(config).once()
    lock.release()
    if arguments.json:
        print_json({"sent": pushed.sent, "refused": pushed.refused, "letters": letters})
    else:
        sys.stdout.write(f"{pushed.sent} entries sent, {pushed.refused} refused, {letters} letters received\n")
    return 0


def _status(arguments: argparse.Namespace, config: Config) -> int:
    """Exit status 0 when nothing waits, 1 when something does."""
    found = status(config)
    if arguments.json:
        print_json(found)
    else:
        sys.stdout.write(_plain(found))
    return 1 if found["entries_waiting"] or found["files_waiting"] else 0


def status(config: Config) -> dict[str, Any]:
    """What `kiosk sync --json` prints. Raises StorageError."""
    from sync.backlog import backlog

    found = backlog(config.data)
    return {
        "entries_waiting": found.entries,
        "files_waiting": found.files.waiting,
        "files_failed": found.files.failed,
        "bytes": found.files.total_bytes,
        "bytes_sent": found.files.sent_bytes,
        "last_contact_ms": found.contact.contact_ms,
        "code": found.contact.error_code,
    }


def _plain(found: dict[str, Any]) -> str:
    heard = found["last_contact_ms"]
    ago = f"{max(0, time.time_ns() // 1_000_000 - heard) // 1000} s ago" if heard is not None else "never"
    why = f", then {found['code']}" if found["code"] else ""
    lines = [
        f"platform heard  {ago}{why}",
        f"entries         {found['entries_waiting']} wait",
        f"files           {found['files_waiting']} wait, {found['bytes_sent']} of {found['bytes']} bytes are there",
    ]
    if found["files_failed"]:
        lines.append(f"files           {found['files_failed']} cannot be sent: kiosk cache verify names them")
    return "\n".join(lines) + "\n"
