"""What a session has proved of who is there. Pure."""

from dataclasses import dataclass, field

from offline_cache.assurance import Level, reaches


@dataclass(frozen=True)
class Proof:
    """assured: what the platform gave for a code that was right; empty for all but card+code."""

    level: Level
    assured: bytes = field(default=b"", repr=False)

    def reaches(self, wanted: Level) -> bool:
        return reaches(self.level, wanted)


TYPED = Proof("typed")
CARD = Proof("card")
STAFF = Proof("card+person")
