"""How long to wait before a lost host is started again. Pure.

Losses are counted within a window, not in a row: a driver that answers its status and hangs in every read is as broken
as one that never answers.
"""

import random
from collections import deque
from typing import Final

FIRST_PAUSE_S: Final = 0.5
MAX_PAUSE_S: Final = 10.0
WINDOW_S: Final = 300.0
OPEN_AFTER: Final = 6
"""So many losses within WINDOW_S open the circuit: the device is given up, and tried once in OPEN_PAUSE_S."""
OPEN_PAUSE_S: Final = 60.0


class Circuit:
    def __init__(self) -> None:
        self._losses: deque[float] = deque()

    def lost(self, now: float) -> float:
        """now: monotonic seconds. Returns the seconds until the next start: none the first time, then growing."""
        self._losses.append(now)
        while self._losses[0] < now - WINDOW_S:
            self._losses.popleft()
        if len(self._losses) == 1:
            return 0.0
        if self.is_open:
            return OPEN_PAUSE_S
        return min(MAX_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (len(self._losses) - 2)) * random.uniform(0.5, 1)  # noqa: S311

    @property
    def is_open(self) -> bool:
        return len(self._losses) >= OPEN_AFTER

    def close(self) -> None:
        """Somebody mended something."""
        self._losses.clear()
