"""What the platform knows of its kiosks."""

from dataclasses import dataclass

from central.store import Transaction


@dataclass(frozen=True)
class KnownKiosk:
    kiosk: str
    suite: str
    enrolled_ms: int
    revoked_ms: int | None
    journals: int
    entries: int


async def kiosks_of(work: Transaction) -> list[KnownKiosk]:
    rows = await work.rows(
        "SELECT kiosks.kiosk, suite, enrolled_ms, revoked_ms, count(journal), coalesce(sum(next - 1), 0)"
        " FROM kiosks LEFT JOIN journals ON journals.kiosk = kiosks.kiosk"
        " GROUP BY kiosks.kiosk, suite, enrolled_ms, revoked_ms ORDER BY kiosks.kiosk"
    )
    return [
        KnownKiosk(kiosk, suite, enrolled_ms, revoked_ms, journals, int(entries))
        for kiosk, suite, enrolled_ms, revoked_ms, journals, entries in rows
    ]
