"""A kiosk's identity, a clock that tests move, and a journal in a folder of its own."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offline_cache.identity import Identity
from offline_cache.journal import Journal
from offline_cache.sealing import OpeningKey, suite

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


def new_identity(opening: OpeningKey, kiosk: str = "K0001") -> Identity:
    return Identity(
        kiosk=kiosk,
        suite="intl-1",
        signing_key=SUITE.new_signing_key(),
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
    made = Journal(tmp_path, identity, clock, lambda: None)
    yield made
    made.close()
