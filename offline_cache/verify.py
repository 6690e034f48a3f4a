"""Walks a journal and says exactly what is wrong with it, and where."""

from collections.abc import Iterable
from dataclasses import dataclass

from offline_cache import entry as entries
from offline_cache.entry import Entry, EntryError, Header
from offline_cache.sealing import Suite, VerifyingKey


@dataclass(frozen=True)
class Damage:
    """What is wrong with a journal, and at which entry. code: see entry.check_link, and entry.signature."""

    sequence: int
    code: str
    message: str


class ChainWalk:
    """Checks entry after entry. The signature of the last entry of an unbroken run proves all of the run; with `each`
    every signature is checked."""

    def __init__(self, suite: Suite, key: VerifyingKey, kiosk: str, journal: bytes, *, each: bool) -> None:
        self.entries = 0
        self.damages: list[Damage] = []
        self._suite = suite
        self._key = key
        self._each = each
        self._previous: bytes | None = entries.genesis(suite, kiosk, journal)
        self._due = 1
        self._unproved: tuple[Entry, Header, bytes] | None = None

    def walk(self, stored: Iterable[tuple[int, Entry]]) -> None:
        """To the end of `stored`: (sequence, entry) in order."""
        for sequence, found in stored:
            self.entries += 1
            if sequence != self._due:
                self._prove()
                self._damaged(self._due, "entry.missing", _missing(self._due, sequence - 1))
                self._due = sequence
                self._previous = None
            self._check(sequence, found)
        self._prove()

    def _check(self, sequence: int, found: Entry) -> None:
        self._due = sequence + 1
        try:
            header, digest = entries.check_link(self._suite, found, self._previous, sequence)
        except EntryError as error:
            self._prove()
            self._damaged(sequence, error.code, str(error))
            try:
                header = entries.decode_header(found.header)
            except EntryError:
                self._previous = None
                return
            digest = entries.entry_digest(self._suite, found.header)
        self._previous = digest
        self._unproved = found, header, digest
        if self._each:
            self._prove()

    def _prove(self) -> None:
        if self._unproved is None:
            return
        found, header, digest = self._unproved
        self._unproved = None
        try:
            entries.check_signature(self._key, found, digest, header.created_ms)
        except EntryError as error:
            self._damaged(header.sequence, error.code, str(error))

    def _damaged(self, sequence: int, code: str, message: str) -> None:
        self.damages.append(Damage(sequence, code, message))


def proved(suite: Suite, key: VerifyingKey, found: Entry) -> Entry | None:
    """The entry, if its own signature proves it; without its body, if only that is damaged. None: it proves nothing."""
    try:
        header = entries.decode_header(found.header)
        entries.check_signature(key, found, entries.entry_digest(suite, found.header), header.created_ms)
    except EntryError:
        return None
    whole = found.body is None or suite.digest(found.body) == header.body_digest
    return found if whole else Entry(found.header, found.signature, None)


def ranges(sequences: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending sequences as ranges (first, last)."""
    found: list[tuple[int, int]] = []
    for sequence in sequences:
        if found and found[-1][1] == sequence - 1:
            found[-1] = (found[-1][0], sequence)
        else:
            found.append((sequence, sequence))
    return found


def _missing(first: int, last: int) -> str:
    return f"entry {first} is missing" if first == last else f"entries {first} to {last} are missing"
