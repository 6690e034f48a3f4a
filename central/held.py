"""Certificates that people hold: those issued here, and those that staff have noted. Told by kind, never by content."""

import re
from dataclasses import dataclass
from typing import Final

from central.store import Transaction
from central.workdays import china_day
from offline_cache.assurance import reaches
from sync.proof import MAX_KINDS, Held
from sync.question import QuestionError

_KIND: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class KindError(Exception):
    code = "certificate.kind"


@dataclass(frozen=True)
class Noted:
    """until: ISO date, the last day on which it holds; empty: for ever."""

    kind: str
    until: str


def sound_kind(kind: str) -> str:
    """Raises KindError."""
    if not _KIND.fullmatch(kind):
        raise KindError(f"{kind!r} is no kind: small letters, digits and -, as definitions name it")
    return kind


async def told(work: Transaction, person: bytes, kinds: list[str], level: str, now_ms: int) -> Held:
    """That somebody holds, say, a disability card is told to a card and a code; to a card alone only of kinds that the
    office has marked as harmless. Raises QuestionError."""
    if len(kinds) > MAX_KINDS:
        raise QuestionError("too many kinds at once")
    open_kinds = set(kinds)
    if not reaches(level, "card+code"):
        open_kinds &= set(await harmless(work))
    rows = await work.rows(
        "SELECT kind FROM held_certificates WHERE person = $1 AND (until = '' OR until >= $2)"
        " UNION SELECT certificates.kind FROM certificates JOIN cases ON cases.row = certificates.case_row"
        " WHERE cases.person = $1 AND certificates.revoked_ms IS NULL AND certificates.kind <> ''",
        person, china_day(now_ms).isoformat(),
    )  # fmt: skip
    held = {row[0] for row in rows}
    return Held([kind for kind in kinds if kind in open_kinds & held], more=open_kinds != set(kinds))


async def note(work: Transaction, person: bytes, noted: Noted, now_ms: int) -> None:
    """Staff have seen the paper. Raises KindError."""
    await work.run(
        "INSERT INTO held_certificates VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (person, kind) DO UPDATE SET until = excluded.until, noted_ms = excluded.noted_ms",
        person, sound_kind(noted.kind), noted.until, now_ms,
    )  # fmt: skip


async def drop(work: Transaction, person: bytes, kind: str) -> None:
    await work.run("DELETE FROM held_certificates WHERE person = $1 AND kind = $2", person, kind)


async def harmless(work: Transaction) -> list[str]:
    return [row[0] for row in await work.rows("SELECT kind FROM harmless_kinds ORDER BY kind")]


async def mark(work: Transaction, kind: str, *, is_harmless: bool) -> None:
    """Raises KindError."""
    await work.run("DELETE FROM harmless_kinds WHERE kind = $1", sound_kind(kind))
    if is_harmless:
        await work.run("INSERT INTO harmless_kinds VALUES ($1)", kind)
