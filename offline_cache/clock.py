"""The kiosk's clocks, and what they are worth as evidence."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import msgspec

from offline_cache.entry import Clock

BUILD_MS: Final = 1_795_392_000_000
"""2026-11-23 UTC: no entry of this program is older, whatever a clock that fell back says."""


class ClockSource(Protocol):
    def wall_ms(self) -> int: ...
    def monotonic_ms(self) -> int: ...
    def boot_id(self) -> bytes: ...


class SystemClock:
    """The machine's own clocks. monotonic_ms: since boot, suspended time included. boot_id: the kernel's, 16 bytes."""

    def __init__(self) -> None:
        text = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        self._boot_id = bytes.fromhex(text.strip().replace("-", ""))

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def boot_id(self) -> bytes:
        return self._boot_id


@dataclass(frozen=True)
class Anchor:
    """The platform's time at its last answer, and this kiosk's clocks at that moment."""

    server_ms: int
    wall_ms: int
    monotonic_ms: int
    boot_id: bytes

    @property
    def offset_ms(self) -> int:
        """Platform minus kiosk."""
        return self.server_ms - self.wall_ms


class Moment(msgspec.Struct, frozen=True):
    """created_ms: the corrected time. evidence: what it rests on."""

    created_ms: int
    evidence: Clock


def moment(source: ClockSource, anchor: Anchor | None, last_ms: int) -> Moment:
    """Now, as well as it is known. last_ms: the time of the last entry, 0 when there is none.

    Since the last answer of the platform in this boot, time is that answer and what the monotonic clock has counted: a
    wall clock that jumps does not move it. After a restart the wall clock is believed, corrected by the last known
    offset, but never before the build, the last entry or the platform's last answer. So a wall clock that was ahead for
    a while does not hold later entries up once the platform has been heard again.
    """
    wall, monotonic, boot = source.wall_ms(), source.monotonic_ms(), source.boot_id()
    floor = max(BUILD_MS, anchor.server_ms if anchor else 0)
    if anchor is not None and anchor.boot_id == boot:
        created = max(floor, anchor.server_ms + monotonic - anchor.monotonic_ms)
    else:
        floor = max(floor, last_ms)
        created = max(floor, wall + (anchor.offset_ms if anchor else 0))
    return Moment(created, Clock(wall, anchor.offset_ms if anchor else None, monotonic, boot, floor))
