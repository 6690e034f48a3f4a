"""When to try again: a random first wait within a window, then full jitter. Pure but for the randomness it is given."""

import random
from typing import Final

BASE_S: Final = 1.0
CAP_S: Final = 30.0
MAX_WINDOW_S: Final = 300.0
MAX_RETRY_AFTER_S: Final = 600.0


class Backoff:
    """One row of failures."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._failures = 0

    def succeeded(self) -> None:
        self._failures = 0

    def wait_s(self, retry_after_s: float | None, window_s: float) -> float:
        """Seconds to wait after one more failure; never before what the platform asked for, within reason. window_s:
        within which the first retry falls, as the platform named it, so that a county's kiosks do not all come back in
        the same second (facts: storage-sync, Sync)."""
        self._failures += 1
        first = min(window_s, MAX_WINDOW_S)
        limit = first if self._failures == 1 else max(first, min(CAP_S, BASE_S * 2**self._failures))
        return min(retry_after_s or 0.0, MAX_RETRY_AFTER_S) + self._chance.uniform(0.0, limit)
