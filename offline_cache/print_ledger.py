"""The print ledger: prepared → sending → sent → confirmed | failed-clean | unknown, each durable before the next step.

It holds no personal data. After any crash it tells whether paper may have come out: a print that was prepared has sent
nothing; one that was sending may have. Nothing unknown is printed again by itself (facts: printing, Print ledger).
"""

import os
from typing import Final

from offline_cache.sqlite import Connection

PREPARED: Final = "prepared"
SENDING: Final = "sending"
SENT: Final = "sent"
CONFIRMED: Final = "confirmed"
FAILED_CLEAN: Final = "failed-clean"
UNKNOWN: Final = "unknown"
OUTCOMES: Final = (CONFIRMED, FAILED_CLEAN, UNKNOWN)

_FROM: Final = {
    SENDING: (PREPARED,),
    SENT: (SENDING,),
    CONFIRMED: (SENDING, SENT),
    FAILED_CLEAN: (PREPARED, SENDING),
    UNKNOWN: (SENDING, SENT),
}


class LedgerError(Exception):
    """A step that the ledger does not allow: a bug, not a fault of the world."""


def prepare(connection: Connection, about: bytes, copy: int, now_ms: int) -> bytes:
    """A new print; returns its id. about: the entry it is for, or empty. copy: 0, or n for the n-th 补打."""
    print_id = os.urandom(16)
    connection.execute(
        "INSERT INTO prints (print_id, about, copy, state, code, changed_ms) VALUES (?, ?, ?, ?, '', ?)",
        (print_id, about, copy, PREPARED, now_ms),
    )
    return print_id


def step(connection: Connection, print_id: bytes, state: str, now_ms: int, code: str = "") -> None:
    """Raises LedgerError when `state` cannot follow."""
    allowed = _FROM[state]
    marks = ", ".join("?" * len(allowed))
    changed = connection.execute(
        f"UPDATE prints SET state = ?, code = ?, changed_ms = ? WHERE print_id = ? AND state IN ({marks})",  # noqa: S608
        (state, code, now_ms, print_id, *allowed),
    ).rowcount
    if changed != 1:
        raise LedgerError(f"a print cannot become {state} from where it is")


def settle_after_crash(connection: Connection, now_ms: int) -> list[tuple[bytes, bytes, int, str]]:
    """What was under way when the program ended: returns (print id, about, copy, outcome) of each."""
    settled = []
    rows = connection.execute(
        "SELECT print_id, about, copy, state FROM prints WHERE state IN (?, ?, ?)", (PREPARED, SENDING, SENT)
    ).fetchall()
    for print_id, about, copy, state in rows:
        outcome = FAILED_CLEAN if state == PREPARED else UNKNOWN
        step(connection, print_id, outcome, now_ms, "print.interrupted")
        settled.append((print_id, about, copy, outcome))
    return settled


def next_copy(connection: Connection, about: bytes) -> int:
    """The number of the next 补打 of this entry's paper: one more than any that may have come out."""
    highest = connection.execute(
        "SELECT max(copy) FROM prints WHERE about = ? AND state != ?", (about, FAILED_CLEAN)
    ).fetchone()[0]
    return 1 if highest is None else int(highest) + 1


def counts(connection: Connection) -> dict[str, int]:
    return dict(connection.execute("SELECT state, count(*) FROM prints GROUP BY state").fetchall())
