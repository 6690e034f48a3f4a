"""A kiosk's identity, a clock that tests move, and a journal in a folder of its own."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offline_cache.clock import Anchor
from offline_cache.entry import Entry
from offline_cache.identity import Identity
from offline_cache.journal import Journal
from offline_cache.reader import JournalReader
from offline_cache.sealing import OpeningKey, suite
from offline_cache.upstream import Alone
from offline_cache.verify import Damage

SUITE = suite("intl-1")


@dataclass
class FixedClock:
    """Implements offline_cache.clock.ClockSource."""

    wall: int = 1_800_000_000_000
    monotonic: int = 1_000_000
    boot: bytes = field(default_factory=lambda: os.urandom(16))

    def wall_ms(self) -> int:
        return self.wall

    def monotonic_ms(self) -> int:
        return self.monotonic

    def boot_id(self) -> bytes:
        return self.boot

    def passes(self, seconds: float) -> None:
        self.wall += int(seconds * 1000)
        self.monotonic += int(seconds * 1000)


def new_identity(opening: OpeningKey, kiosk: str = "K0001", suite_name: str = "intl-1") -> Identity:
    return Identity(
        kiosk=kiosk,
        suite=suite_name,
        signing_key=suite(suite_name).new_signing_key(),
        secret=os.urandom(32),
        platform_key_id="pk-test",
        platform_public_key=opening.public,
        public_address="https://tongban.example",
    )


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def opening() -> OpeningKey:
    return SUITE.opening_key(SUITE.new_opening_key())


@pytest.fixture
def identity(opening: OpeningKey) -> Identity:
    return new_identity(opening)


@pytest.fixture
def journal(tmp_path: Path, identity: Identity, clock: FixedClock) -> Iterator[Journal]:
    made = Journal(tmp_path, identity, clock, Alone())
    yield made
    made.close()


@dataclass
class Told:
    """What the agent would know of the platform, as a test wants it. Implements offline_cache.upstream.Upstream."""

    at: Anchor | None = None
    wanted: dict[bytes, int] = field(default_factory=dict)
    forks: dict[bytes, int] = field(default_factory=dict)
    delivered: int = 0
    uploaded: set[bytes] = field(default_factory=set)

    def anchor(self) -> Anchor | None:
        return self.at

    def next_wanted(self, journal: bytes) -> int:
        return self.wanted.get(journal, 1)

    def forked_at(self, journal: bytes) -> int | None:
        return self.forks.get(journal)

    def delivered_before(self, _: bytes, __: int) -> int:
        return self.delivered

    def uploaded_before(self, digest: bytes, _: int) -> bool:
        return digest in self.uploaded


def stored(data: Path) -> list[tuple[int, Entry]]:
    """(sequence, entry) of every journal in the folder, oldest journal first."""
    reader = JournalReader(data)
    try:
        return [found for info in reader.journals() for found in reader.stored(info)]
    finally:
        reader.close()


def damages(data: Path, *, each: bool = False) -> list[Damage]:
    """What `kiosk cache verify` finds in the journals."""
    reader = JournalReader(data)
    found: list[Damage] = []
    try:
        for info in reader.journals():
            found += reader.verify(info, each=each).damages
    finally:
        reader.close()
    return found
