"""Watches the card reader while nobody is identified. Without Qt."""

import base64
import hashlib
import os
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from devices.contract import Card, Failure
from devices.loop import Cancel, Loop

WAIT_MS: Final = 1000
"""How long one `read` waits for a card; short, so that a hung reader is found soon."""
DEADLINE_S: Final = 4.0
PAUSE_AFTER_FAILURE_S: Final = 1.0
PAUSE_WHILE_LEFT_S: Final = 0.2
"""Short enough to notice that a card was lifted and another visit begins with the same card."""


class Reader(Protocol):
    """The part of devices.device.Device that is used here."""

    def call(
        self,
        method: str,
        params: dict[str, object],
        deadline_s: float,
        done: Callable[[dict[str, object] | Failure], None],
    ) -> Cancel: ...


class CardWatch:
    """Calls `on_card` once for each card that is laid down. A card that lies there since the last session has to be
    lifted first: many readers find it again, and nobody may be identified who has already left."""

    def __init__(
        self, loop: Loop, reader: Reader, on_card: Callable[[Card], None], on_trouble: Callable[[str], None]
    ) -> None:
        self._loop = loop
        self._reader = reader
        self._on_card = on_card
        self._on_trouble = on_trouble
        self._salt = os.urandom(16)
        self._last = b""
        self._cancel: Cancel | None = None

    def start(self) -> None:
        if self._cancel is None:
            self._read()

    def stop(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _read(self) -> None:
        self._cancel = self._reader.call("read", {"wait_ms": WAIT_MS}, DEADLINE_S, self._answered)

    def _again(self, seconds: float) -> None:
        self._cancel = self._loop.later(seconds, self._read)

    def _answered(self, answer: dict[str, object] | Failure) -> None:
        if self._cancel is None:
            return
        if isinstance(answer, Failure):
            if answer.code == "card.none":
                self._last = b""
                self._on_trouble("")
                self._read()
            else:
                self._on_trouble(answer.code)
                self._again(PAUSE_AFTER_FAILURE_S)
            return
        card = msgspec.convert(answer, Card)
        seen = hashlib.blake2b(base64.b64decode(card.raw), key=self._salt).digest()
        if seen == self._last and not card.laid:
            self._on_trouble("card.take-away")
            self._again(PAUSE_WHILE_LEFT_S)
            return
        self._last = seen
        self._cancel = None
        self._on_card(card)
