"""Takes batches of journal entries: each exactly once, in their chain. Opening envelopes is a later worker's job."""

from dataclasses import dataclass
from typing import Final

from central.store import Transaction, Value
from offline_cache import entry as entries
from offline_cache.entry import Entry, EntryError, Header
from offline_cache.sealing import suite
from sync.wire import BatchAnswer, Verdict


class IngestError(Exception):
    """A batch is refused whole. code: journal.gap (wanted says from where), journal.chain, journal.conflict."""

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
    revoked_ms: int | None = None


@dataclass(frozen=True)
class _New:
    found: Entry
    header: Header
    digest: bytes


_COLUMNS: Final = (
    "journal", "sequence", "entry_id", "kind", "header", "digest", "signature", "body", "received_ms", "carried",
)  # fmt: skip


async def find_kiosk(work: Transaction, kiosk: str) -> Kiosk | None:
    row = await work.row("SELECT kiosk, suite, public_key, request_key, revoked_ms FROM kiosks WHERE kiosk = $1", kiosk)
    return Kiosk(*row) if row else None


async def ingest(
    work: Transaction, kiosk: Kiosk, journal: bytes, first: int, batch: list[Entry], now_ms: int
) -> BatchAnswer:
    """Store what is new of `batch`, whose first entry has sequence `first`.

    Raises IngestError; nothing is to be kept then but the alarm, see `alarm`.
    """
    algorithms = suite(kiosk.suite)
    wanted, previous = await _open_journal(work, kiosk, journal)
    if first > wanted:
        raise IngestError("journal.gap", f"entry {wanted} is wanted first", wanted)
    verdicts = await _repeats(work, journal, first, batch[: wanted - first])
    new: list[_New] = []
    for at, found in enumerate(batch[wanted - first :]):
        try:
            header, previous = entries.check_link(algorithms, found, previous, wanted + at)
            _check_place(header, kiosk, journal)
        except EntryError as error:
            raise IngestError("journal.chain", f"{error} [{error.code}]") from error
        new.append(_New(found, header, previous))
    if new:
        last = new[-1]
        try:
            entries.check_signature(
                algorithms.verifying_key(kiosk.public_key), last.found, last.digest, last.header.created_ms
            )
        except EntryError as error:
            raise IngestError("journal.chain", f"{error} [{error.code}]") from error
        verdicts += await _store(work, new, now_ms)
        wanted += len(new)
        await work.run("UPDATE journals SET next = $1, digest = $2 WHERE journal = $3", wanted, previous, journal)
    return BatchAnswer(next=wanted, verdicts=verdicts, server_ms=now_ms)


async def alarm(work: Transaction, kiosk: str, journal: bytes, sequence: int, code: str, now_ms: int) -> None:
    """Keep for the platform's people that a journal does not fit what is known of it."""
    await work.run(
        "INSERT INTO alarms (kiosk, journal, sequence, code, at_ms) VALUES ($1, $2, $3, $4, $5)",
        kiosk, journal, sequence, code, now_ms,
    )  # fmt: skip


async def wanted_of(work: Transaction, kiosk: str) -> dict[bytes, int]:
    """For each of the kiosk's journals that is known here, the sequence that is wanted next."""
    rows = await work.rows("SELECT journal, next FROM journals WHERE kiosk = $1", kiosk)
    return {bytes(journal): wanted for journal, wanted in rows}


async def _open_journal(work: Transaction, kiosk: Kiosk, journal: bytes) -> tuple[int, bytes]:
    """The sequence that is wanted, and the digest of the entry before it. Nobody else adds to the journal meanwhile."""
    row = await work.locked("SELECT kiosk, next, digest FROM journals WHERE journal = $1", journal)
    if row is None:
        genesis = entries.genesis(suite(kiosk.suite), kiosk.kiosk, journal)
        await work.run("INSERT INTO journals VALUES ($1, $2, 1, $3)", journal, kiosk.kiosk, genesis)
        return 1, genesis
    owner, wanted, digest = row
    if owner != kiosk.kiosk:
        raise IngestError("journal.conflict", "this journal belongs to another kiosk")
    return wanted, digest


def _check_place(header: Header, kiosk: Kiosk, journal: bytes) -> None:
    if (header.kiosk, header.journal, header.suite) != (kiosk.kiosk, journal, kiosk.suite):
        raise EntryError("entry.chain", "the entry names another kiosk, journal or suite")


async def _repeats(work: Transaction, journal: bytes, first: int, batch: list[Entry]) -> list[Verdict]:
    """Entries that are stored already: no-ops where they are the same, an alarm where they are not."""
    if not batch:
        return []
    rows = await work.rows(
        "SELECT sequence, header FROM entries WHERE journal = $1 AND sequence BETWEEN $2 AND $3 AND carried = 0",
        journal, first, first + len(batch) - 1,
    )  # fmt: skip
    stored = dict(map(tuple, rows))
    for at, found in enumerate(batch):
        if stored.get(first + at) != found.header:
            raise IngestError("journal.conflict", f"entry {first + at} was stored before with another content")
    return [Verdict(first + at, "repeat") for at in range(len(batch))]


async def _store(work: Transaction, new: list[_New], now_ms: int) -> list[Verdict]:
    """An entry that came before its turn (carried by another journal, or announced as urgent) takes its place in the
    chain now: the verdict says repeat."""
    early = await _stored(work, [one.header.entry_id for one in new])
    rows: list[tuple[Value, ...]] = []
    verdicts = []
    for one in new:
        known = early.get(one.header.entry_id)
        if known is None:
            rows.append(_row(one, now_ms, carried=False))
            verdicts.append(Verdict(one.header.sequence, "stored"))
        elif known == one.found.header:
            await work.run("UPDATE entries SET carried = 0 WHERE entry_id = $1", one.header.entry_id)
            verdicts.append(Verdict(one.header.sequence, "repeat"))
        else:
            message = f"the entry-id of {one.header.sequence} was used before for another entry"
            raise IngestError("journal.conflict", message)
    if len({row[2] for row in rows}) < len(rows):
        raise IngestError("journal.conflict", "an entry-id stands twice in the batch")
    if rows:
        await work.insert("entries", _COLUMNS, rows)
    return verdicts


async def _stored(work: Transaction, identifiers: list[bytes]) -> dict[bytes, bytes]:
    """Header by entry-id, of those that are here."""
    marks = ", ".join(f"${at}" for at in range(1, len(identifiers) + 1))
    rows = await work.rows(f"SELECT entry_id, header FROM entries WHERE entry_id IN ({marks})", *identifiers)  # noqa: S608
    return {bytes(identifier): bytes(header) for identifier, header in rows}


async def ingest_early(work: Transaction, found: Entry, now_ms: int) -> str:
    """Store an entry before its turn: of an earlier journal that a later one carried, or announced as urgent. It stands
    beside its own chain until the chain reaches it. Returns why not, as a code, or nothing. Its own signature proves
    it, whoever brings it."""
    try:
        header = entries.decode_header(found.header)
        kiosk = await find_kiosk(work, header.kiosk)
        if kiosk is None or kiosk.suite != header.suite:
            return "kiosk.unknown"
        algorithms = suite(kiosk.suite)
        header, digest = entries.check_link(algorithms, found, None, header.sequence)
        entries.check_signature(algorithms.verifying_key(kiosk.public_key), found, digest, header.created_ms)
    except EntryError as error:
        return error.code
    await work.run(
        "INSERT INTO journals VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING",
        header.journal, kiosk.kiosk, entries.genesis(algorithms, kiosk.kiosk, header.journal),
    )  # fmt: skip
    stored = (await _stored(work, [header.entry_id])).get(header.entry_id)
    if stored is None:
        await work.insert("entries", _COLUMNS, [_row(_New(found, header, digest), now_ms, carried=True)])
    elif stored != found.header:
        await alarm(work, kiosk.kiosk, header.journal, header.sequence, "journal.conflict", now_ms)
        return "journal.conflict"
    return ""


def _row(new: _New, now_ms: int, *, carried: bool) -> tuple[Value, ...]:
    header = new.header
    return (
        header.journal, header.sequence, header.entry_id, str(header.kind), new.found.header, new.digest,
        new.found.signature, new.found.body, now_ms, int(carried),
    )  # fmt: skip
