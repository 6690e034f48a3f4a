"""Unfinished applications, for the same card after a power cut. Written after every answer; gone at a session's end."""

from typing import Final

import msgspec

from offline_cache.card_key import CardKey, WrongCardError
from offline_cache.clock import ClockSource
from offline_cache.sqlite import Connection

_PURPOSE = b"draft"
MAX_AGE_MS: Final = 24 * 3600 * 1000
MAX_POWERED_MS: Final = 30 * 60 * 1000


class Draft(msgspec.Struct, frozen=True):
    """question: where the citizen stood; empty at the review. company: the credit code of the company that the
    answers are about; empty: the citizen's own."""

    service: str
    version: int
    answers: dict[str, str]
    question: str
    company: str = ""


def save(connection: Connection, key: CardKey, draft: Draft, clock: ClockSource) -> None:
    """One draft a card; it replaces the last."""
    connection.execute(
        "INSERT OR REPLACE INTO drafts (tag, sealed, written_ms, boot_id, monotonic_ms) VALUES (?, ?, ?, ?, ?)",
        (
            key.tag,
            key.seal(msgspec.msgpack.encode(draft), _PURPOSE),
            clock.wall_ms(),
            clock.boot_id(),
            clock.monotonic_ms(),
        ),
    )


def of_card(connection: Connection, key: CardKey, clock: ClockSource) -> Draft | None:
    """None: there is none, or it was damaged, and goes."""
    expire(connection, clock)
    row = connection.execute("SELECT sealed FROM drafts WHERE tag = ?", (key.tag,)).fetchone()
    if row is None:
        return None
    try:
        return msgspec.msgpack.decode(key.open(row[0], _PURPOSE), type=Draft)
    except WrongCardError:
        delete(connection, key)
        return None


def delete(connection: Connection, key: CardKey) -> None:
    connection.execute("DELETE FROM drafts WHERE tag = ?", (key.tag,))


def exists(connection: Connection, key: CardKey) -> bool:
    return connection.execute("SELECT 1 FROM drafts WHERE tag = ?", (key.tag,)).fetchone() is not None


def expire(connection: Connection, clock: ClockSource) -> None:
    """Drop drafts older than a day, or than half an hour with the power on. A wall clock that went back drops too."""
    connection.execute(
        """DELETE FROM drafts WHERE abs(? - written_ms) > ?
           OR (boot_id = ? AND ? - monotonic_ms > ?)
           OR (boot_id <> ? AND ? > ?)""",
        (
            clock.wall_ms(),
            MAX_AGE_MS,
            clock.boot_id(),
            clock.monotonic_ms(),
            MAX_POWERED_MS,
            clock.boot_id(),
            clock.monotonic_ms(),
            MAX_POWERED_MS,
        ),
    )
