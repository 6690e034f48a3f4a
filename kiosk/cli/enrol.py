"""`kiosk enrol`: makes this kiosk's keys and registers it with the platform, once."""

import argparse
import os
import sys
from datetime import UTC, datetime
from typing import Any

from kiosk.cli.options import add_config, add_json, print_json
from kiosk.config import load_config
from offline_cache.identity import FILE, Identity, save
from offline_cache.sealing import suite


class EnrolledError(Exception):
    """This kiosk has an identity already; a second one would orphan the first one's journal."""

    code = "kiosk.enrolled"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("enrol", help="register this kiosk with the platform, once")
    parser.add_argument("--code", required=True, help="one-time code from `central enrol-code`")
    parser.add_argument("--suite", default="intl-1")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from sync.client import PlatformClient
    from sync.wire import EnrolmentRequest

    config = load_config(arguments.config)
    if (config.data / FILE).exists():
        raise EnrolledError(f"{config.data} has an identity already")
    algorithms = suite(arguments.suite)
    private = algorithms.new_signing_key()
    client = PlatformClient(config.platform_url, None, lambda: datetime.now(UTC))
    answer = client.enrol(EnrolmentRequest(arguments.code, arguments.suite, algorithms.signing_key(private).public))
    client.close()
    save(
        config.data,
        Identity(
            kiosk=answer.kiosk,
            suite=arguments.suite,
            signing_key=private,
            secret=os.urandom(32),
            platform_key_id=answer.platform_key_id,
            platform_public_key=answer.platform_public_key,
            public_address=answer.public_address,
        ),
    )
    if arguments.json:
        print_json({"kiosk": answer.kiosk, "platform_key": answer.platform_key_id})
    else:
        sys.stdout.write(f"this kiosk is {answer.kiosk}\n")
    return 0
