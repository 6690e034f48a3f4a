"""`kiosk enrol`: makes this kiosk's keys and registers it with the platform, once."""

import argparse
import os
import sys
from datetime import UTC, datetime
from typing import Any

from kiosk.cli.options import add_config, add_json, print_json
from kiosk.config import load_config
from offline_cache.identity import FILE, Identity, load, save
from offline_cache.lock import FolderLock
from offline_cache.sealing import REQUEST_SUITE, SUITES, suite


class EnrolledError(Exception):
    """This kiosk has an identity already."""

    code = "kiosk.enrolled"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("enrol", help="register this kiosk with the platform, once")
    parser.add_argument("--code", required=True, help="one-time code from `central enrol-code`")
    parser.add_argument("--suite", default="intl-1", choices=SUITES)
    parser.add_argument(
        "--again", action="store_true", help="give an enrolled kiosk a new identity; what waits is carried over"
    )
    add_config(parser)
    add_json(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from sync.client import PlatformClient
    from sync.repository import distrust
    from sync.wire import EnrolmentRequest

    config = load_config(arguments.config)
    secret = os.urandom(32)
    if (config.data / FILE).exists():
        if not arguments.again:
            raise EnrolledError(f"{config.data} has an identity already; --again gives it a new one")
        # The secret stays: receipts and drafts are sealed under it.
        secret = load(config.data).secret
    lock = FolderLock(config.data)
    algorithms = suite(arguments.suite)
    private = algorithms.new_signing_key()
    request_key = b"" if arguments.suite == REQUEST_SUITE else suite(REQUEST_SUITE).new_signing_key()
    request_public = suite(REQUEST_SUITE).signing_key(request_key).public if request_key else b""
    client = PlatformClient(config.platform_url, None, lambda: datetime.now(UTC), config.platform_ca)
    public = algorithms.signing_key(private).public
    answer = client.enrol(EnrolmentRequest(arguments.code, arguments.suite, public, request_public))
    client.close()
    distrust(config.data)
    save(
        config.data,
        Identity(
            kiosk=answer.kiosk,
            suite=arguments.suite,
            signing_key=private,
            secret=secret,
            platform_key_id=answer.platform_key_id,
            platform_public_key=answer.platform_public_key,
            public_address=answer.public_address,
            request_key=request_key,
        ),
    )
    lock.release()
    if arguments.json:
        print_json({"kiosk": answer.kiosk, "platform_key": answer.platform_key_id})
    else:
        sys.stdout.write(f"this kiosk is {answer.kiosk}\n")
    return 0
