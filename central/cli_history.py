"""What happened with one case, and who did it: for the office, and for whoever has to prove it."""

import argparse
import sys
from typing import Any, Final

from central import cases
from central.cli_options import add_command, in_transaction, masked, print_json
from central.store import Transaction
from offline_cache.bodies import Supplement, Withdrawal, decode
from offline_cache.entry import Kind

_BODY: Final = {
    "supplemented": Kind.SUPPLEMENT,
    "withdrawal": Kind.WITHDRAWAL,
    "consent-withdrawn": Kind.WITHDRAWAL,
}
"""What is told of a rating is only that there is one: nobody sees who thinks what."""


def add_parsers(actions: Any) -> None:
    history = add_command(actions, "history", run_history, "what happened with a case, and who did it")
    history.add_argument("number", help="the case's or the receipt's number")
    history.add_argument("--reveal", action="store_true", help="show the names of helpers")


def run_history(arguments: argparse.Namespace) -> int:
    async def job(work: Transaction) -> tuple[str, list[cases.Event]]:
        case = await cases.find(work, arguments.number)
        return case.number, await cases.history(work, case)

    number, events = in_transaction(arguments, job)
    shown = [_shown(event, reveal=arguments.reveal) for event in events]
    if arguments.json:
        print_json({"number": number, "history": shown})
        return 0
    for one in shown:
        told = "  ".join(f"{name} {one[name]}" for name in ("way", "consent", "agent", "signature") if one[name])
        sys.stdout.write(f"{one['at_ms']}  {one['event']}  {told}".rstrip() + "\n")
    return 0


def _shown(event: cases.Event, *, reveal: bool) -> dict[str, Any]:
    """agent: who did it for the applicant; empty: the applicant, or the office."""
    kind = _BODY.get(event.event)
    body = decode(kind, event.body) if kind and event.body else None
    agent, signature, way, consent = "", "", "", ""
    match body:
        case Supplement():
            agent = masked(body.agent.name, reveal=reveal) if body.agent else ""
            way = str(body.answers.get("way", ""))
            if body.signature:
                signature = "drawn" if body.signature.strokes else "attested"
        case Withdrawal():
            consent = body.consent
    return {
        "at_ms": event.at_ms,
        "event": event.event,
        "state": event.state,
        "message": event.message,
        "way": way,
        "consent": consent,
        "agent": agent,
        "signature": signature,
    }
