"""`kiosk cache`: what this kiosk keeps, whether it is whole, how it is carried by hand, how it is made smaller."""

import argparse
import sys
from pathlib import Path
from typing import Any

from kiosk.cli.options import add_config, add_json, print_json
from kiosk.config import Config, load_config
from offline_cache import cards, print_ledger, space
from offline_cache.attachments import AttachmentError, Attachments, kept
from offline_cache.identity import Identity, load
from offline_cache.lock import FolderLock
from offline_cache.reader import JournalReader
from offline_cache.salvage import ASIDE
from offline_cache.sealing import suite


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("cache", help="what this kiosk keeps, and whether it is whole")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _action(actions, "status", run_status, "counts of entries, prints, drafts; what waits for the platform; room")
    verify = _action(actions, "verify", run_verify, "walk every journal's chain, its last signature, the attachments")
    verify.add_argument("--each", action="store_true", help="check every signature, not only the last of each chain")
    export = _action(actions, "export", run_export, "write what the platform has not to a folder, to be carried there")
    export.add_argument("folder", type=Path)
    export.add_argument("--all", action="store_true", help="what the platform has already, too")
    _action(actions, "compact", run_compact, "drop what the platform has had for 90 days, give the room back")


def _action(actions: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(name, help=text)
    add_config(action)
    add_json(action)
    action.set_defaults(command=run)
    return action


def run_status(arguments: argparse.Namespace) -> int:
    found = status(load_config(arguments.config).data)
    if arguments.json:
        print_json(found)
        return 0
    for name in ("entries", "pending", "prints", "drafts", "receipts", "attachments", "bytes", "free_bytes", "space"):
        sys.stdout.write(f"{name:12} {found[name]}\n")
    for path in found["set_aside"]:
        sys.stdout.write(f"a damaged journal was set aside: {path}\n")
    return 0


def status(data: Path) -> dict[str, Any]:
    """What `kiosk cache status --json` prints. Raises StorageError."""
    from sync.state import SyncStateReader

    journal, sync = JournalReader(data), SyncStateReader(data)
    journals: list[dict[str, Any]] = []
    for info in journal.journals():
        last = journal.last_sequence(info)
        # What stands behind the end of a closed journal is carried in a later one.
        delivered = min(sync.next_wanted(info.journal) - 1, last if info.closed is None else info.closed)
        journals.append(
            {
                "journal": info.journal.hex(),
                "kiosk": info.kiosk,
                "entries": last,
                "delivered": delivered,
                "pending": (last if info.closed is None else min(last, info.closed)) - delivered,
                "closed": info.closed,
            }
        )
    contact = sync.contact()
    free = space.free_bytes(data, journal.connection)
    readers = journal.connection.execute("SELECT reader FROM readers ORDER BY reader").fetchall()
    counted = {table: _count(journal, table) for table in ("drafts", "receipts", "attachments")}
    prints = print_ledger.counts(journal.connection)
    stable = {name: cards.are_stable(journal.connection, name) for (name,) in readers}
    journal.close()
    sync.close()
    return {
        "journals": journals,
        "entries": sum(found["entries"] for found in journals),
        "pending": sum(found["pending"] for found in journals),
        "prints": prints,
        **counted,
        "bytes": sum(path.stat().st_size for path in data.rglob("*") if path.is_file()),
        "free_bytes": free,
        "space": space.level_for(free).name.lower(),
        "ballast": space.has_ballast(data),
        "readers": stable,
        "set_aside": sorted(str(path) for path in (data / ASIDE).glob("*")),
        "last_contact_ms": contact.contact_ms,
        "last_error": contact.error_code,
    }


def _count(journal: JournalReader, table: str) -> int:
    return int(journal.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def run_verify(arguments: argparse.Namespace) -> int:
    """Exit status 0 when everything is whole, 1 when something is damaged."""
    data = load_config(arguments.config).data
    identity, journal = load(data), JournalReader(data)
    verified, damages = 0, []
    for info in journal.journals():
        walk = journal.verify(info, each=arguments.each)
        verified += walk.entries
        damages += [
            {"journal": info.journal.hex(), "sequence": one.sequence, "code": one.code, "message": one.message}
            for one in walk.damages
        ]
    files, damaged_files = _verify_attachments(data, identity, journal)
    if arguments.json:
        print_json({"entries": verified, "attachments": files, "damages": damages + damaged_files})
        return 1 if damages or damaged_files else 0
    for found in damages:
        sys.stderr.write(f"journal {found['journal']}: {found['message']} [{found['code']}]\n")
    for found in damaged_files:
        sys.stderr.write(f"{found['message']} [{found['code']}]\n")
    whole = "damaged" if damages or damaged_files else "whole"
    sys.stdout.write(f"{verified} entries, {files} attachments, {whole}\n")
    return 1 if damages or damaged_files else 0


def _verify_attachments(data: Path, identity: Identity, journal: JournalReader) -> tuple[int, list[dict[str, Any]]]:
    attachments, count, damages = Attachments(data, suite(identity.suite)), 0, []
    for row in kept(journal.connection):
        count += 1
        try:
            attachments.locked(row.digest, row.size)
        except AttachmentError as error:
            damages.append({"attachment": row.digest.hex(), "code": error.code, "message": str(error)})
    return count, damages


def run_export(arguments: argparse.Namespace) -> int:
    from offline_cache.export import Exporter
    from sync.state import SyncStateReader

    data = load_config(arguments.config).data
    exporter = Exporter(data, arguments.folder, load(data), SyncStateReader(data), everything=arguments.all)
    done = exporter.run()
    exporter.close()
    if arguments.json:
        print_json(
            {
                "folder": str(done.folder),
                "entries": done.entries,
                "attachments": done.attachments,
                "total": done.total,
            }
        )
    else:
        sys.stdout.write(
            f"{done.folder}: {done.entries} entries and {done.attachments} files new, {done.total} entries in all\n"
            f"on the platform: central import {done.folder.name}\n"
        )
    return 0


def run_compact(arguments: argparse.Namespace) -> int:
    """For a kiosk that is not running; a running one drops by itself, and only the room is not given back."""
    config = load_config(arguments.config)
    lock = FolderLock(config.data)
    try:
        dropped, freed = _compact(config)
    finally:
        lock.release()
    if arguments.json:
        print_json({"dropped": dropped, "freed_bytes": freed})
    else:
        sys.stdout.write(f"{dropped} delivered bodies dropped, {freed} bytes given back\n")
    return 0


def _compact(config: Config) -> tuple[int, int]:
    from offline_cache import retention
    from offline_cache.attachments import Attachments
    from offline_cache.clock import SystemClock
    from offline_cache.journal import Journal
    from offline_cache.sealing import suite
    from sync.state import SyncStateReader

    upstream, clock = SyncStateReader(config.data), SystemClock()
    identity = load(config.data)
    journal = Journal(config.data, identity, clock, upstream)
    before = journal.path.stat().st_size
    dropped = retention.drop_delivered(journal, upstream, retention.KEEP_DAYS)
    retention.drop_uploaded(journal, Attachments(config.data, suite(identity.suite)), upstream, retention.KEEP_DAYS)
    retention.drop_prints(journal, clock.wall_ms())
    journal.give_back()
    journal.close()
    return dropped, max(0, before - (config.data / journal.path.name).stat().st_size)
