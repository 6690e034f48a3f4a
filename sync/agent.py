"""The agent: the only process of a kiosk that talks to the network. Moves the journal up and the feed down."""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offline_cache.entry import Entry
from offline_cache.identity import Identity
from offline_cache.journal import JournalReader
from offline_cache.sqlite import StorageError
from sync.backoff import Backoff
from sync.client import PlatformClient, PlatformError, utc
from sync.state import SyncState, SyncStateReader

logger = logging.getLogger(__name__)

BATCH_ENTRIES: Final = 100
BATCH_BYTES: Final = 1_000_000
FEED_WAIT_S: Final = 25.0
JOURNAL_POLL_S: Final = 0.2
FIRST_WAIT_WINDOW_S: Final = 2.0


@dataclass(frozen=True)
class Pushed:
    """What one round sent: entries, and how many of them the platform refused."""

    sent: int
    refused: int


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


class Agent:
    """Works on one data folder. Two threads: a new entry never waits for the feed's long poll."""

    def __init__(self, data: Path, url: str, identity: Identity, chance: random.Random) -> None:
        """Raises StorageError."""
        self._data = data
        self._url = url
        self._identity = identity
        self._chance = chance
        self._state = SyncState(data)
        self._stop = threading.Event()
        self._crash: BaseException | None = None

    def run(self) -> None:
        """Until `stop`. An unexpected failure of either thread ends both and is raised here."""
        threads = [
            threading.Thread(target=self._guard, args=(work,), name=name, daemon=True)
            for name, work in (("push", self._keep_pushing), ("feed", self._keep_feeding))
        ]
        for thread in threads:
            thread.start()
        self._stop.wait()
        if self._crash is not None:
            raise self._crash

    def stop(self) -> None:
        self._stop.set()

    def once(self) -> tuple[Pushed, int]:
        """Push all there is and read the feed once; returns what was pushed and how many letters came. Raises
        PlatformError and StorageError."""
        client, reader = self._client(), SyncStateReader(self._data)
        try:
            total = Pushed(0, 0)
            if (self._data / "journal.db").exists():
                journal = JournalReader(self._data)
                while (pushed := self._push(client, journal, reader)).sent:
                    total = Pushed(total.sent + pushed.sent, total.refused + pushed.refused)
                journal.close()
            return total, self._feed(client, reader, 0.0)
        finally:
            reader.close()
            client.close()

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self._crash = error
            self._stop.set()

    def _client(self) -> PlatformClient:
        reader = SyncStateReader(self._data)
        return PlatformClient(self._url, self._identity, lambda: utc(wall_ms() + (reader.contact().offset_ms or 0)))

    # -- up --

    def _keep_pushing(self) -> None:
        client, reader = self._client(), SyncStateReader(self._data)
        backoff = Backoff(self._chance, FIRST_WAIT_WINDOW_S)
        journal = self._wait_for_journal()
        version = -1
        while journal is not None and not self._stop.is_set():
            if journal.data_version() == version:
                self._stop.wait(JOURNAL_POLL_S)
                continue
            found = journal.data_version()
            try:
                while self._push(client, journal, reader).sent:
                    backoff.succeeded()
                version = found
            except PlatformError as error:
                self._failed(error)
                self._stop.wait(backoff.wait_s(error.retry_after_s))

    def _wait_for_journal(self) -> JournalReader | None:
        """The journal, once the kiosk has made it; None when the agent is stopped first."""
        while not self._stop.is_set():
            try:
                return JournalReader(self._data)
            except StorageError as error:
                logger.info("no journal yet: %s", error.code)
                self._stop.wait(1.0)
        return None

    def _push(self, client: PlatformClient, journal: JournalReader, reader: SyncStateReader) -> Pushed:
        """Send the next batch of the first journal that has any."""
        for identifier, kiosk in journal.journals():
            if kiosk != self._identity.kiosk:
                continue
            first = reader.next_wanted(identifier)
            batch = _fitting(journal.entries(identifier, first, BATCH_ENTRIES))
            if not batch:
                continue
            try:
                answer = client.put_entries(identifier, first, batch)
            except PlatformError as error:
                if error.code != "journal.gap" or error.wanted is None or error.wanted >= first:
                    raise
                logger.warning("the platform wants entries from %s on again", error.wanted)
                self._state.acknowledged(identifier, error.wanted, [])
                return Pushed(1, 0)
            self._state.acknowledged(identifier, answer.next, answer.verdicts)
            self._state.contacted(wall_ms(), answer.server_ms)
            refused = sum(verdict.verdict == "refused" for verdict in answer.verdicts)
            return Pushed(len(batch), refused)
        return Pushed(0, 0)

    # -- down --

    def _keep_feeding(self) -> None:
        client, reader = self._client(), SyncStateReader(self._data)
        backoff = Backoff(self._chance, FIRST_WAIT_WINDOW_S)
        wait_s = 0.0
        while not self._stop.is_set():
            try:
                self._feed(client, reader, wait_s)
                backoff.succeeded()
                wait_s = FEED_WAIT_S
            except PlatformError as error:
                self._failed(error)
                wait_s = 0.0
                self._stop.wait(backoff.wait_s(error.retry_after_s))

    def _feed(self, client: PlatformClient, reader: SyncStateReader, wait_s: float) -> int:
        answer = client.feed(reader.contact().cursor, wait_s)
        self._state.fed(answer)
        self._state.contacted(wall_ms(), answer.server_ms)
        return len(answer.items)

    def _failed(self, error: PlatformError) -> None:
        logger.info("%s: %s", error.code, error)
        if error.code == "request.stale" and error.server_ms is not None:
            self._state.clock_corrected(wall_ms(), error.server_ms)
        self._state.failed(wall_ms(), error.code)


def _fitting(entries: list[Entry]) -> list[Entry]:
    """As many as fit BATCH_BYTES, at least one."""
    total = 0
    for at, entry in enumerate(entries):
        total += len(entry.header) + len(entry.body or b"") + 100
        if total > BATCH_BYTES and at:
            return entries[:at]
    return entries
