"""How surely it is known who is there. Pure: shared with the platform."""

from typing import Final, Literal, get_args

Level = Literal["typed", "card", "card+code", "card+person", "province"]
"""Assurance of identity: a typed number; a card on the reader; a card and a code that only its holder has; a card and
the eyes of staff; the province's identity QR."""
LEVELS: Final[tuple[str, ...]] = get_args(Level)
"""Weakest first: whoever reached one has all those before it."""


def reaches(reached: str, wanted: str) -> bool:
    """Whether `reached` is enough where `wanted` is demanded. A level that is not known reaches nothing, and is reached
    by nothing."""
    return reached in LEVELS and wanted in LEVELS and LEVELS.index(reached) >= LEVELS.index(wanted)
