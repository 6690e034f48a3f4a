"""The cases that were handed in at this kiosk, each sealed under the card of its applicant."""

import logging

import msgspec

from offline_cache.card_key import CardKey, WrongCardError
from offline_cache.sqlite import Connection

logger = logging.getLogger(__name__)

_PURPOSE = b"receipt"


class Receipt(msgspec.Struct, frozen=True):
    """return_key opens the platform's letters about the case. submitted_ms: Unix milliseconds. digest, signature: the
    entry's, for a copy of the paper, even when another journal carries the entry; empty in receipts of the first
    version. bundle: as in the case. agent, company: who handed it in for the applicant (代办), and the company whose
    case it is; masked, as a copy of the paper shows them."""

    service: str
    service_name: str
    number: str
    entry_id: bytes
    return_key: bytes
    token: bytes
    submitted_ms: int
    digest: bytes = b""
    signature: bytes = b""
    bundle: bytes = b""
    agent: str = ""
    company: str = ""


def add(connection: Connection, key: CardKey, position: int, receipt: Receipt) -> None:
    """Within the transaction that writes the entry at `position`; a second time nothing changes."""
    sealed = key.seal(msgspec.msgpack.encode(receipt), _PURPOSE)
    connection.execute(
        "INSERT OR IGNORE INTO receipts (position, tag, sealed) VALUES (?, ?, ?)", (position, key.tag, sealed)
    )


def entry_moved(connection: Connection, old: int, new: int) -> None:
    """The entry goes to the platform from another position now: another journal carries it."""
    connection.execute("UPDATE receipts SET position = ? WHERE position = ?", (new, old))


def at(connection: Connection, key: CardKey, position: int) -> Receipt | None:
    """The receipt of the entry at `position`. Raises WrongCardError when it is another card's."""
    row = connection.execute("SELECT sealed FROM receipts WHERE position = ?", (position,)).fetchone()
    return msgspec.msgpack.decode(key.open(row[0], _PURPOSE), type=Receipt) if row else None


def of_card(connection: Connection, key: CardKey) -> list[tuple[int, Receipt]]:
    """(position, receipt), newest first. One that is damaged hides no other."""
    rows = connection.execute(
        "SELECT position, sealed FROM receipts WHERE tag = ? ORDER BY position DESC", (key.tag,)
    ).fetchall()
    found = []
    for position, sealed in rows:
        try:
            opened = key.open(sealed, _PURPOSE)
        except WrongCardError:
            logger.error("the receipt at %s is damaged", position)  # noqa: TRY400
            continue
        found.append((position, msgspec.msgpack.decode(opened, type=Receipt)))
    return found
