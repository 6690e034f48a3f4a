"""What the kiosk knows of the platform without talking to it: the agent's notes, read by the composition root."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Link:
    """online: the platform answered lately. offset_ms: platform clock minus kiosk clock; None before first contact."""

    online: bool
    offset_ms: int | None


class Delivery(Protocol):
    """Read-only; used in the worker thread."""

    def link(self) -> Link: ...

    def next_wanted(self, journal: bytes) -> int:
        """The first sequence of `journal` that the platform does not have yet."""
        ...

    def letter(self, entry_id: bytes) -> bytes | None:
        """The newest sealed letter about a case (offline_cache.return_letter), if any came."""
        ...
