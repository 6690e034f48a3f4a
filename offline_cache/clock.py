"""The kiosk's clocks, and what they are worth as evidence."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from offline_cache.entry import Clock

BUILD_MS: Final = 1_795_392_000_000
"""2026-11-23 UTC: no entry of this program is older, whatever a clock that fell back says."""


class ClockSource(Protocol):
    def wall_ms(self) -> int: ...
    def monotonic_ms(self) -> int: ...
    def boot_id(self) -> bytes: ...


class SystemClock:
    """The machine's own clocks. boot_id: the kernel's, 16 bytes."""

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
class Moment:
    """created_ms: the corrected time, never below the floor. evidence: what it rests on."""

    created_ms: int
    evidence: Clock


def moment(source: ClockSource, offset_ms: int | None, floor_ms: int) -> Moment:
    """offset_ms: platform clock minus wall clock at the last contact, None before it. floor_ms: certainly past."""
    wall = source.wall_ms()
    floor = max(floor_ms, BUILD_MS)
    evidence = Clock(wall, offset_ms, source.monotonic_ms(), source.boot_id(), floor)
    return Moment(max(wall + (offset_ms or 0), floor), evidence)
