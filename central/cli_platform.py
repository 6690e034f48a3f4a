"""Commands about the platform itself and its kiosks."""

import argparse
import os
import secrets
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from litestar.serialization import encode_json

from central import alarms, backup, enrolment, gateway, opening, platform_key, publishing, sms
from central.app import DEFAULT_CAPACITY, Settings
from central.cli_options import (
    PAY_URL_VARIABLE,
    PUBLIC_ADDRESS_VARIABLE,
    add_command,
    in_transaction,
    print_json,
    with_store,
)
from central.enrolment import CODE_VALID_MS
from central.fleet import kiosks_of
from central.importing import import_folder
from central.platform import system_ms
from central.workdays import CHINA_TIME
from offline_cache.sealing import SUITES


def add_parsers(actions: Any) -> None:
    serve = add_command(actions, "serve", run_serve, "serve kiosks and phones until SIGTERM")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8080)
    serve.add_argument(
        "--public-address",
        default=os.environ.get(PUBLIC_ADDRESS_VARIABLE, ""),
        help=f"where phones reach this platform (default: {PUBLIC_ADDRESS_VARIABLE}, else http://HOST:PORT)",
    )
    serve.add_argument(
        "--sms-gateway",
        default=os.environ.get(sms.ADDRESS_VARIABLE, ""),
        help=f"where one-time codes are posted (default: {sms.ADDRESS_VARIABLE}); its secret is in"
        f" {sms.SECRET_VARIABLE} or the data folder's {sms.SECRET_FILE}",
    )
    serve.add_argument("--workers", type=int, default=1, help="processes at one socket; on PostgreSQL, one a core")
    serve.add_argument("--capacity", type=float, default=DEFAULT_CAPACITY, help="requests a second of each process")
    serve.add_argument(
        "--pay-url",
        default=os.environ.get(PAY_URL_VARIABLE, ""),
        help=f"what a payer's phone opens, with {{order}} (default: {PAY_URL_VARIABLE}; else nothing is paid here)",
    )
    serve.add_argument("--gateway-secret", type=Path, help="file with the secret that the payment platform signs with")
    serve.add_argument("--practice-payments", action="store_true", help="for a demo: a page plays the payment platform")
    add_command(actions, "enrol-code", run_enrol_code, "make a one-time code for a new kiosk")
    add_command(actions, "kiosks", run_kiosks, "list the kiosks and how far their journals are")
    listed = add_command(
        actions, "alarms", run_alarms, "list what somebody has to look at: calls, urgent cases, what did not fit"
    )
    listed.add_argument("--settle", type=int, metavar="ALARM", help="somebody has seen to this one")
    listed.add_argument("--all", action="store_true", help="those that somebody has seen to, too")
    revoke = add_command(actions, "revoke", run_revoke, "shut a kiosk out; what it sent stays")
    revoke.add_argument("kiosk")
    rotate = add_command(
        actions, "rotate-key", run_rotate_key, "make a new key for kiosks to seal to; they learn of it"
    )
    rotate.add_argument("--suite", default="intl-1", choices=SUITES)
    taken = add_command(actions, "import", run_import, "take what a technician carried from a kiosk on a stick")
    taken.add_argument("folder", type=Path)
    add_command(actions, "reopen", run_reopen, "look again at entries that did not open")
    kept = add_command(actions, "backup", run_backup, "write a back-up while the platform works")
    kept.add_argument("folder", type=Path)
    restored = add_command(actions, "restore", run_restore, "make a data folder from a back-up; kiosks are asked anew")
    restored.add_argument("folder", type=Path)
    published = add_command(actions, "publish", run_publish, "sign a folder of services for the kiosks")
    published.add_argument("folder", type=Path, help="with catalogue/ and regions/; `kiosk services check` looks at it")
    published.add_argument("--to", type=Path, help="for another static server (default: this platform serves it)")
    renewed = add_command(actions, "renew", run_renew, "sign again that what is published is the newest")
    renewed.add_argument("--to", type=Path, help="as for publish; for its default `serve` does this by itself")
    contract = actions.add_parser("openapi", help="print the contract as an OpenAPI 3.1 document")
    contract.set_defaults(command=run_openapi)


def run_serve(arguments: argparse.Namespace) -> int:
    from central.server import serve

    address = arguments.public_address or f"http://{arguments.host}:{arguments.port}"
    secret = gateway.load_secret(arguments.gateway_secret) if arguments.gateway_secret else b""
    pay_url = arguments.pay_url
    if arguments.practice_payments:
        if secret or pay_url:
            raise gateway.SecretError("who practises has no payment platform: anybody could say that they have paid")
        secret, pay_url = secrets.token_bytes(gateway.MIN_SECRET), f"{address.rstrip('/')}/pay/{{order}}"
    settings = Settings(
        arguments.data,
        address,
        arguments.database,
        arguments.capacity,
        arguments.workers,
        sms=sms.gateway(arguments.sms_gateway, arguments.data),
        pay_url=pay_url,
        gateway_secret=secret,
        practice_payments=arguments.practice_payments,
    )
    return serve(settings, arguments.host, arguments.port, arguments.workers)


def run_openapi(_: argparse.Namespace) -> int:
    from central.app import contract

    sys.stdout.buffer.write(encode_json(contract()) + b"\n")
    return 0


def run_enrol_code(arguments: argparse.Namespace) -> int:
    code = in_transaction(arguments, lambda work: enrolment.new_code(work, system_ms()))
    if arguments.json:
        print_json({"code": code, "valid_hours": CODE_VALID_MS // 3_600_000})
    else:
        sys.stdout.write(f"{code}\n")
    return 0


def run_kiosks(arguments: argparse.Namespace) -> int:
    found = in_transaction(arguments, kiosks_of)
    if arguments.json:
        print_json({"kiosks": [asdict(one) for one in found]})
        return 0
    for one in found:
        state = "revoked" if one.revoked_ms else "enrolled"
        sys.stdout.write(f"{one.kiosk}  {one.suite}  {state}  {one.entries} entries in {one.journals} journals\n")
    return 0


def run_alarms(arguments: argparse.Namespace) -> int:
    """Exit status 1 when any waits for somebody."""
    if arguments.settle is not None:
        in_transaction(arguments, lambda work: alarms.settle(work, arguments.settle, system_ms()))
    found = in_transaction(arguments, lambda work: alarms.alarms_of(work, settled=arguments.all))
    if arguments.json:
        print_json({"alarms": [asdict(one) for one in found]})
    else:
        for one in found:
            where = f"journal {one.journal}  entry {one.sequence}" if one.journal else one.place or one.about
            at = datetime.fromtimestamp(one.at_ms / 1000, CHINA_TIME)
            seen = "  settled" if one.settled_ms is not None else ""
            sys.stdout.write(f"{one.row}  {at:%Y-%m-%d %H:%M}  {one.kiosk}  {one.code}  {where}{seen}\n")
    return 1 if any(one.settled_ms is None for one in found) else 0


def run_revoke(arguments: argparse.Namespace) -> int:
    in_transaction(arguments, lambda work: enrolment.revoke(work, arguments.kiosk, system_ms()))
    if arguments.json:
        print_json({"revoked": arguments.kiosk})
    else:
        sys.stdout.write(f"{arguments.kiosk} is shut out; to let it in again, enrol it with a new code\n")
    return 0


def run_rotate_key(arguments: argparse.Namespace) -> int:
    key = platform_key.rotate(arguments.data, arguments.suite)
    if arguments.json:
        print_json({"key": key.key_id, "suite": key.suite})
    else:
        sys.stdout.write(f"{key.key_id} for {key.suite}; the keys before it stay, to open with\n")
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Exit status 0 when every file was taken. What was stored is opened here, too: no server need be running."""

    async def work(store: Any) -> Any:
        result = await import_folder(store, arguments.data, arguments.folder, system_ms())
        await opening.Opener.of(arguments.data).open_all(store, system_ms)
        return result

    result = with_store(arguments, work)
    if arguments.json:
        print_json(asdict(result))
    else:
        sys.stdout.write(
            f"{result.kiosk}: {result.stored} entries new, {result.repeats} were here, {result.attachments} files\n"
        )
        sys.stderr.writelines(f"{trouble}\n" for trouble in result.troubles)
    return 1 if result.troubles else 0


def run_reopen(arguments: argparse.Namespace) -> int:
    in_transaction(arguments, opening.reopen)
    if arguments.json:
        print_json({"reopened": True})
    else:
        sys.stdout.write("the entries that did not open are tried again\n")
    return 0


def run_publish(arguments: argparse.Namespace) -> int:
    target = arguments.to or arguments.data / publishing.FOLDER
    done = publishing.publish(arguments.data, arguments.folder, target, datetime.now(UTC))
    if arguments.json:
        print_json({"version": done.version, "files": done.files, "changed": done.changed, "until": str(done.expires)})
    else:
        said = "signed" if done.changed else "as before, signed again"
        sys.stdout.write(f"version {done.version}, {done.files} files, {said}; holds until {done.expires:%Y-%m-%d}\n")
    return 0


def run_renew(arguments: argparse.Namespace) -> int:
    target = arguments.to or arguments.data / publishing.FOLDER
    until = publishing.renew(arguments.data, target, datetime.now(UTC))
    if arguments.json:
        print_json({"until": str(until)})
    else:
        sys.stdout.write(f"holds until {until:%Y-%m-%d}\n")
    return 0


def run_backup(arguments: argparse.Namespace) -> int:
    made = backup.write(arguments.data, arguments.database, arguments.folder)
    if arguments.json:
        print_json({"folder": str(made), "files": sorted(path.name for path in made.iterdir())})
    else:
        sys.stdout.write(f"{made}: keep it where only the platform's people can read it; it holds keys and cases\n")
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    backup.restore(arguments.folder, arguments.data, arguments.database)
    with_store(arguments, backup.new_epoch)
    publishing.reissue(arguments.data, arguments.data / publishing.FOLDER, datetime.now(UTC))
    if arguments.json:
        print_json({"restored": str(arguments.data)})
    else:
        sys.stdout.write(f"{arguments.data} is restored; every kiosk is asked for what is missing when it next calls\n")
    return 0
