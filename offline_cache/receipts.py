"""The cases that were handed in at this kiosk, each sealed under the card of its applicant."""

import msgspec

from offline_cache.card_key import CardKey
from offline_cache.sqlite import Connection

_PURPOSE = b"receipt"


class Receipt(msgspec.Struct, frozen=True):
    """return_key opens the platform's letters about the case. submitted_ms: Unix milliseconds."""

    service: str
    service_name: str
    number: str
    entry_id: bytes
    return_key: bytes
    token: bytes
    submitted_ms: int


def add(connection: Connection, key: CardKey, receipt: Receipt) -> None:
    """Within the transaction that writes the entry."""
    sealed = key.seal(msgspec.msgpack.encode(receipt), _PURPOSE)
    connection.execute(
        "INSERT OR IGNORE INTO receipts (entry_id, tag, sealed) VALUES (?, ?, ?)", (receipt.entry_id, key.tag, sealed)
    )


def of_card(connection: Connection, key: CardKey) -> list[Receipt]:
    """Newest first. Raises WrongCardError when a row was changed."""
    rows = connection.execute("SELECT sealed FROM receipts WHERE tag = ? ORDER BY rowid DESC", (key.tag,)).fetchall()
    return [msgspec.msgpack.decode(key.open(sealed, _PURPOSE), type=Receipt) for (sealed,) in rows]
