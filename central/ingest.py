"""Takes batches of journal entries: each exactly once, in their chain. Opening envelopes is a later worker's job."""

from dataclasses import dataclass

from offline_cache import entry as entries
from offline_cache.entry import Entry, EntryError, Header
from offline_cache.sealing import suite
from offline_cache.sqlite import Connection
from sync.wire import BatchAnswer, Verdict


class IngestError(Exception):
    """A batch is refused whole. code: journal.gap (next says what is wanted), journal.chain, journal.conflict."""

    def __init__(self, code: str, message: str, wanted: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.wanted = wanted


@dataclass(frozen=True)
class Kiosk:
    """An enrolled kiosk. public_key: the raw key of its journal. request_key: the raw key of its HTTP requests."""

    kiosk: str
    suite: str
    public_key: bytes
    request_key: bytes


def find_kiosk(connection: Connection, kiosk: str) -> Kiosk | None:
    row = connection.execute(
        "SELECT kiosk, suite, public_key, request_key FROM kiosks WHERE kiosk = ?", (kiosk,)
    ).fetchone()
    return Kiosk(*row) if row else None


def ingest(
    connection: Connection, kiosk: Kiosk, journal: bytes, first: int, batch: list[Entry], now_ms: int
) -> BatchAnswer:
    """Store what is new of `batch`, whose first entry has sequence `first`. Within a transaction of the caller's.

    Raises IngestError; nothing is to be kept then but the alarm, see `alarm`.
    """
    algorithms = suite(kiosk.suite)
    row = connection.execute("SELECT kiosk, next, digest FROM journals WHERE journal = ?", (journal,)).fetchone()
    if row is None:
        row = (kiosk.kiosk, 1, entries.genesis(algorithms, kiosk.kiosk, journal))
        connection.execute("INSERT INTO journals (journal, kiosk, next, digest) VALUES (?, ?, ?, ?)", (journal, *row))
    owner, wanted, previous = row
    if owner != kiosk.kiosk:
        raise IngestError("journal.conflict", "this journal belongs to another kiosk")
    if first > wanted:
        raise IngestError("journal.gap", f"entry {wanted} is wanted first", wanted)
    verdicts = [_repeat(connection, journal, found, first + at) for at, found in enumerate(batch[: wanted - first])]
    new = batch[wanted - first :]
    last: tuple[Entry, bytes, Header] | None = None
    for at, found in enumerate(new):
        try:
            header, previous = entries.check_link(algorithms, found, previous, wanted + at)
            _check_place(header, kiosk, journal)
        except EntryError as error:
            raise IngestError("journal.chain", f"{error} [{error.code}]") from error
        last = found, previous, header
        verdicts.append(_store(connection, found, header, previous, now_ms))
    if last:
        try:
            entries.check_signature(algorithms.verifying_key(kiosk.public_key), last[0], last[1], last[2].created_ms)
        except EntryError as error:
            raise IngestError("journal.chain", f"{error} [{error.code}]") from error
        wanted += len(new)
        connection.execute("UPDATE journals SET next = ?, digest = ? WHERE journal = ?", (wanted, previous, journal))
    return BatchAnswer(next=wanted, verdicts=verdicts, server_ms=now_ms)


def alarm(connection: Connection, kiosk: str, journal: bytes, sequence: int, code: str, now_ms: int) -> None:
    """Keep for the platform's people that a journal does not fit what is known of it."""
    connection.execute(
        "INSERT INTO alarms (kiosk, journal, sequence, code, at_ms) VALUES (?, ?, ?, ?, ?)",
        (kiosk, journal, sequence, code, now_ms),
    )


def _check_place(header: Header, kiosk: Kiosk, journal: bytes) -> None:
    if (header.kiosk, header.journal, header.suite) != (kiosk.kiosk, journal, kiosk.suite):
        raise EntryError("entry.chain", "the entry names another kiosk, journal or suite")


def _repeat(connection: Connection, journal: bytes, found: Entry, sequence: int) -> Verdict:
    """An entry that is stored already: a no-op where it is the same, an alarm where it is not."""
    row = connection.execute(
        "SELECT header FROM entries WHERE journal = ? AND sequence = ? AND carried = 0", (journal, sequence)
    ).fetchone()
    if row is None or row[0] != found.header:
        raise IngestError("journal.conflict", f"entry {sequence} was stored before with another content")
    return Verdict(sequence, "repeat")


def _store(connection: Connection, found: Entry, header: Header, digest: bytes, now_ms: int) -> Verdict:
    """An entry that another journal had carried here before takes its place in the chain: the verdict says repeat."""
    row = connection.execute("SELECT row, header FROM entries WHERE entry_id = ?", (header.entry_id,)).fetchone()
    if row is None:
        _insert(connection, found, header, digest, now_ms, carried=False)
        return Verdict(header.sequence, "stored")
    if row[1] != found.header:
        raise IngestError("journal.conflict", f"the entry-id of {header.sequence} was used before for another entry")
    connection.execute("UPDATE entries SET carried = 0 WHERE row = ?", (row[0],))
    return Verdict(header.sequence, "repeat")


def ingest_carried(connection: Connection, found: Entry, now_ms: int) -> str:
    """Store an entry of an earlier journal that a later one carried, beside its own chain. Returns why not, as a code,
    or nothing. Its own signature proves it, whoever brings it."""
    try:
        header = entries.decode_header(found.header)
        kiosk = find_kiosk(connection, header.kiosk)
        if kiosk is None or kiosk.suite != header.suite:
            return "kiosk.unknown"
        algorithms = suite(kiosk.suite)
        header, digest = entries.check_link(algorithms, found, None, header.sequence)
        entries.check_signature(algorithms.verifying_key(kiosk.public_key), found, digest, header.created_ms)
    except EntryError as error:
        return error.code
    genesis = entries.genesis(algorithms, kiosk.kiosk, header.journal)
    connection.execute(
        "INSERT INTO journals (journal, kiosk, next, digest) VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING",
        (header.journal, kiosk.kiosk, genesis),
    )
    stored = connection.execute("SELECT header FROM entries WHERE entry_id = ?", (header.entry_id,)).fetchone()
    if stored is None:
        _insert(connection, found, header, digest, now_ms, carried=True)
    elif stored[0] != found.header:
        alarm(connection, kiosk.kiosk, header.journal, header.sequence, "journal.conflict", now_ms)
        return "journal.conflict"
    return ""


def _insert(connection: Connection, found: Entry, header: Header, digest: bytes, now_ms: int, *, carried: bool) -> None:
    connection.execute(
        "INSERT INTO entries (journal, sequence, entry_id, kind, header, digest, signature, body, received_ms, carried)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            header.journal,
            header.sequence,
            header.entry_id,
            header.kind,
            found.header,
            digest,
            found.signature,
            found.body,
            now_ms,
            carried,
        ),
    )
