"""When to try again: a random first wait within a window, then full jitter. Pure but for the randomness it is given."""

import random
from typing import Final

BASE_S: Final = 1.0
CAP_S: Final = 30.0
MAX_RETRY_AFTER_S: Final = 600.0


class Backoff:
    """One row of failures. window_s: within which the first retry falls, so that a county's kiosks do not all come
    back in the same second (facts: storage-sync, Sync)."""

    def __init__(self, chance: random.Random, window_s: float) -> None:
        self._chance = chance
        self._window_s = window_s
        self._failures = 0

    def succeeded(self) -> None:
        self._failures = 0

    def wait_s(self, retry_after_s: float | None) -> float:
        """Seconds to wait after one more failure; never before what the platform asked for, within reason."""
        self._failures += 1
        limit = self._window_s if self._failures == 1 else min(CAP_S, BASE_S * 2**self._failures)
        return min(retry_after_s or 0.0, MAX_RETRY_AFTER_S) + self._chance.uniform(0.0, limit)
