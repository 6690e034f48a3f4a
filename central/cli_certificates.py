"""Commands about certificates."""

import argparse
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from central import certificates, issuing_key
from central.certificates import CertificateError
from central.cli_options import PUBLIC_ADDRESS_VARIABLE, add_command, in_transaction, print_json, with_store
from central.platform import system_ms
from central.spoken_code import as_printed

PASSWORD_VARIABLE: Final = "TONGBAN_PKCS12_PASSWORD"  # noqa: S105
_FONTS: Final = Path("/usr/share/fonts/opentype/noto")
"""Where Debian's fonts-noto-cjk puts them."""


def add_parsers(actions: Any) -> None:
    key = add_command(actions, "issuing-key", run_issuing_key, "make or bring the key that signs certificates")
    whose = key.add_mutually_exclusive_group(required=True)
    whose.add_argument("--office", help="make one, with a root of this platform's own, in the name of this office")
    whose.add_argument("--pkcs12", type=Path, help=f"bring the office's; {PASSWORD_VARIABLE} holds the file's password")
    issue = add_command(actions, "issue", run_issue, "issue a certificate for a completed case, as a signed PDF/A")
    issue.add_argument("number", help="the case's or the receipt's number")
    issue.add_argument("--title", required=True)
    issue.add_argument("--text", required=True, help="what is certified; line ends part paragraphs")
    issue.add_argument("--kind", default="", help="as definitions name it: its holder need not hand it in")
    issue.add_argument("--out", type=Path, help="write the PDF there, too")
    issue.add_argument("--public-address", default=os.environ.get(PUBLIC_ADDRESS_VARIABLE, ""), help="as for serve")
    issue.add_argument("--fonts", type=Path, default=_FONTS, help="a folder with Noto Serif CJK SC (default: Debian's)")
    revoke = add_command(actions, "revoke-certificate", run_revoke, "from now on it does not hold")
    revoke.add_argument("code", help="the verification code on the paper")


def run_issuing_key(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    if arguments.office:
        key = issuing_key.make(arguments.data, arguments.office, now)
    else:
        key = issuing_key.take(arguments.data, arguments.pkcs12, os.environ.get(PASSWORD_VARIABLE, ""), now)
    root = arguments.data / issuing_key.FOLDER / issuing_key.ROOT_FILE
    if arguments.json:
        print_json({"office": key.office, "until": str(key.until), "root": str(root)})
    else:
        sys.stdout.write(f"{key.office} signs until {key.until:%Y-%m-%d}; hand out {root} to whoever verifies files\n")
    return 0


def run_issue(arguments: argparse.Namespace) -> int:
    # typst and pyHanko take half a second to load; the other commands do not need them.
    from central import issuing

    if not arguments.public_address:
        raise CertificateError(
            "certificate.address", f"say where phones verify it: --public-address, or {PUBLIC_ADDRESS_VARIABLE}"
        )
    key = issuing_key.load(arguments.data, datetime.now(UTC))
    wanted = issuing.Wanted(arguments.number, arguments.title, arguments.text, arguments.public_address, arguments.kind)
    made, pdf = with_store(arguments, lambda store: issuing.issue(store, key, wanted, arguments.fonts, system_ms()))
    if arguments.out:
        arguments.out.write_bytes(pdf)
    if arguments.json:
        print_json(asdict(made))
    else:
        sys.stdout.write(f"{made.case_number}: {made.title}, verification code {as_printed(made.code)}\n")
    return 0


def run_revoke(arguments: argparse.Namespace) -> int:
    found = in_transaction(arguments, lambda work: certificates.revoke(work, arguments.code, system_ms()))
    if arguments.json:
        print_json(asdict(found))
    else:
        sys.stdout.write(f"{found.case_number}: {found.title} does not hold any more; its page says so\n")
    return 0
