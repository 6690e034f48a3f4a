"""The agent: the only process of a kiosk that talks to the network. Moves the journal up and the feed down."""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offline_cache.batch import BATCH_ENTRIES, fitting
from offline_cache.clock import ClockSource, moment
from offline_cache.entry import Entry, EntryError, check_link
from offline_cache.identity import Identity
from offline_cache.reader import JournalInfo, JournalReader
from offline_cache.sealing import suite
from offline_cache.sqlite import StorageError
from offline_cache.verify import proved
from sync.backoff import Backoff
from sync.client import PlatformClient, PlatformError, utc
from sync.state import SyncState, SyncStateReader

logger = logging.getLogger(__name__)

FEED_WAIT_S: Final = 25.0
JOURNAL_POLL_S: Final = 0.2
FIRST_WAIT_WINDOW_S: Final = 2.0


@dataclass(frozen=True)
class Pushed:
    """What one round sent: entries, and how many of them the platform refused."""

    sent: int
    refused: int


class Agent:
    """Works on one data folder. Two threads: a new entry never waits for the feed's long poll."""

    def __init__(self, data: Path, url: str, identity: Identity, chance: random.Random, clock: ClockSource) -> None:
        """Raises StorageError."""
        self._data = data
        self._url = url
        self._identity = identity
        self._chance = chance
        self._clock = clock
        self._suite = suite(identity.suite)
        self._own_key = self._suite.verifying_key(self._suite.signing_key(identity.signing_key).public)
        self._state = SyncState(data, clock)
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
        threads[0].join()
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
        return PlatformClient(
            self._url, self._identity, lambda: utc(moment(self._clock, reader.anchor(), 0).created_ms)
        )

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
        for info in journal.journals():
            if info.kiosk != self._identity.kiosk or (info.closed is None and reader.forked_at(info.journal)):
                continue
            first = reader.next_wanted(info.journal)
            batch = self._sound(info, first, fitting(journal.to_send(info, first, BATCH_ENTRIES)))
            if batch:
                return self._send(client, info, first, batch, journal.last_sequence(info))
        return Pushed(0, 0)

    def _send(self, client: PlatformClient, info: JournalInfo, first: int, batch: list[Entry], last: int) -> Pushed:
        """last: the journal's last sequence."""
        try:
            answer = client.put_entries(info.journal, first, batch)
        except PlatformError as error:
            if error.code == "journal.conflict":
                self._fork(info, first)
                return Pushed(0, 0)
            if error.code != "journal.gap" or error.wanted is None or error.wanted >= first:
                raise
            logger.warning("the platform wants entries from %s on again", error.wanted)
            self._state.acknowledged(info.journal, error.wanted, [], error.server_ms or 0)
            return Pushed(1, 0)
        # Past this batch it may be: a stick was faster. Past all that there is here, it has what is not ours any more.
        if answer.next > last + 1:
            self._fork(info, last + 1)
        self._state.acknowledged(info.journal, answer.next, answer.verdicts, answer.server_ms)
        self._state.contacted(answer.server_ms)
        refused = sum(verdict.verdict == "refused" for verdict in answer.verdicts)
        return Pushed(len(batch), refused)

    def _sound(self, info: JournalInfo, first: int, batch: list[Entry]) -> list[Entry]:
        """The entries up to the first that is damaged here: the platform would refuse it, and all behind it, for ever.
        A body that is damaged is left out, its header goes on proving the chain."""
        previous, wanted = None, bool(batch)
        for at, found in enumerate(batch):
            try:
                _, previous = check_link(self._suite, found, previous, first + at)
            except EntryError as error:
                logger.error("entry %s of this kiosk is damaged: %s", first + at, error.code)  # noqa: TRY400
                if error.code == "entry.body":
                    batch[at] = Entry(found.header, found.signature, None)
                    _, previous = check_link(self._suite, batch[at], previous, first + at)
                    continue
                batch = batch[:at]
                break
        while batch and proved(self._suite, self._own_key, batch[-1]) is None:
            batch.pop()
        if wanted and not batch:
            self._fork(info, first)
        return batch

    def _fork(self, info: JournalInfo, first: int) -> None:
        """The kiosk will go on in a new journal; this one is sent no further than it was."""
        logger.error("the journal cannot be sent from entry %s on: it is continued in a new one", first)
        self._state.forked(info.journal, first)

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
        known = reader.platform_key()
        answer = client.feed(reader.contact().cursor, wait_s, known.key_id if known else self._identity.platform_key_id)
        self._state.fed(answer)
        self._state.contacted(answer.server_ms)
        return len(answer.items)

    def _failed(self, error: PlatformError) -> None:
        logger.info("%s: %s", error.code, error)
        if error.code == "request.stale" and error.server_ms is not None:
            self._state.clock_corrected(error.server_ms)
        self._state.failed(error.code)
