"""What the kiosk knows of the platform without talking to it: the agent's notes, read by the composition root."""

from dataclasses import dataclass
from typing import Protocol

from offline_cache.upstream import Upstream


@dataclass(frozen=True)
class Link:
    """online: the platform answered lately."""

    online: bool


class Delivery(Upstream, Protocol):
    """Read-only; used in the worker thread."""

    def link(self) -> Link: ...

    def platform_key(self) -> tuple[str, bytes] | None:
        """(id, raw public key) when the platform told another key than at enrolment."""
        ...

    def letter(self, entry_id: bytes) -> bytes | None:
        """The newest sealed letter about a case (offline_cache.return_letter), if any came."""
        ...
