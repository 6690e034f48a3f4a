"""The journal carried by hand, or mirrored on a second medium: batches as the network carries them, sealed and signed.

Files are whole or not there: a stick may be pulled out at any time, and the export is taken up where it was left.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offline_cache.attachments import AttachmentError, Attachments, kept
from offline_cache.batch import BATCH_ENTRIES, BatchError, decode_batch, encode_batch, fitting
from offline_cache.durable import make_folder, sync_folder, write_durably
from offline_cache.entry import EntryError, decode_header
from offline_cache.identity import Identity
from offline_cache.manifest import ATTACHMENTS, FILE, SIGNATURE_FILE, ExportedFile, Manifest, encode
from offline_cache.reader import JournalInfo, JournalReader
from offline_cache.sealing import suite
from offline_cache.upstream import Upstream

_NAME: Final = re.compile(r"(\d{12})-(\d{12})\.batch")


class ExportError(Exception):
    """The folder cannot be written."""

    code = "export.failed"


@dataclass(frozen=True)
class Exported:
    """entries, attachments: new in the folder. total: entries that are in it now."""

    folder: Path
    entries: int
    attachments: int
    total: int


class Exporter:
    """Writes one kiosk's journals below `target`. everything: also what the platform has already."""

    def __init__(self, data: Path, target: Path, identity: Identity, upstream: Upstream, *, everything: bool) -> None:
        self._reader = JournalReader(data)
        self._suite = suite(identity.suite)
        self._attachments = Attachments(data, self._suite)
        self._identity = identity
        self._upstream = upstream
        self._everything = everything
        self._files: dict[str, ExportedFile] = {}
        self._there: dict[bytes, list[_BatchFile]] = {}
        self.folder = target / f"tongban-{identity.kiosk}"

    def run(self) -> Exported:
        """Bring the folder up to date; durable when it returns. Raises ExportError and StorageError."""
        try:
            make_folder(self.folder)
            entries = sum(self._journal(info) for info in self._reader.journals())
            attachments = self._copy_attachments()
            if entries or attachments or not (self.folder / SIGNATURE_FILE).exists():
                self._write_manifest()
        except OSError as error:
            raise ExportError(f"{self.folder}: {error.strerror}; what is in it is whole, export again") from error
        total = sum(one.last - one.first + 1 for files in self._there.values() for one in files)
        return Exported(self.folder, entries, attachments, total)

    def close(self) -> None:
        self._reader.close()

    def _journal(self, info: JournalInfo) -> int:
        """How many entries are new in the folder. A last batch that is short is replaced by a fuller one."""
        if info.kiosk != self._identity.kiosk:
            return 0
        folder = self.folder / info.journal.hex()
        there = self._there.setdefault(info.journal, []) or list(_batches(folder))
        self._there[info.journal] = there
        before = there[-1].last if there else 0
        first = max(before + 1, 1 if self._everything else self._upstream.next_wanted(info.journal))
        begin = first
        if there and there[-1].last - there[-1].first + 1 < BATCH_ENTRIES and self._reader.to_send(info, first, 1):
            begin = there[-1].first
        at = begin
        while batch := fitting(self._reader.to_send(info, at, BATCH_ENTRIES)):
            make_folder(folder)
            self._unsign()
            made = _BatchFile(at, at + len(batch) - 1, folder / f"{at:012d}-{at + len(batch) - 1:012d}.batch")
            write_durably(made.path, encode_batch(batch), 0o644)
            if there and there[-1].first == at:
                there.pop().path.unlink()
                sync_folder(folder)
            there.append(made)
            at = made.last + 1
        return max(0, at - first)

    def _copy_attachments(self) -> int:
        """Those of submitted cases. One that is damaged here is left out: `kiosk cache verify` names it."""
        folder, count = self.folder / ATTACHMENTS, 0
        for row in kept(self._reader.connection):
            path = folder / row.digest.hex()
            if row.entry_id is None or path.exists():
                continue
            try:
                locked = self._attachments.locked(row.digest, row.size)
            except AttachmentError:
                continue
            make_folder(folder)
            self._unsign()
            write_durably(path, locked, 0o644)
            count += 1
        return count

    def _write_manifest(self) -> None:
        paths = [one.path for files in self._there.values() for one in files]
        if (self.folder / ATTACHMENTS).exists():
            paths += sorted(path for path in (self.folder / ATTACHMENTS).iterdir() if not path.name.startswith("."))
        files = [self._listed(path) for path in paths]
        key = self._suite.signing_key(self._identity.signing_key)
        raw, signature = encode(Manifest(self._identity.kiosk, self._suite.name, files), key)
        write_durably(self.folder / FILE, raw, 0o644)
        write_durably(self.folder / SIGNATURE_FILE, signature, 0o644)

    def _unsign(self) -> None:
        """Before anything changes: a folder without a signature is one that was not finished."""
        path = self.folder / SIGNATURE_FILE
        if path.exists():
            path.unlink()
            sync_folder(self.folder)

    def _listed(self, path: Path) -> ExportedFile:
        """Files do not change under their names, so each is read once."""
        name = str(path.relative_to(self.folder))
        if name not in self._files:
            content = path.read_bytes()
            self._files[name] = ExportedFile(name, len(content), self._suite.digest(content))
        return self._files[name]


@dataclass(frozen=True)
class _BatchFile:
    first: int
    last: int
    path: Path


def _batches(folder: Path) -> Iterator[_BatchFile]:
    """The whole batch files, in order. One that does not hold what its name says is removed and made again, and so is
    what does not follow the one before it."""
    if not folder.exists():
        return
    due = None
    for path in sorted(folder.iterdir()):
        named = _NAME.fullmatch(path.name)
        if named is None:
            continue
        first, last = int(named[1]), int(named[2])
        if (due is not None and first != due) or not _holds(path, first, last):
            path.unlink()
            continue
        due = last + 1
        yield _BatchFile(first, last, path)


def _holds(path: Path, first: int, last: int) -> bool:
    try:
        entries = decode_batch(path.read_bytes()).entries
        found = [decode_header(entry.header).sequence for entry in entries]
    except (BatchError, EntryError):
        return False
    return found == list(range(first, last + 1))
