"""Where an entry stands in its database: the journal's ordinal and the entry's sequence in one integer, so that the
table itself is in the chain's order and needs no index for it."""

from typing import Final

_BITS: Final = 40


def position(ordinal: int, sequence: int) -> int:
    return ordinal << _BITS | sequence


def sequence_of(position: int) -> int:
    return position & (1 << _BITS) - 1


def ordinal_of(position: int) -> int:
    return position >> _BITS


def after_last(ordinal: int) -> int:
    """Greater than every position of that journal."""
    return (ordinal + 1) << _BITS
