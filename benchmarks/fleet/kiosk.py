"""A simulated kiosk: its requests, their signatures and its waits are the agent's; its journal is in memory."""

import asyncio
import os
import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from benchmarks.fleet.line import Line, LineError
from offline_cache import entry as entries
from offline_cache.batch import BATCH_ENTRIES, encode_batch
from offline_cache.clock import SystemClock, moment
from offline_cache.entry import Entry, Header, Kind
from offline_cache.sealing import suite
from sync.agent import FEED_WAIT_S
from sync.backoff import Backoff
from sync.signature import sign
from sync.wire import BATCH_TYPE, BatchAnswer, FeedAnswer

BUSY: Final = (429, 503)


class _Message(msgspec.Struct):
    method: str
    url: str
    headers: dict[str, str]


class SimulatedKiosk:
    """answers: how often each status came, 0 for no answer; shared by the fleet."""

    def __init__(self, name: str, port: int, chance: random.Random, answers: Counter[int]) -> None:
        self.name = name
        self._suite = suite("intl-1")
        self._private = self._suite.new_signing_key()
        self._key = self._suite.signing_key(self._private)
        self.public_key = self._key.public
        self._journal = os.urandom(16)
        self._previous = entries.genesis(self._suite, name, self._journal)
        self._port = port
        self._chance = chance
        self._answers = answers
        self._entries: list[Entry] = []
        self._delivered = 0
        self._window_s = 0.0
        self._cursor = 0
        self._key_id = ""
        self._news = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Entries that the platform does not have yet."""
        return len(self._entries) - self._delivered

    def write(self, count: int, body_bytes: int) -> None:
        now = moment(SystemClock(), None, 0)
        for _ in range(count):
            body = os.urandom(body_bytes)
            header = Header(
                format=entries.FORMAT, kiosk=self.name, journal=self._journal, sequence=len(self._entries) + 1,
                entry_id=os.urandom(16), kind=Kind.CASE, previous=self._previous,
                body_digest=self._suite.digest(body), suite="intl-1", platform_key="pk", definition="bench@1",
                created_ms=now.created_ms, clock=now.evidence,
            )  # fmt: skip
            made, self._previous = entries.build(self._suite, self._key, header, body)
            self._entries.append(made)
        self._news.set()

    async def keep_feeding(self) -> None:
        line, backoff, wait_s = Line(self._port), Backoff(self._chance), 0.0
        while True:
            path = f"/v1/kiosks/{self.name}/feed?after={self._cursor}&wait={wait_s:g}&key={self._key_id}"
            answer = await self._ask(line, "GET", path, b"", FeedAnswer, backoff)
            wait_s = FEED_WAIT_S if self.waiting else 0.0
            if answer is not None:
                self._window_s, self._cursor, wait_s = answer.return_window_s, answer.next, FEED_WAIT_S
                self._key_id = answer.platform_key.key_id if answer.platform_key else self._key_id

    async def keep_pushing(self) -> None:
        line, backoff = Line(self._port), Backoff(self._chance)
        while True:
            await self._news.wait()
            batch = self._entries[self._delivered : self._delivered + BATCH_ENTRIES]
            path = f"/v1/kiosks/{self.name}/journals/{self._journal.hex()}/{self._delivered + 1}"
            answer = await self._ask(line, "PUT", path, encode_batch(batch), BatchAnswer, backoff)
            if answer is not None:
                self._delivered = answer.next - 1
            if not self.waiting:
                self._news.clear()
                await line.close()

    async def _ask(self, line: Line, method: str, path: str, body: bytes, kind: Any, backoff: Backoff) -> Any:
        """The answer; or None, after the wait that the agent would make."""
        message = _Message(method, f"http://127.0.0.1:{self._port}{path}", {"Content-Type": BATCH_TYPE} if body else {})
        sign(message, body, self.name, self._private, datetime.now(UTC))
        retry_after_s = None
        try:
            answer = await line.ask(method, path, message.headers, body)
        except LineError:
            self._answers[0] += 1
        else:
            self._answers[answer.status] += 1
            if answer.status == 200:
                backoff.succeeded()
                return msgspec.json.decode(answer.body, type=kind)
            retry_after_s = float(answer.headers.get("retry-after", 0))
        await asyncio.sleep(backoff.wait_s(retry_after_s, self._window_s))
        return None
