"""Takes what a technician carried from a kiosk on a stick. Repeats nothing that came by the network, or before."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from central.ingest import IngestError, Kiosk, alarm, find_kiosk, ingest
from central.notices import ENTRIES
from central.store import Store, Transaction
from offline_cache import manifest
from offline_cache.batch import BatchError, decode_batch
from offline_cache.durable import make_folder, write_durably
from offline_cache.manifest import ATTACHMENTS, FILE, SIGNATURE_FILE, ExportedFile, ManifestError
from offline_cache.sealing import Suite, suite
from sync.wire import BatchAnswer

_BATCH_NAME: Final = re.compile(r"([0-9a-f]{32})/(\d{12})-\d{12}\.batch")


class ImportFailedError(Exception):
    """The folder is not an export that can be taken. code: export.missing or kiosk.unknown."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Imported:
    """stored, repeats: entries. troubles: files that could not be taken, each with what to do."""

    kiosk: str
    stored: int = 0
    repeats: int = 0
    attachments: int = 0
    troubles: list[str] = field(default_factory=list)


async def import_folder(store: Store, data: Path, folder: Path, now_ms: int) -> Imported:
    """folder: an export, or the one folder above it. May be repeated. What was stored waits to be opened. Raises
    ImportFailedError, ManifestError and StorageError."""
    folder = _find(folder)
    raw = (folder / FILE).read_bytes()
    listed = manifest.decode(raw)
    kiosk = await store.do(lambda work: find_kiosk(work, listed.kiosk))
    if kiosk is None:
        raise ImportFailedError("kiosk.unknown", f"no kiosk {listed.kiosk} is enrolled here")
    algorithms = suite(kiosk.suite)
    if not (folder / SIGNATURE_FILE).exists():
        raise ManifestError("export.incomplete", f"{folder} was not finished: export again to the same folder")
    manifest.prove(raw, (folder / SIGNATURE_FILE).read_bytes(), algorithms.verifying_key(kiosk.public_key))
    result = Imported(kiosk.kiosk)
    for one in sorted(listed.files, key=lambda file: file.name):
        content = _content(folder, one, algorithms)
        if content is None:
            result.troubles.append(f"{one.name} is missing or damaged: export again to this folder")
        elif one.name.startswith(f"{ATTACHMENTS}/"):
            result.attachments += _attachment(data, one, content)
        else:
            await _batch(store, kiosk, one, content, now_ms, result)
    return result


def _find(folder: Path) -> Path:
    if (folder / FILE).exists():
        return folder
    inside = [path.parent for path in sorted(folder.glob(f"tongban-*/{FILE}"))]
    if len(inside) != 1:
        said = "several exports; name one of them" if inside else "no finished export; run `kiosk cache export` again"
        raise ImportFailedError("export.missing", f"{folder} holds {said}")
    return inside[0]


def _content(folder: Path, listed: ExportedFile, algorithms: Suite) -> bytes | None:
    path = (folder / listed.name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file() or path.stat().st_size != listed.size:
        return None
    content = path.read_bytes()
    return content if algorithms.digest(content) == listed.digest else None


def _attachment(data: Path, listed: ExportedFile, content: bytes) -> int:
    target = data / ATTACHMENTS / listed.digest.hex()
    if target.exists():
        return 0
    make_folder(target.parent, 0o700)
    write_durably(target, content, 0o600)
    return 1


async def _batch(
    store: Store, kiosk: Kiosk, listed: ExportedFile, content: bytes, now_ms: int, result: Imported
) -> None:
    """All of it or nothing; what it is refused for is kept as an alarm."""
    named = _BATCH_NAME.fullmatch(listed.name)
    try:
        batch = decode_batch(content).entries if named else []
    except BatchError:
        batch = []
    if named is None or not batch:
        result.troubles.append(f"{listed.name} is not a batch of this version: update the platform")
        return
    journal, first = bytes.fromhex(named[1]), int(named[2])

    async def take(work: Transaction) -> BatchAnswer:
        work.tell(ENTRIES)
        return await ingest(work, kiosk, journal, first, batch, now_ms)

    try:
        verdicts = [one.verdict for one in (await store.do(take)).verdicts]
    except IngestError as error:
        code = error.code
        if code != "journal.gap":
            await store.do(lambda work: alarm(work, kiosk.kiosk, journal, first, code, now_ms))
        result.troubles.append(f"{listed.name}: {error} [{code}]")
        return
    result.stored += verdicts.count("stored")
    result.repeats += verdicts.count("repeat")
