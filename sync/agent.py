"""The agent: the only process of a kiosk that talks to the network. Moves the journal and attachments up and the feed
down, and carries questions."""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offline_cache.clock import ClockSource, moment
from offline_cache.identity import Identity
from offline_cache.reader import JournalReader
from offline_cache.sqlite import StorageError
from sync.asking import AT_ONCE, Door
from sync.backoff import Backoff
from sync.client import PlatformClient, PlatformError, utc
from sync.pushing import Pushed, Pusher
from sync.repository import CatalogueError, Repository, trust, trusted
from sync.state import SyncState, SyncStateReader
from sync.uploading import Uploader

logger = logging.getLogger(__name__)

FEED_WAIT_S: Final = 25.0
JOURNAL_POLL_S: Final = 0.2
UPLOAD_LOOK_S: Final = 1.0
CATALOGUE_S: Final = 3600.0
CATALOGUE_AGAIN_S: Final = 300.0
REVOKED_S: Final = 600.0
"""How long a kiosk that was shut out waits before it asks again: somebody has to enrol it anew."""


_UPLOADS_REST: Final = {"upload.budget": 60.0, "platform.older": 600.0}
"""Why uploads pause although the platform is reached, and how long in seconds."""


@dataclass(frozen=True)
class Uplink:
    """How the platform is reached. authorities: certificates to believe instead of the usual ones. upload_budget: bytes
    of attachments a day; None: no limit. door: the folder for the screen's questions; None: none are carried.
    catalogue_url: where the signed catalogue is served; empty: it is not asked for. check: see sync.repository.
    urgent: services whose cases wait behind nothing."""

    url: str
    authorities: Path | None = None
    upload_budget: int | None = None
    door: Path | None = None
    catalogue_url: str = ""
    check: Callable[[Path], list[str]] = lambda _: []
    urgent: frozenset[str] = frozenset()


class Agent:
    """Works on one data folder. A thread for each direction: a new entry waits for no long poll and no upload."""

    def __init__(
        self, data: Path, uplink: Uplink, identity: Identity, chance: random.Random, clock: ClockSource
    ) -> None:
        """Raises StorageError."""
        self._data = data
        self._uplink = uplink
        self._identity = identity
        self._chance = chance
        self._clock = clock
        self._state = SyncState(data, clock)
        self._clients: list[PlatformClient] = []
        self._stop = threading.Event()
        self._again = threading.Event()
        self._offer_again = threading.Event()
        self._caught_up = threading.Event()
        self._crash: BaseException | None = None

    def run(self) -> None:
        """Until `stop`. An unexpected failure of any thread ends all and is raised here."""
        threads = [
            threading.Thread(target=self._guard, args=(work,), name=name, daemon=True)
            for name, work in (
                ("push", self._keep_pushing),
                ("feed", self._keep_feeding),
                ("upload", self._keep_uploading),
                ("catalogue", self._keep_catalogue),
            )
        ]
        clients = [self._client() for _ in range(AT_ONCE)] if self._uplink.door else []
        door = Door(self._uplink.door, clients) if self._uplink.door else None
        for thread in threads:
            thread.start()
        self._stop.wait()
        for client in self._clients:
            client.abort()
        for thread in threads:
            thread.join()
        if door is not None:
            door.close()
        self._state.close()
        if self._crash is not None:
            raise self._crash

    def stop(self) -> None:
        self._stop.set()

    def once(self) -> tuple[Pushed, int]:
        """Push all there is and read the feed once; returns what was pushed and how many letters came. Raises
        PlatformError and StorageError."""
        client, notes = self._client(), SyncStateReader(self._data)
        try:
            letters = self._feed(client, notes, 0.0)
            total = Pushed(0, 0)
            if (self._data / "journal.db").exists():
                journal = JournalReader(self._data)
                pusher = Pusher(self._identity, client, journal, self._state, notes, self._uplink.urgent)
                while (pushed := pusher.push()).sent:
                    total = Pushed(total.sent + pushed.sent, total.refused + pushed.refused)
                uploader = self._uploader(client, journal, notes)
                while uploader.step(self._now_ms(notes)):
                    pass
                journal.close()
            letters += self._feed(client, notes, 0.0)
            self._refresh(client, notes)
            return total, letters
        finally:
            notes.close()
            client.close()

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self._crash = error
            self._stop.set()

    def _client(self) -> PlatformClient:
        notes = SyncStateReader(self._data)
        made = PlatformClient(
            self._uplink.url, self._identity, lambda: utc(self._now_ms(notes)), self._uplink.authorities
        )
        self._clients.append(made)
        return made

    def _now_ms(self, notes: SyncStateReader) -> int:
        return moment(self._clock, notes.anchor(), 0).created_ms

    # -- up --

    def _keep_pushing(self) -> None:
        client, notes = self._client(), SyncStateReader(self._data)
        journal = self._wait_for_journal()
        if journal is not None:
            self._push_on(
                Pusher(self._identity, client, journal, self._state, notes, self._uplink.urgent), journal, notes
            )
            journal.close()
        notes.close()
        client.close()

    def _push_on(self, pusher: Pusher, journal: JournalReader, notes: SyncStateReader) -> None:
        backoff = Backoff(self._chance)
        version = -1
        while not self._stop.is_set():
            found = journal.data_version()
            if found == version and not self._again.is_set():
                self._caught_up.set()
                self._stop.wait(JOURNAL_POLL_S)
                continue
            self._caught_up.clear()
            self._again.clear()
            try:
                while not self._stop.is_set() and pusher.push().sent:
                    backoff.succeeded()
                version = found
            except PlatformError as error:
                version = -1
                self._wait_after(error, backoff, notes)

    def _wait_for_journal(self) -> JournalReader | None:
        """The journal, once the kiosk has made it; None when the agent is stopped first."""
        while not self._stop.is_set():
            try:
                return JournalReader(self._data)
            except StorageError as error:
                logger.info("no journal yet: %s", error.code)
                self._stop.wait(1.0)
        return None

    def _keep_uploading(self) -> None:
        client, notes = self._client(), SyncStateReader(self._data)
        journal = self._wait_for_journal()
        if journal is not None:
            self._upload_on(self._uploader(client, journal, notes), journal, notes)
            journal.close()
        notes.close()
        client.close()

    def _upload_on(self, uploader: Uploader, journal: JournalReader, notes: SyncStateReader) -> None:
        """Behind the journal: entries are small, and somebody waits for them."""
        backoff = Backoff(self._chance)
        version = -1
        while not self._stop.is_set():
            found = journal.data_version()
            if not self._caught_up.wait(JOURNAL_POLL_S) or (found == version and not self._offer_again.is_set()):
                self._stop.wait(UPLOAD_LOOK_S if self._caught_up.is_set() else 0)
                continue
            self._offer_again.clear()
            try:
                while not self._stop.is_set() and self._caught_up.is_set() and uploader.step(self._now_ms(notes)):
                    backoff.succeeded()
                version = found if self._caught_up.is_set() else -1
            except PlatformError as error:
                if error.code in _UPLOADS_REST:
                    self._stop.wait(_UPLOADS_REST[error.code])
                else:
                    self._wait_after(error, backoff, notes)

    def _uploader(self, client: PlatformClient, journal: JournalReader, notes: SyncStateReader) -> Uploader:
        budget = self._uplink.upload_budget
        return Uploader(self._data, self._identity, client, journal, self._state, notes, budget)

    # -- down --

    def _keep_feeding(self) -> None:
        client, notes = self._client(), SyncStateReader(self._data)
        backoff = Backoff(self._chance)
        wait_s = 0.0
        while not self._stop.is_set():
            try:
                self._feed(client, notes, wait_s)
                backoff.succeeded()
                wait_s = FEED_WAIT_S
            except PlatformError as error:
                self._wait_after(error, backoff, notes)
                # Contact is shown at once: by this answer, or by that to a batch, where one is waiting.
                wait_s = 0.0 if self._caught_up.is_set() else FEED_WAIT_S
        notes.close()
        client.close()

    def _feed(self, client: PlatformClient, notes: SyncStateReader, wait_s: float) -> int:
        key, contact = notes.platform_key(), notes.contact()
        key_id = key.key_id if key else self._identity.platform_key_id
        answer = client.feed(contact.cursor, wait_s, key_id, contact.epoch)
        if contact.epoch and answer.epoch != contact.epoch:
            logger.warning("the platform was restored from a back-up: it is asked what it lacks")
            self._state.forget_platform({wanted.journal: wanted.next for wanted in answer.journals})
            self._again.set()
            self._offer_again.set()
        self._state.fed(answer)
        self._state.contacted(answer.server_ms)
        return len(answer.items)

    # -- the catalogue --

    def _keep_catalogue(self) -> None:
        if not self._uplink.catalogue_url:
            return
        client, notes = self._client(), SyncStateReader(self._data)
        while not self._stop.is_set():
            taken = self._refresh(client, notes)
            self._stop.wait(CATALOGUE_S if taken else CATALOGUE_AGAIN_S)
        notes.close()
        client.close()

    def _refresh(self, client: PlatformClient, notes: SyncStateReader) -> bool:
        """Take what is published; False when it is to be asked for sooner than usual."""
        if not self._uplink.catalogue_url:
            return True
        try:
            if not trusted(self._data):
                root = client.catalogue_root().root
                if not root:
                    return True
                trust(self._data, root)
            version = Repository(
                self._data,
                self._uplink.catalogue_url,
                client.session,
                lambda: utc(self._now_ms(notes)),
                self._uplink.check,
            ).refresh()
        except PlatformError as error:
            logger.info("%s: %s", error.code, error)
            return error.code == "platform.older"
        except CatalogueError as error:
            if self._stop.is_set():
                return False
            logger.log(logging.INFO if error.code == "catalogue.unreachable" else logging.WARNING, "%s", error)
            self._state.catalogue_failed(error.code)
            return False
        self._state.catalogue_served(version)
        return True

    def _wait_after(self, error: PlatformError, backoff: Backoff, notes: SyncStateReader) -> None:
        if self._stop.is_set():
            return
        logger.info("%s: %s", error.code, error)
        if error.code == "request.stale" and error.server_ms is not None:
            self._state.clock_corrected(error.server_ms)
        self._state.failed(error.code)
        wait_s = backoff.wait_s(error.retry_after_s, notes.contact().return_window_s)
        self._stop.wait(REVOKED_S if error.code == "kiosk.revoked" else wait_s)
