"""The journal: the kiosk's only way to tell the platform anything. Append-only, chained, signed, sealed.

One writer. An entry is durable when `append` returns. Other processes read with `reader.JournalReader`.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import msgspec

from offline_cache import bodies, receipts
from offline_cache import entry as entries
from offline_cache.clock import ClockSource, moment
from offline_cache.database import JOURNAL_FILE, open_journal
from offline_cache.entry import Entry, Header, Kind, decode_header
from offline_cache.identity import Identity
from offline_cache.position import after_last, ordinal_of, position, sequence_of
from offline_cache.sealing import suite
from offline_cache.sqlite import environment_errors, sound, transaction
from offline_cache.upstream import Upstream
from offline_cache.verify import proved, ranges


class Written(msgspec.Struct, frozen=True):
    """An entry that is durable. created_ms: Unix milliseconds."""

    position: int
    journal: bytes
    sequence: int
    entry_id: bytes
    digest: bytes
    signature: bytes
    created_ms: int


class Head(msgspec.Struct, frozen=True):
    """The journal that is written, and its last entry: sequence 0 and the genesis digest while it is empty."""

    ordinal: int
    journal: bytes
    sequence: int
    digest: bytes
    created_ms: int


REMEMBERED: Final = 256
"""An entry that is submitted again is known among this many last ones. Who submits again does so within his session, or
after a crash, so an index over all ids would cost every submission for nothing."""

Body = Callable[[int], bytes]
"""Makes the plain body, given the entry's sequence: a case's number is in its own body."""


class Journal:
    """The writer. May be used by one thread at a time."""

    def __init__(self, data: Path, identity: Identity, clock: ClockSource, upstream: Upstream) -> None:
        """Opens the newest journal of this kiosk, or a new one. Raises StorageError."""
        self.path = data / JOURNAL_FILE
        self.connection = open_journal(data)
        self._identity = identity
        self._clock = clock
        self._upstream = upstream
        self._suite = suite(identity.suite)
        self._signing_key = self._suite.signing_key(identity.signing_key)
        self._sealing_key = self._suite.sealing_key(identity.platform_public_key)
        self._platform_key_id = identity.platform_key_id
        self._recent: dict[bytes, Written] = {}
        self._head = self._resume()

    @property
    def journal(self) -> bytes:
        """The id of the journal that is written."""
        return self._head.journal

    def append(self, kind: Kind, body: bytes) -> Written:
        """Raises StorageError; nothing was written then."""
        with self.writing(kind, os.urandom(16), lambda _: body, "") as written:
            return written

    @contextmanager
    def writing(self, kind: Kind, entry_id: bytes, body: Body, definition: str) -> Iterator[Written]:
        """Append an entry; what the block does with `connection` is in the same transaction. Durable after the block.

        An `entry_id` that is already there is not written again: the block gets what was written then, and has to be
        repeatable. Raises StorageError; nothing was written then.
        """
        with self.writing_all([(kind, entry_id, body, definition)]) as written:
            yield written[0]

    @contextmanager
    def writing_all(self, entries: Sequence[tuple[Kind, bytes, Body, str]]) -> Iterator[list[Written]]:
        """As `writing`, several entries (kind, entry-id, body, definition): all or none."""
        with transaction(self.connection, self.path):
            head = self._head
            found: list[Written] = []
            for kind, entry_id, body, definition in entries:
                written = self.find(entry_id)
                if written is None:
                    written, head = self._insert(head, kind, entry_id, body(head.sequence + 1), definition)
                found.append(written)
            yield found
        self._head = head
        for written in found:
            self._remember(written)

    def find(self, entry_id: bytes) -> Written | None:
        """One of the last entries; None: it is not among them."""
        return self._recent.get(entry_id)

    def standing(self, position: int) -> tuple[bytes, int] | None:
        """(journal, sequence) under which an entry is sent; None: no such journal."""
        with environment_errors(self.path):
            row = self.connection.execute(
                "SELECT journal FROM journals WHERE ordinal = ?", (ordinal_of(position),)
            ).fetchone()
        return (row[0], sequence_of(position)) if row else None

    def succeed(
        self,
        reason: Literal["enrolled", "restored", "salvaged"],
        previous: bytes,
        last: int,
        carried: Iterable[Entry],
        lost: list[tuple[int, int]],
    ) -> None:
        """Close the journal `previous` behind its sequence `last` and open another, which carries `carried` unchanged.
        All in one transaction. Raises StorageError."""
        found = list(carried)
        with transaction(self.connection, self.path):
            self.connection.execute("UPDATE journals SET closed = ? WHERE journal = ?", (last, previous))
            head = self._open_new()
            opened = bodies.JournalOpened(reason, previous, last, len(found), lost)
            _, head = self._insert(head, Kind.JOURNAL_OPENED, os.urandom(16), bodies.encode(opened), "")
            ordinals = dict(self.connection.execute("SELECT journal, ordinal FROM journals").fetchall())
            for one in found:
                body = bodies.encode(bodies.Carried(one))
                written, head = self._insert(head, Kind.CARRIED, os.urandom(16), body, "")
                header = decode_header(one.header)
                old = position(ordinals[header.journal], header.sequence)
                receipts.entry_moved(self.connection, old, written.position)
        self._head = head
        self._recent.clear()

    def settle_fork(self) -> int | None:
        """When the platform holds other entries of this journal than this kiosk, one of the two was restored from an
        older copy: go on in a new journal that carries what the platform has not. So too when an entry here is damaged
        and all behind it could not be sent. Returns how many are carried; None: there is no fork."""
        first = self._upstream.forked_at(self.journal)
        if first is None:
            return None
        return self._carry("restored", self._head, first)

    def use_platform_key(self, key_id: str, public_key: bytes) -> None:
        """Seal to this key of the platform's from now on."""
        if key_id != self._platform_key_id:
            self._sealing_key = self._suite.sealing_key(public_key)
            self._platform_key_id = key_id

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database, as far as readers let it. For when nobody waits."""
        with environment_errors(self.path):
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def give_back(self) -> None:
        """Give the room of what was dropped back to the disk; needs as much again for a moment. Raises StorageError."""
        with environment_errors(self.path):
            self.connection.execute("VACUUM")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self.connection.close()

    def _insert(self, head: Head, kind: Kind, entry_id: bytes, plain: bytes, definition: str) -> tuple[Written, Head]:
        sequence = head.sequence + 1
        sealed = self._sealing_key.seal(plain, entries.body_binding(entry_id))
        now = moment(self._clock, self._upstream.anchor(), head.created_ms)
        header = Header(
            format=entries.FORMAT,
            kiosk=self._identity.kiosk,
            journal=head.journal,
            sequence=sequence,
            entry_id=entry_id,
            kind=kind,
            previous=head.digest,
            body_digest=self._suite.digest(sealed),
            suite=self._identity.suite,
            platform_key=self._platform_key_id,
            definition=definition,
            created_ms=now.created_ms,
            clock=now.evidence,
        )
        made, digest = entries.build(self._suite, self._signing_key, header, sealed)
        at = position(head.ordinal, sequence)
        self.connection.execute(
            "INSERT INTO entries (position, header, signature, body) VALUES (?, ?, ?, ?)",
            (at, made.header, made.signature, made.body),
        )
        written = Written(at, head.journal, sequence, entry_id, digest, made.signature, now.created_ms)
        return written, Head(head.ordinal, head.journal, sequence, digest, now.created_ms)

    def _resume(self) -> Head:
        """The head of the newest journal, if this kiosk may write it; else of a new one."""
        kiosk = self._identity.kiosk
        with environment_errors(self.path):
            row = self.connection.execute(
                "SELECT ordinal, journal, kiosk, closed FROM journals ORDER BY ordinal DESC LIMIT 1"
            ).fetchone()
            # The first schema did not keep a journal's key; it can only have been this kiosk's.
            self.connection.execute(
                "UPDATE journals SET public_key = ?, suite = ? WHERE public_key = x'' AND kiosk = ?",
                (self._signing_key.public, self._identity.suite, kiosk),
            )
        if row is None:
            with transaction(self.connection, self.path):
                return self._open_new()
        ordinal, journal, owner, closed = sound(row, self.path, int, bytes, str, int | None)
        if owner == kiosk and closed is None:
            head = self._last(ordinal, journal)
            if self._upstream.next_wanted(journal) <= head.sequence + 1:
                return head
            # The platform has entries that were here once: this database is an older copy, alone.
            self._head = head
            self._carry("restored", head, head.sequence + 1)
            return self._head
        first = self._upstream.next_wanted(journal)
        self._head = Head(ordinal, journal, 0, b"", 0)
        self._carry("enrolled", self._head, first)
        return self._head

    def _last(self, ordinal: int, journal: bytes) -> Head:
        """The head of this journal; remembers its last entries."""
        with environment_errors(self.path):
            rows = self.connection.execute(
                "SELECT position, header, signature FROM entries WHERE position BETWEEN ? AND ?"
                " ORDER BY position DESC LIMIT ?",
                (position(ordinal, 1), after_last(ordinal), REMEMBERED),
            ).fetchall()
        head = Head(ordinal, journal, 0, entries.genesis(self._suite, self._identity.kiosk, journal), 0)
        for row in reversed(rows):
            at, raw, signature = sound(row, self.path, int, bytes, bytes)
            header, digest = decode_header(raw), entries.entry_digest(self._suite, raw)
            head = Head(ordinal, journal, sequence_of(at), digest, header.created_ms)
            self._remember(Written(at, journal, header.sequence, header.entry_id, digest, signature, header.created_ms))
        return head

    def _remember(self, written: Written) -> None:
        self._recent[written.entry_id] = written
        if len(self._recent) > REMEMBERED:
            del self._recent[next(iter(self._recent))]

    def _carry(self, reason: Literal["enrolled", "restored"], old: Head, first: int) -> int:
        """Close `old` before sequence `first`; open a new journal that carries what stands from there on."""
        with environment_errors(self.path):
            row = self.connection.execute(
                "SELECT suite, public_key FROM journals WHERE ordinal = ?", (old.ordinal,)
            ).fetchone()
            rows = self.connection.execute(
                "SELECT position, header, signature, body FROM entries WHERE position >= ? AND position < ?",
                (position(old.ordinal, first), after_last(old.ordinal)),
            ).fetchall()
        name, public = sound(row, self.path, str, bytes)
        algorithms = suite(name)
        key = algorithms.verifying_key(public)
        found = [
            (sequence_of(at), proved(algorithms, key, Entry(header, signature, body)))
            for at, header, signature, body in (sound(row, self.path, int, bytes, bytes, bytes | None) for row in rows)
        ]
        carried = [one for _, one in found if one is not None]
        lost = ranges(sequence for sequence, one in found if one is None)
        self.succeed(reason, old.journal, first - 1, carried, lost)
        return len(carried)

    def _open_new(self) -> Head:
        """Within a transaction."""
        journal, kiosk = os.urandom(16), self._identity.kiosk
        ordinal = self.connection.execute(
            "INSERT INTO journals (journal, kiosk, suite, public_key, opened_ms, dropped) VALUES (?, ?, ?, ?, ?, 0)"
            " RETURNING ordinal",
            (journal, kiosk, self._identity.suite, self._signing_key.public, self._clock.wall_ms()),
        ).fetchone()[0]
        return Head(ordinal, journal, 0, entries.genesis(self._suite, kiosk, journal), 0)
