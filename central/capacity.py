"""How many requests the platform takes, and over how long a county's kiosks shall spread when they come back."""

import math
import time
from typing import Final

from central.store import Transaction

_REQUESTS_EACH: Final = 2
"""A batch of its journal, and the question for news."""


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
        """Long enough for every enrolled kiosk to come back at this capacity. Each has two requests, in two threads,
        that wait at random within the window again and again while the platform is away; of what is left of such waits
        when it comes back, the beginning is twice as likely as the mean."""
        row = await work.row("SELECT kiosks FROM platform")
        return math.ceil(2 * _REQUESTS_EACH * (row[0] if row else 0) / (self.per_second * self._processes))
