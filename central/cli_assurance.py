"""Commands about what proves who somebody is, and what they hold already. Id numbers are read from stdin, a line each:
on the command line everybody on the machine would see them."""

import argparse
import sys
from datetime import date
from typing import Any

from central import held, phones, platform_key
from central.cli_options import add_command, in_transaction, print_json
from central.held import Noted
from central.platform import system_ms
from central.store import Transaction


def add_parsers(actions: Any) -> None:
    phone = add_command(actions, "phones", run_phones, "phones on record, to which one-time codes are sent")
    phone.add_argument(
        "do", choices=("set", "forget", "list"), help="set: reads lines `ID PHONE`; forget: lines `ID`, from stdin"
    )
    noted = add_command(actions, "held", run_held, "certificates on paper that staff have seen: nobody hands them in")
    noted.add_argument("do", choices=("note", "drop"), help="for whom: reads lines `ID` from stdin")
    noted.add_argument("kind", help="as definitions name it, such as disability-card")
    noted.add_argument("--until", type=date.fromisoformat, help="the last day on which it holds (default: for ever)")
    marked = add_command(actions, "harmless", run_harmless, "kinds of certificates told to whoever has the card")
    marked.add_argument("kind", nargs="?", help="mark it (default: list those that are marked)")
    marked.add_argument("--not", dest="is_not", action="store_true", help="take the mark away: a code is wanted, too")


def run_phones(arguments: argparse.Namespace) -> int:
    """All lines or none. Raises PhoneError."""
    if arguments.do == "list":
        found = in_transaction(arguments, phones.listed)
        if arguments.json:
            print_json({"phones": [{"tail": tail, "set_ms": set_ms} for tail, set_ms in found]})
        else:
            sys.stdout.writelines(f"…{tail}\n" for tail, _ in found)
        return 0
    wanted = 2 if arguments.do == "set" else 1
    lines = [line.split() for line in sys.stdin if line.strip()]
    if any(len(line) != wanted for line in lines):
        raise phones.PhoneError("phone.id", "a line holds an id number" + (" and a phone" if wanted == 2 else ""))
    lookup = platform_key.lookup_key(arguments.data)
    people = [platform_key.person_key(lookup, phones.sound_id(line[0])) for line in lines]
    numbers = [phones.sound_phone(line[1]) for line in lines] if wanted == 2 else []

    async def job(work: Transaction) -> int:
        if arguments.do == "forget":
            return sum([await phones.forget(work, person) for person in people])
        for person, phone in zip(people, numbers, strict=True):
            await phones.keep(work, person, phone, system_ms())
        return len(people)

    return _told(arguments, in_transaction(arguments, job))


def run_held(arguments: argparse.Namespace) -> int:
    """All lines or none. Raises PhoneError and KindError."""
    lookup = platform_key.lookup_key(arguments.data)
    people = [
        platform_key.person_key(lookup, phones.sound_id(line)) for line in sys.stdin.read().splitlines() if line.strip()
    ]

    async def job(work: Transaction) -> int:
        for person in people:
            if arguments.do == "note":
                await held.note(work, person, Noted(arguments.kind, str(arguments.until or "")), system_ms())
            else:
                await held.drop(work, person, arguments.kind)
        return len(people)

    return _told(arguments, in_transaction(arguments, job))


def run_harmless(arguments: argparse.Namespace) -> int:
    async def job(work: Transaction) -> list[str]:
        if arguments.kind:
            await held.mark(work, arguments.kind, is_harmless=not arguments.is_not)
        return await held.harmless(work)

    kinds = in_transaction(arguments, job)
    if arguments.json:
        print_json({"harmless": kinds})
    else:
        sys.stdout.writelines(f"{kind}\n" for kind in kinds)
    return 0


def _told(arguments: argparse.Namespace, count: int) -> int:
    if arguments.json:
        print_json({"people": count})
    else:
        sys.stdout.write(f"{count} people\n")
    return 0
