"""`kiosk cache`: what this kiosk keeps, and whether it is whole. Reads only; works beside the running kiosk."""

import argparse
import sys
from pathlib import Path
from typing import Any

from kiosk.cli.options import add_config, add_json, print_json
from kiosk.config import load_config
from offline_cache import print_ledger
from offline_cache.identity import load
from offline_cache.journal import JournalReader
from offline_cache.sealing import suite


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("cache", help="what this kiosk keeps, and whether it is whole")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    for name, run, text in (
        ("status", run_status, "counts of entries, prints, drafts; what waits for the platform"),
        ("verify", run_verify, "walk every journal's chain and check its last signature"),
    ):
        action = actions.add_parser(name, help=text)
        add_config(action)
        add_json(action)
        action.set_defaults(command=run)


def run_status(arguments: argparse.Namespace) -> int:
    from sync.state import SyncStateReader

    data = load_config(arguments.config).data
    journal, sync = JournalReader(data), SyncStateReader(data)
    journals: list[dict[str, Any]] = []
    for identifier, kiosk in journal.journals():
        last = journal.last_sequence(identifier)
        delivered = min(sync.next_wanted(identifier) - 1, last)
        journals.append({"journal": identifier.hex(), "kiosk": kiosk, "entries": last, "delivered": delivered})
    contact = sync.contact()
    status: dict[str, Any] = {
        "journals": journals,
        "entries": sum(found["entries"] for found in journals),
        "pending": sum(found["entries"] - found["delivered"] for found in journals),
        "prints": print_ledger.counts(journal.connection),
        "drafts": journal.connection.execute("SELECT count(*) FROM drafts").fetchone()[0],
        "receipts": journal.connection.execute("SELECT count(*) FROM receipts").fetchone()[0],
        "bytes": _size(data),
        "last_contact_ms": contact.contact_ms,
        "last_error": contact.error_code,
    }
    if arguments.json:
        print_json(status)
    else:
        for name in ("entries", "pending", "prints", "drafts", "receipts", "bytes"):
            sys.stdout.write(f"{name:9} {status[name]}\n")
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    """Exit status 0 when every journal is whole, 1 when one is damaged."""
    data = load_config(arguments.config).data
    identity = load(data)
    public_key = suite(identity.suite).signing_key(identity.signing_key).public
    journal = JournalReader(data)
    verified, damages = 0, []
    for identifier, kiosk in journal.journals():
        damage = journal.verify(identifier, kiosk, identity.suite, public_key)
        verified += journal.last_sequence(identifier)
        if damage:
            damages.append(damage)
    if arguments.json:
        found = [
            {
                "journal": damage.journal.hex(),
                "sequence": damage.sequence,
                "code": damage.code,
                "message": damage.message,
            }
            for damage in damages
        ]
        print_json({"entries": verified, "damages": found})
    else:
        for damage in damages:
            sys.stderr.write(f"journal {damage.journal.hex()}: {damage.message} [{damage.code}]\n")
        sys.stdout.write(f"{verified} entries, {'damaged' if damages else 'whole'}\n")
    return 1 if damages else 0


def _size(data: Path) -> int:
    return sum(path.stat().st_size for path in data.iterdir() if path.is_file())
