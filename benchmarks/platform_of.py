"""A platform's database that knows invented kiosks, without asking each for its code."""

from collections.abc import Iterable
from pathlib import Path

from central.store import Transaction, open_store


async def enrol(data: Path, database: str, kiosks: Iterable[tuple[str, str, bytes]]) -> None:
    """kiosks: (id, suite, public key) of each; the key serves for its requests, too."""
    data.mkdir(parents=True, exist_ok=True)
    rows = [(name, suite, public, public, 0) for name, suite, public in kiosks]
    store = await open_store(data, database)

    async def job(work: Transaction) -> None:
        await work.insert("kiosks", ("kiosk", "suite", "public_key", "request_key", "enrolled_ms"), list(rows))
        await work.run("UPDATE platform SET kiosks = $1", len(rows))

    await store.do(job)
    await store.close()
