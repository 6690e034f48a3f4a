"""The cases: made from opened envelopes, moved from state to state, each change told to the kiosk by the feed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from offline_cache.bodies import Case
from offline_cache.number import is_receipt_number
from offline_cache.return_letter import Letter, seal_letter
from offline_cache.sqlite import Connection

CHINA_TIME: Final = timezone(timedelta(hours=8))
WORDS: Final = {
    "received": "已接件",
    "accepted": "已受理",
    "not-accepted": "不予受理",
    "returned": "补正",
    "processing": "部门办理",
    "special": "特别程序",
    "completed": "办结",
    "rejected": "退件",
    "withdrawn": "撤销",
}
"""Case states on the wire and in words. Source: facts page on services, 办件状态."""


class CaseError(Exception):
    """code: case.unknown, or case.state when the case is not in a state that allows it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class CaseRecord:
    """number: the platform's. sequence: the entry's in its journal. *_ms: Unix milliseconds."""

    number: str
    receipt_number: str
    service: str
    kiosk: str
    sequence: int
    applicant_name: str
    state: str
    submitted_ms: int
    received_ms: int
    changed_ms: int


_COLUMNS: Final = (
    "number, receipt_number, service, kiosk, sequence, applicant_name, state, submitted_ms, received_ms, changed_ms"
)


def create(
    connection: Connection,
    entry_id: bytes,
    kiosk: str,
    sequence: int,
    submitted_ms: int,
    case: Case,
    body: bytes,
    now_ms: int,
) -> None:
    """A case that has arrived: received, with a number of the platform's own. Within a transaction."""
    row = connection.execute(
        "INSERT INTO cases (entry_id, kiosk, sequence, receipt_number, token, service, applicant_name, body,"
        " return_key, submitted_ms, received_ms, state, changed_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry_id,
            kiosk,
            sequence,
            case.number,
            case.token,
            case.service,
            case.applicant.name + ("…" if case.applicant.name_cut else ""),
            body,
            case.return_key,
            submitted_ms,
            now_ms,
            "received",
            now_ms,
        ),
    ).lastrowid
    day = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(CHINA_TIME)
    connection.execute("UPDATE cases SET number = ? WHERE row = ?", (f"BJ{day:%Y%m%d}{row:06}", row))
    _tell(connection, row)


def accept(connection: Connection, number: str, now_ms: int) -> tuple[CaseRecord, bool]:
    """Accept the case of that number, the platform's or the receipt's. False: it was accepted before.

    Within a transaction. Raises CaseError.
    """
    rows = connection.execute(
        "SELECT row, state, number FROM cases WHERE number = ? OR receipt_number = ? ORDER BY row",
        (number, number.upper()),
    ).fetchall()
    if len(rows) > 1:
        # A kiosk restored from an older copy gave a number again before it knew.
        named = ", ".join(found[2] for found in rows)
        raise CaseError("case.ambiguous", f"{number} is on the receipts of several cases: name one of {named}")
    if not rows:
        mistyped = "-" in number and not is_receipt_number(number)
        hint = ": the number is mistyped, its check character does not fit" if mistyped else ""
        raise CaseError("case.unknown", f"there is no case {number}{hint}")
    identifier, state, _ = rows[0]
    if state not in ("received", "accepted"):
        raise CaseError("case.state", f"the case {number} is {WORDS[state]} ({state}) and cannot be accepted")
    if state == "received":
        connection.execute("UPDATE cases SET state = 'accepted', changed_ms = ? WHERE row = ?", (now_ms, identifier))
        _tell(connection, identifier)
    return _record(connection, identifier), state == "received"


def newest_waiting(connection: Connection) -> str:
    """The number of the newest case that nobody has accepted. Raises CaseError."""
    row = connection.execute("SELECT number FROM cases WHERE state = 'received' ORDER BY row DESC LIMIT 1").fetchone()
    if row is None:
        raise CaseError("case.unknown", "no case waits to be accepted")
    return str(row[0])


def all_cases(connection: Connection) -> list[CaseRecord]:
    """Oldest first."""
    return [CaseRecord(*row) for row in connection.execute(f"SELECT {_COLUMNS} FROM cases ORDER BY row")]  # noqa: S608


def by_token(connection: Connection, token: bytes) -> CaseRecord | None:
    row = connection.execute("SELECT row FROM cases WHERE token = ?", (token,)).fetchone()
    return _record(connection, row[0]) if row else None


def _record(connection: Connection, identifier: int) -> CaseRecord:
    row = connection.execute(f"SELECT {_COLUMNS} FROM cases WHERE row = ?", (identifier,)).fetchone()  # noqa: S608
    return CaseRecord(*row)


def _tell(connection: Connection, identifier: int) -> None:
    """Put the case's state on its kiosk's feed, readable with the case's return key only."""
    entry_id, kiosk, return_key, number, state, changed_ms = connection.execute(
        "SELECT entry_id, kiosk, return_key, number, state, changed_ms FROM cases WHERE row = ?", (identifier,)
    ).fetchone()
    letter = seal_letter(return_key, entry_id, Letter(number=number, state=state, at_ms=changed_ms, message=""))
    connection.execute("INSERT INTO feed (kiosk, about, letter) VALUES (?, ?, ?)", (kiosk, entry_id, letter))
