"""What the journal has to know of the platform; the agent's notes tell it."""

from typing import Protocol

from offline_cache.clock import Anchor


class Upstream(Protocol):
    """Read-only; used in the writer's thread."""

    def anchor(self) -> Anchor | None:
        """The platform's time at its last answer; None before the first."""
        ...

    def next_wanted(self, journal: bytes) -> int:
        """The first sequence of `journal` that the platform does not have yet."""
        ...

    def forked_at(self, journal: bytes) -> int | None:
        """The first sequence at which the platform holds another entry than this kiosk: one of the two was restored
        from an older copy. None while they agree."""
        ...

    def delivered_before(self, journal: bytes, before_ms: int) -> int:
        """The last sequence that the platform had before that time (its own clock, Unix milliseconds); 0 for none."""
        ...

    def uploaded_before(self, digest: bytes, before_ms: int) -> bool:
        """Whether the platform had that whole attachment before that time (its own clock)."""
        ...


class Alone:
    """Nothing was ever heard of the platform."""

    def anchor(self) -> Anchor | None:
        return None

    def next_wanted(self, _: bytes) -> int:
        return 1

    def forked_at(self, _: bytes) -> int | None:
        return None

    def delivered_before(self, _: bytes, __: int) -> int:
        return 0

    def uploaded_before(self, _: bytes, __: int) -> bool:
        return False
