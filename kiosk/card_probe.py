"""Tries whether the reader gives the same bytes at each read of a card; only then can a card's key keep anything."""

import base64
import hashlib
import os
from collections.abc import Callable

import msgspec

from devices.contract import Card, Failure
from kiosk.card_watch import DEADLINE_S, WAIT_MS, Reader


class CardProbe:
    """Reads a card that lies there a second time. Where the reader does not find it again before it is lifted, the same
    card's next visit decides; of the first, only digests under a random salt are remembered."""

    def __init__(self, reader: Reader, found: Callable[[bool], None]) -> None:
        """found: gets whether two reads gave the same bytes."""
        self._reader = reader
        self._found = found
        self._salt = os.urandom(16)
        self._seen: dict[bytes, bytes] = {}

    def try_card(self, card: Card, then: Callable[[], None]) -> None:
        """`then` is called in any case, after `found` if that is known now."""
        if self._compare(card):
            then()
            return

        def answered(answer: dict[str, object] | Failure) -> None:
            if not isinstance(answer, Failure):
                self._compare(msgspec.convert(answer, Card))
            then()

        self._reader.call("read", {"wait_ms": WAIT_MS}, DEADLINE_S, answered)

    def _compare(self, card: Card) -> bool:
        """Whether this card was seen before; then the answer is known."""
        person, content = self._digest(card.id_number.encode()), self._digest(base64.b64decode(card.raw))
        before = self._seen.get(person)
        self._seen = {person: content}
        if before is not None:
            self._found(before == content)
        return before is not None

    def _digest(self, data: bytes) -> bytes:
        return hashlib.blake2b(data, key=self._salt).digest()
