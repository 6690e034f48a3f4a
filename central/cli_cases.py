"""Commands about cases: what an office's staff do, until there is a page for it."""

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from central import cases, phone_uploads, workflow
from central.acting import add_slot
from central.cases import WORDS, CaseRecord
from central.cli_options import add_command, in_transaction, masked, print_json
from central.phone_files import EXTENSIONS, PhoneFiles
from central.phone_uploads import CaseFile
from central.platform import system_ms
from central.signature_picture import svg
from central.store import Transaction
from central.workdays import china_day, load_calendar
from offline_cache.bodies import Case
from offline_cache.durable import write_durably


def add_parsers(actions: Any) -> None:
    listing = add_command(actions, "cases", run_cases, "list the cases")
    listing.add_argument("--reveal", action="store_true", help="show applicants' names")
    listing.add_argument("--overdue", action="store_true", help="only those whose time has run out")
    accept = add_command(actions, "accept", run_accept, "accept a case")
    which = accept.add_mutually_exclusive_group(required=True)
    which.add_argument("number", nargs="?", help="the case's or the receipt's number")
    which.add_argument("--newest", action="store_true", help="the newest case that waits")
    move = add_command(actions, "move", run_move, "bring a case to another state; its kiosk is told")
    move.add_argument("number", help="the case's or the receipt's number")
    move.add_argument("state", choices=sorted(WORDS))
    move.add_argument("--message", default="", help="for the citizen; with `returned`, what is to be corrected")
    files = add_command(actions, "files", run_files, "what was sent by phone for a case")
    files.add_argument("number", help="the case's or the receipt's number")
    files.add_argument("--fetch", type=Path, metavar="FOLDER", help="write the files, unlocked, into this folder")
    limit = add_command(actions, "time-limit", run_time_limit, "set how many working days a service may take")
    limit.add_argument("service")
    limit.add_argument("working_days", type=int)
    signature = add_command(actions, "signature", run_signature, "show what was signed on the screen, as a picture")
    signature.add_argument("number", help="the case's or the receipt's number")
    signature.add_argument("--out", type=Path, required=True, help="write the picture (SVG) there")
    slot = add_command(actions, "slot", run_slot, "offer a slot for a service that is booked")
    slot.add_argument("service")
    slot.add_argument("starts", type=datetime.fromisoformat, help="China's wall time, such as 2026-12-01T09:00")
    slot.add_argument("--place", required=True)
    slot.add_argument("--room", type=int, default=1, help="how many fit in (default 1)")


def run_slot(arguments: argparse.Namespace) -> int:
    slot = in_transaction(
        arguments,
        lambda work: add_slot(work, arguments.service, arguments.starts, arguments.place, arguments.room),
    )
    if arguments.json:
        print_json({"slot": slot})
    else:
        sys.stdout.write(f"{slot}: room for {arguments.room}\n")
    return 0


def run_cases(arguments: argparse.Namespace) -> int:
    async def job(work: Transaction) -> list[CaseRecord]:
        return await (cases.overdue(work, china_day(system_ms())) if arguments.overdue else cases.all_cases(work))

    found = in_transaction(arguments, job)
    if arguments.json:
        print_json({"cases": [_shown(case, reveal=arguments.reveal) for case in found]})
        return 0
    for case in found:
        shown = _shown(case, reveal=arguments.reveal)
        line = "  ".join(str(shown[name]) for name in ("number", "receipt_number", "service", "state"))
        due = f"  due {case.due}" if case.due else ""
        twin = f"  same as {case.duplicate_of}?" if case.duplicate_of else ""
        urgent = "URGENT  " if case.urgent and case.state == "received" else ""
        sys.stdout.write(f"{urgent}{line}{due}{twin}\n")
    return 0


def run_signature(arguments: argparse.Namespace) -> int:
    async def job(work: Transaction) -> tuple[CaseRecord, Case]:
        case = await cases.find(work, arguments.number)
        return case, await cases.body_of(work, case)

    case, body = in_transaction(arguments, job)
    signed = body.signature
    if signed is None:
        raise cases.CaseError("case.unsigned", f"nothing was signed with the case {case.number}")
    if signed.strokes:
        arguments.out.write_text(svg(signed.strokes), encoding="utf-8")
    how = "drawn" if signed.strokes else "attested" if signed.attested else "owed"
    by = "agent" if body.agent else "applicant"
    if arguments.json:
        print_json({"number": case.number, "signature": how, "by": by, "texts": signed.texts})
    else:
        texts = ", ".join(f"{name} ({version})" for name, version in signed.texts.items())
        sys.stdout.write(f"{case.number}: signature {how}, by the {by}, for {texts}\n")
    return 0


def run_accept(arguments: argparse.Namespace) -> int:
    async def job(work: Transaction) -> tuple[CaseRecord, bool]:
        number = await cases.newest_waiting(work) if arguments.newest else arguments.number
        return await workflow.move(
            work, load_calendar(arguments.data), await cases.find(work, number), "accepted", "", system_ms()
        )

    return _moved(arguments, *in_transaction(arguments, job))


def run_move(arguments: argparse.Namespace) -> int:
    if arguments.state == "returned" and not arguments.message:
        raise cases.CaseError("case.message", "say what is to be corrected: --message 请补户口本复印件")

    async def job(work: Transaction) -> tuple[CaseRecord, bool]:
        case = await cases.find(work, arguments.number)
        calendar = load_calendar(arguments.data)
        return await workflow.move(work, calendar, case, arguments.state, arguments.message, system_ms())

    return _moved(arguments, *in_transaction(arguments, job))


def run_files(arguments: argparse.Namespace) -> int:
    async def job(work: Transaction) -> tuple[CaseRecord, list[CaseFile], list[str]]:
        case = await cases.find(work, arguments.number)
        return case, await phone_uploads.of_case(work, case), await phone_uploads.missing_of(work, case)

    case, found, missing = in_transaction(arguments, job)
    named = [
        (f"{case.number}-{at}.{EXTENSIONS[one.sent.attachment.media_type]}", one) for at, one in enumerate(found, 1)
    ]
    if arguments.fetch is not None:
        arguments.fetch.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = PhoneFiles(arguments.data)
        for name, one in named:
            write_durably(arguments.fetch / name, folder.open(one.suite, one.sent.attachment), 0o600)
    if arguments.json:
        shown = [
            {
                "file": name, "material": one.material, "name": one.name, "media_type": one.sent.attachment.media_type,
                "trust": one.trust, "received_ms": one.sent.received_ms,
            }
            for name, one in named
        ]  # fmt: skip
        print_json({"number": case.number, "files": shown, "missing": missing})
        return 0
    for name, one in named:
        sys.stdout.write(f"{name}  {one.material}  {one.name}  trust {one.trust}\n")
    for material in missing:
        sys.stdout.write(f"missing: {material} was not here when the case came; ask for it again\n")
    return 0


def run_time_limit(arguments: argparse.Namespace) -> int:
    if arguments.working_days < 1:
        raise cases.CaseError("case.limit", "a service takes at least one working day")
    in_transaction(arguments, lambda work: workflow.set_time_limit(work, arguments.service, arguments.working_days))
    if arguments.json:
        print_json({"service": arguments.service, "working_days": arguments.working_days})
    else:
        sys.stdout.write(f"{arguments.service}: {arguments.working_days} working days from acceptance on\n")
    return 0


def _moved(arguments: argparse.Namespace, case: CaseRecord, changed: bool) -> int:
    if arguments.json:
        print_json({**_shown(case, reveal=False), "changed": changed})
    else:
        said = "" if changed else "was before: "
        due = f", due {case.due}" if case.due else ""
        sys.stdout.write(f"{case.number} {said}{WORDS[case.state]} ({case.state}){due}\n")
    return 0


def _shown(case: CaseRecord, *, reveal: bool) -> dict[str, Any]:
    return {
        "number": case.number,
        "receipt_number": case.receipt_number,
        "service": case.service,
        "kiosk": case.kiosk,
        "sequence": case.sequence,
        "company": masked(case.company_name, reveal=reveal),
        "applicant": masked(case.applicant_name, reveal=reveal),
        "state": case.state,
        "state_text": WORDS[case.state],
        "message": case.message,
        "due": case.due,
        "days_left": case.days_left,
        "duplicate_of": case.duplicate_of,
        "urgent": bool(case.urgent),
        "assurance": case.assurance,
        "submitted_ms": case.submitted_ms,
        "received_ms": case.received_ms,
        "changed_ms": case.changed_ms,
    }
