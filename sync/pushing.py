"""The journal on its way up: batches in order, what is urgent ahead of its turn, forks and moved cursors."""

import logging
from dataclasses import dataclass
from typing import Final

from offline_cache.batch import BATCH_ENTRIES, fitting
from offline_cache.entry import Entry, EntryError, Kind, check_link, decode_header
from offline_cache.identity import Identity
from offline_cache.reader import JournalInfo, JournalReader
from offline_cache.sealing import suite
from offline_cache.verify import proved
from sync.client import PlatformClient, PlatformError
from sync.state import SyncState, SyncStateReader

logger = logging.getLogger(__name__)

URGENT: Final = (Kind.SUPPLEMENT, Kind.WITHDRAWAL)
"""What an office waits for, with time running: it does not wait behind a long backlog."""
MAX_URGENT: Final = 20


@dataclass(frozen=True)
class Pushed:
    """What one round sent: entries, and how many of them the platform refused."""

    sent: int
    refused: int


class Pusher:
    """Used by one thread."""

    def __init__(
        self,
        identity: Identity,
        client: PlatformClient,
        journal: JournalReader,
        state: SyncState,
        notes: SyncStateReader,
        urgent: frozenset[str] = frozenset(),
    ) -> None:
        """urgent: services whose cases wait behind nothing."""
        self._identity = identity
        self._urgent = urgent
        self._client = client
        self._journal = journal
        self._state = state
        self._notes = notes
        self._suite = suite(identity.suite)
        self._own_key = self._suite.verifying_key(self._suite.signing_key(identity.signing_key).public)
        self._announced: dict[bytes, int] = {}

    def push(self) -> Pushed:
        """Send the next batch of the first journal that has any. Raises PlatformError and StorageError."""
        for info in self._journal.journals():
            if info.kiosk != self._identity.kiosk or (info.closed is None and self._notes.forked_at(info.journal)):
                continue
            first = self._notes.next_wanted(info.journal)
            batch = self._sound(info, first, fitting(self._journal.to_send(info, first, BATCH_ENTRIES)))
            if batch:
                last = self._journal.last_sequence(info)
                if last >= first + len(batch):
                    self._announce(info, first + len(batch))
                return self._send(info, first, batch, last)
        return Pushed(0, 0)

    def _announce(self, info: JournalInfo, behind: int) -> None:
        """Send ahead what is urgent and stands behind this batch. A platform that does not know how gets it in turn."""
        urgent: list[Entry] = []
        at = max(behind, self._announced.get(info.journal, 0) + 1)
        while (found := self._journal.to_send(info, at, BATCH_ENTRIES)) and len(urgent) < MAX_URGENT:
            for entry in found:
                if len(urgent) == MAX_URGENT:
                    break
                if self._is_urgent(entry):
                    urgent.append(entry)
                at += 1
        if urgent:
            try:
                self._client.put_urgent(urgent)
            except PlatformError as error:
                if error.code != "platform.older":
                    raise
        self._announced[info.journal] = at - 1

    def _send(self, info: JournalInfo, first: int, batch: list[Entry], last: int) -> Pushed:
        """last: the journal's last sequence."""
        try:
            answer = self._client.put_entries(info.journal, first, batch)
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

    def _is_urgent(self, entry: Entry) -> bool:
        try:
            header = decode_header(entry.header)
        except EntryError:
            return False
        return header.kind in URGENT or header.definition.partition("@")[0] in self._urgent
