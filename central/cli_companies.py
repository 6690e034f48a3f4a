"""Commands about legal persons: what staff enter from a licence and its legal representative's word."""

import argparse
import sys
from datetime import date
from typing import Any

from central import companies
from central.cli_options import add_command, in_transaction, masked, print_json
from central.companies import CompanyError
from central.platform import system_ms
from central.platform_key import lookup_key, person_key


def add_parsers(actions: Any) -> None:
    company = actions.add_parser("company", help="legal persons, and who may act for them")
    named = company.add_subparsers(required=True, metavar="COMMAND")
    add = add_command(named, "add", run_add, "enter a company, or change its name or status")
    add.add_argument("credit_code")
    add.add_argument("name")
    add.add_argument("--status", choices=["active", "suspended", "closed"], default="active")
    authorise = add_command(named, "authorise", run_authorise, "let somebody act for it; the id number comes on stdin")
    authorise.add_argument("credit_code")
    authorise.add_argument("--role", choices=["legal", "agent"], required=True, help="法定代表人 or 经办人")
    authorise.add_argument("--service", action="append", default=[], help="only in this one; may be repeated")
    authorise.add_argument("--until", type=date.fromisoformat, help="the last day, such as 2027-12-31")
    revoke = add_command(named, "revoke", run_revoke, "end somebody's right; the id number comes on stdin")
    revoke.add_argument("credit_code")
    listing = add_command(named, "list", run_list, "list the companies; who may act for them is kept as a hash only")
    listing.add_argument("--reveal", action="store_true", help="show the companies' names")


def run_add(arguments: argparse.Namespace) -> int:
    code = arguments.credit_code.upper()
    in_transaction(arguments, lambda work: companies.add(work, code, arguments.name, arguments.status))
    return _told(arguments, code, arguments.status)


def run_authorise(arguments: argparse.Namespace) -> int:
    code, person = arguments.credit_code.upper(), _person(arguments)
    in_transaction(
        arguments,
        lambda work: companies.authorise(work, code, person, arguments.role, arguments.service, arguments.until),
    )
    return _told(arguments, code, "authorised")


def run_revoke(arguments: argparse.Namespace) -> int:
    code, person = arguments.credit_code.upper(), _person(arguments)
    in_transaction(arguments, lambda work: companies.revoke(work, code, person, system_ms()))
    return _told(arguments, code, "revoked")


def run_list(arguments: argparse.Namespace) -> int:
    found = in_transaction(arguments, companies.all_companies)
    shown: list[dict[str, Any]] = [
        {
            "credit_code": one.credit_code,
            "name": masked(one.name, reveal=arguments.reveal),
            "status": one.status,
            "authorised": [
                {"role": role, "services": services.split(), "until": until, "revoked": revoked}
                for role, services, until, revoked in one.authorised
            ],
        }
        for one in found
    ]
    if arguments.json:
        print_json({"companies": shown})
        return 0
    for one in shown:
        sys.stdout.write(f"{one['credit_code']}  {one['name']}  {one['status']}\n")
        for right in one["authorised"]:
            services = " ".join(right["services"]) or "all services"
            until = f"until {right['until']}" if right["until"] else "without end"
            sys.stdout.write(f"  {right['role']}  {services}  {until}{'  revoked' if right['revoked'] else ''}\n")
    return 0


def _person(arguments: argparse.Namespace) -> bytes:
    """Who stands on standard input: what is on a command line, `ps` and the shell's history show."""
    if sys.stdin.isatty():
        sys.stderr.write("id number: ")
        sys.stderr.flush()
    number = sys.stdin.readline().strip()
    if not number.isalnum():
        raise CompanyError("write the person's id number to standard input")
    return person_key(lookup_key(arguments.data), number)


def _told(arguments: argparse.Namespace, code: str, what: str) -> int:
    if arguments.json:
        print_json({"credit_code": code, "state": what})
    else:
        sys.stdout.write(f"{code}: {what}\n")
    return 0
