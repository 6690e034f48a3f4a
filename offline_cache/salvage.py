"""A damaged journal.db is set aside whole; its sound entries go on, unchanged, in a new one.

Every step can be interrupted: the new database is complete and durable before the old one is moved.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from offline_cache.carve import Value, header_is_sound, rows
from offline_cache.clock import ClockSource
from offline_cache.database import JOURNAL_FILE, open_journal
from offline_cache.durable import make_folder, sync_folder
from offline_cache.entry import Entry, EntryError, Header, decode_header, entry_digest
from offline_cache.identity import Identity
from offline_cache.journal import Journal
from offline_cache.position import position
from offline_cache.sealing import suite
from offline_cache.sqlite import Connection, StorageError, transaction
from offline_cache.upstream import Upstream
from offline_cache.verify import proved, ranges

ASIDE: Final = "damaged"
_READY: Final = "salvaged"
"""Folder of a finished new database, until it takes the damaged one's place."""
_WORK: Final = "salvaging"
_ENTRY_COLUMNS: Final = {4: (1, 2, 3), 10: (6, 8, 9)}
"""Where header, signature and body stand in a row of `entries`: in the present schema, in the first."""


@dataclass(frozen=True)
class Salvaged:
    """entries: found sound. lost: how many entries that the platform has not could not be read."""

    aside: Path
    entries: int
    lost: int


@dataclass
class _Chain:
    """What was found of one journal. entries: by sequence; others: those that claim a sequence a second time."""

    kiosk: str
    suite: str
    public_key: bytes
    entries: dict[int, tuple[Header, Entry]] = field(default_factory=dict)
    others: list[Entry] = field(default_factory=list)


@dataclass
class _Found:
    """What the damaged file still holds. chains: by journal; keys: (suite, public key) by kiosk; receipts: the card's
    tag and the entry's position, or id in the first schema, by what is sealed."""

    identity: Identity
    chains: dict[bytes, _Chain] = field(default_factory=dict)
    keys: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    ordinals: dict[bytes, int] = field(default_factory=dict)
    receipts: dict[bytes, tuple[bytes, int | bytes]] = field(default_factory=dict)
    prints: dict[bytes, tuple[Value, ...]] = field(default_factory=dict)


def open_or_salvage(
    data: Path, identity: Identity, clock: ClockSource, upstream: Upstream, *, damaged: bool
) -> tuple[Journal, Salvaged | None]:
    """The journal; when its database is damaged (or known to be), a new one with what was saved. Raises StorageError
    for what is not damage."""
    finish(data)
    if not damaged and not _header_is_damaged(data / JOURNAL_FILE):
        try:
            return Journal(data, identity, clock, upstream), None
        except (StorageError, EntryError) as error:
            if error.code == "storage.corrupt" or isinstance(error, EntryError):
                damaged = True
            else:
                raise
    result = salvage(data, identity, clock, upstream)
    return Journal(data, identity, clock, upstream), result


def _header_is_damaged(path: Path) -> bool:
    """An empty file is one that was never written."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        raw = file.read(100)
    return bool(raw) and not header_is_sound(raw)


def salvage(data: Path, identity: Identity, clock: ClockSource, upstream: Upstream) -> Salvaged:
    """Make the new database, set the old one aside, put the new one in its place. Raises StorageError."""
    found = _read(data, identity)
    work = data / _WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    connection = open_journal(work)
    with transaction(connection, work / JOURNAL_FILE):
        carried, closed, lost = _copy(connection, found, upstream)
    connection.close()
    journal = Journal(work, identity, clock, upstream)
    newest = max(found.chains, key=lambda one: found.ordinals[one], default=None)
    if newest is not None and found.chains[newest].kiosk == identity.kiosk:
        journal.succeed("salvaged", newest, closed[newest], carried, ranges(lost))
    journal.close()
    sync_folder(work)
    work.rename(data / _READY)
    sync_folder(data)
    aside = finish(data)
    assert aside is not None
    return Salvaged(aside, sum(len(chain.entries) for chain in found.chains.values()), len(lost))


def finish(data: Path) -> Path | None:
    """Put a finished new database in the damaged one's place, which is set aside; also after a power cut midway.
    Returns where it was set aside; None: there was nothing to do."""
    ready = data / _READY
    if not ready.exists():
        return None
    aside = None
    if (ready / JOURNAL_FILE).exists():
        aside = _set_aside(data)
        (ready / JOURNAL_FILE).rename(data / JOURNAL_FILE)
        sync_folder(data)
    shutil.rmtree(ready)
    return aside


def _set_aside(data: Path) -> Path:
    """What a power cut left half moved goes on to the same folder."""
    folder = data / ASIDE
    make_folder(folder, 0o700)
    number = max(1, len(list(folder.iterdir())))
    if (data / JOURNAL_FILE).exists() and (folder / f"{number:03d}" / JOURNAL_FILE).exists():
        number += 1
    aside = folder / f"{number:03d}"
    make_folder(aside, 0o700)
    for name in (JOURNAL_FILE, f"{JOURNAL_FILE}-wal", f"{JOURNAL_FILE}-shm"):
        if (data / name).exists():
            (data / name).rename(aside / name)
    sync_folder(aside)
    sync_folder(data)
    return aside


def _read(data: Path, identity: Identity) -> _Found:
    own = suite(identity.suite)
    found = _Found(identity, keys={identity.kiosk: (own.name, own.signing_key(identity.signing_key).public)})
    claims: dict[bytes, tuple[int, Header, Entry]] = {}
    for rowid, values in rows(data / JOURNAL_FILE, data / f"{JOURNAL_FILE}-wal"):
        match values:
            case [None, bytes(journal), str(kiosk), str(name), bytes(key), int(), _, int()] if len(journal) == 16:
                found.ordinals.setdefault(journal, rowid)
                if key:
                    found.keys.setdefault(kiosk, (name, key))
            case [None, bytes(tag), bytes(sealed)]:
                found.receipts.setdefault(sealed, (tag, rowid))
            case [bytes(key), bytes(tag), bytes(sealed)] if len(key) == 16:
                found.receipts.setdefault(sealed, (tag, key))
            case [bytes(key), bytes(), int(), str(), str(), int()] if len(key) == 16:
                found.prints.setdefault(key, tuple(values))
            case _ if len(values) in _ENTRY_COLUMNS:
                _claim(claims, rowid, [values[at] for at in _ENTRY_COLUMNS[len(values)]])
    for rowid, header, one in claims.values():
        _take(found, rowid, header, one)
    return found


def _claim(claims: dict[bytes, tuple[int, Header, Entry]], rowid: int, values: list[Value]) -> None:
    """Keep what looks like an entry, the first with its body."""
    raw, signature, body = values
    if not isinstance(raw, bytes) or not isinstance(signature, bytes) or not isinstance(body, bytes | None):
        return
    try:
        header = decode_header(raw)
    except EntryError:
        return
    known = claims.get(header.entry_id)
    if known is None or known[2].body is None:
        claims[header.entry_id] = rowid, header, Entry(raw, signature, body)


def _take(found: _Found, rowid: int, header: Header, one: Entry) -> None:
    """Put an entry in its chain, if its signature proves it."""
    name, key = found.keys.get(header.kiosk, ("", b""))
    if not key or name != header.suite:
        return
    algorithms = suite(name)
    sound = proved(algorithms, algorithms.verifying_key(key), one)
    if sound is None:
        return
    chain = found.chains.setdefault(header.journal, _Chain(header.kiosk, name, key))
    ordinal = rowid - header.sequence >> 40
    found.ordinals.setdefault(header.journal, ordinal if ordinal > 0 else len(found.ordinals) + 1)
    if header.sequence in chain.entries:
        chain.others.append(sound)
    else:
        chain.entries[header.sequence] = header, sound


def _copy(connection: Connection, found: _Found, upstream: Upstream) -> tuple[list[Entry], dict[bytes, int], list[int]]:
    """Everything into the new database. Returns what has to be carried, how far each journal can be sent under its own
    name, and the sequences that are neither at the platform nor here."""
    carried: list[Entry] = []
    closed: dict[bytes, int] = {}
    lost: list[int] = []
    newest = max((found.ordinals[journal] for journal in found.chains), default=0)
    for journal, chain in sorted(found.chains.items(), key=lambda item: found.ordinals[item[0]]):
        ordinal, wanted = found.ordinals[journal], upstream.next_wanted(journal)
        closed[journal] = _sendable(chain, wanted)
        behind = [one for sequence, (_, one) in sorted(chain.entries.items()) if sequence > closed[journal]]
        carried += behind + chain.others
        if ordinal == newest:
            last = max(chain.entries)
            lost = [sequence for sequence in range(wanted, last) if sequence not in chain.entries]
        open_still = ordinal == newest and chain.kiosk == found.identity.kiosk
        connection.execute(
            "INSERT INTO journals (ordinal, journal, kiosk, suite, public_key, opened_ms, closed, dropped)"
            " VALUES (?, ?, ?, ?, ?, 0, ?, 0)",
            (ordinal, journal, chain.kiosk, chain.suite, chain.public_key, None if open_still else closed[journal]),
        )
        connection.executemany(
            "INSERT INTO entries (position, header, signature, body) VALUES (?, ?, ?, ?)", _rows(ordinal, chain)
        )
    connection.executemany("INSERT OR IGNORE INTO receipts (position, tag, sealed) VALUES (?, ?, ?)", _receipts(found))
    connection.executemany(
        "INSERT INTO prints (print_id, about, copy, state, code, changed_ms) VALUES (?, ?, ?, ?, ?, ?)",
        found.prints.values(),
    )
    return carried, closed, lost


def _rows(ordinal: int, chain: _Chain) -> Iterator[tuple[int, bytes, bytes, bytes | None]]:
    for sequence, (_, one) in sorted(chain.entries.items()):
        yield position(ordinal, sequence), one.header, one.signature, one.body


def _receipts(found: _Found) -> Iterator[tuple[int, bytes, bytes]]:
    """A receipt outlives its entry: it opens the platform's letters. One whose entry is lost stands before all."""
    standing = {
        header.entry_id: position(found.ordinals[journal], sequence)
        for journal, chain in found.chains.items()
        for sequence, (header, _) in chain.entries.items()
    }
    for number, (sealed, (tag, where)) in enumerate(found.receipts.items(), 1):
        at = where if isinstance(where, int) else standing.get(where, position(0, number))
        yield at, tag, sealed


def _sendable(chain: _Chain, wanted: int) -> int:
    """The last sequence up to which the chain is unbroken from what the platform wants next."""
    algorithms = suite(chain.suite)
    sequence = wanted - 1
    while (following := chain.entries.get(sequence + 1)) is not None:
        before = chain.entries.get(sequence)
        if before is not None and following[0].previous != entry_digest(algorithms, before[1].header):
            break
        sequence += 1
    return sequence
