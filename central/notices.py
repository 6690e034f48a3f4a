"""Who waits for what: a long poll sleeps here until something of its kiosk changed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

ENTRIES = "entries"
"""The topic of entries that wait to be opened."""


def feed_topic(kiosk: str) -> str:
    return f"feed:{kiosk}"


class Notices:
    """Lives in one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def listening(self, topic: str) -> Iterator[asyncio.Event]:
        """The event is set whenever `topic` is woken. Clear it before looking, so that nothing falls between."""
        event = asyncio.Event()
        self._waiting[topic].add(event)
        try:
            yield event
        finally:
            self._waiting[topic].discard(event)
            if not self._waiting[topic]:
                del self._waiting[topic]

    def wake(self, topic: str) -> None:
        for event in self._waiting.get(topic, ()):
            event.set()

    def wake_all(self) -> None:
        for topic in list(self._waiting):
            self.wake(topic)
