"""How many requests the platform takes, and over how long a county's kiosks shall spread when they come back."""

import math
import time
from typing import Final

from central.store import Transaction

POLL_S: Final = 25.0
"""How long a question for news waits for an answer, at most."""


class Capacity:
    """A bucket of one second's requests. per_second: of this process. processes: how many there are at the socket."""

    def __init__(self, per_second: float, processes: int = 1) -> None:
        self.per_second = per_second
        self._processes = processes
        self._left = per_second
        self._at = time.monotonic()

    def take(self) -> float:
        """0 when there is room for one more request; else the seconds after which there may be."""
        now = time.monotonic()
        self._left = min(self.per_second, self._left + (now - self._at) * self.per_second)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return max(1.0, math.ceil((1 - self._left) / self.per_second))

    async def return_window_s(self, work: Transaction) -> float:
        """Long enough for every enrolled kiosk to come back at this capacity."""
        row = await work.row("SELECT kiosks FROM platform")
        return math.ceil(return_window_s(row[0] if row else 0, self.per_second * self._processes))


def return_window_s(kiosks: int, per_second: float) -> float:
    """Seconds within which `kiosks` that try again and again at random come back with never more than `per_second`.

    A kiosk has a batch and a question for news. When the platform comes back, what is left of random waits within W
    falls off evenly: 4 N / W (1 - t / W) requests a second. From POLL_S on, those that came back first ask again beside
    them: 2 N / W more. The first of the two bounds holds a small fleet, the second a large one.
    """
    coming = 4 * kiosks / per_second
    root = 36 * kiosks**2 - 16 * POLL_S * kiosks * per_second
    return max(coming, (6 * kiosks + math.sqrt(root)) / (2 * per_second)) if root > 0 else coming
