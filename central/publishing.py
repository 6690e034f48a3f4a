"""The catalogue that kiosks serve (definitions, regions, templates, fonts, voice files), signed by TUF: a folder that
any static server can host. Specification: theupdateframework.github.io/specification, consistent snapshots."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Signed, Snapshot, TargetFile, Targets, Timestamp

from offline_cache.durable import make_folder, write_durably
from offline_cache.lock import FolderLock

S = TypeVar("S", Root, Targets, Snapshot, Timestamp)
FOLDER: Final = "catalogue"
KEYS: Final = "catalogue-keys"
_ROLES: Final = {"root": "root", "targets": "targets", "snapshot": "online", "timestamp": "online"}
"""Which key signs what. `online` signs without a person, day by day; the other two only when something is published, so
they can be kept elsewhere between times."""

ROOT_DAYS: Final = 730
TARGETS_DAYS: Final = 365
ONLINE_DAYS: Final = 14
"""How long a kiosk believes that what it sees is the newest. Longer than a holiday, shorter than a fraud would need."""
RENEW_BEFORE_DAYS: Final = 7
_ROOT_BEFORE_DAYS: Final = 180


class PublishError(Exception):
    """code: catalogue.source (the folder cannot be published) or catalogue.keys (a key is missing)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Published:
    """version: of the whole set; it grows when a file has changed. expires: when kiosks stop believing it, unless it is
    renewed before. changed: something was not there before."""

    version: int
    files: int
    expires: datetime
    changed: bool


def publish(data: Path, source: Path, target: Path, now: datetime) -> Published:
    """Everything in `source` becomes what `target` says; kiosks see the old set or the new one. Keys are made when
    there are none. Raises PublishError."""
    files = _read(source)
    lock = FolderLock(data, f"{KEYS}.lock")
    try:
        make_folder(target)
        keys = _keys(data / KEYS, first=_latest(target, "root") is None)
        _root(target, keys, now)
        targets = _newest(target, "targets", Targets)
        said = {path: TargetFile.from_data(path, content, ["sha256"]) for path, content in files.items()}
        changed = targets is None or targets.targets != said
        if targets is None or changed or _ends_within(targets, now, ONLINE_DAYS):
            for path, content in files.items():
                _store(target / "targets" / _hashed(path, content), content)
            targets = Targets(_version(targets, now), expires=now + timedelta(days=TARGETS_DAYS), targets=said)
            _write(target, "targets", targets, keys)
        timestamp = _announce(target, targets.version, keys, now)
        return Published(targets.version, len(files), timestamp.expires, changed)
    finally:
        lock.release()


def renew(data: Path, target: Path, now: datetime) -> datetime:
    """Say again that what is published is the newest; returns until when that holds. Raises PublishError."""
    targets = _newest(target, "targets", Targets)
    if targets is None:
        raise PublishError("catalogue.source", f"nothing is published in {target}: central publish FOLDER")
    lock = FolderLock(data, f"{KEYS}.lock")
    try:
        online = {"online": _key(data / KEYS / "online.pem", make=False)}
        return _announce(target, targets.version, online, now).expires
    finally:
        lock.release()


def reissue(data: Path, target: Path, now: datetime) -> None:
    """After a restore: what is published, as a version that is newer than any that went out since the back-up."""
    targets = _newest(target, "targets", Targets)
    if targets is None:
        return
    keys = _keys(data / KEYS, first=False)
    again = Targets(_version(targets, now), expires=now + timedelta(days=TARGETS_DAYS), targets=targets.targets)
    _write(target, "targets", again, keys)
    _announce(target, again.version, keys, now)


def renewal_is_due(target: Path, now: datetime) -> bool:
    timestamp = _unversioned(target)
    return timestamp is not None and _ends_within(timestamp, now, RENEW_BEFORE_DAYS)


def newest_root(target: Path) -> bytes:
    """What a kiosk is to trust from its first question on; empty when nothing is published."""
    found = _latest(target, "root")
    return found.read_bytes() if found and (target / "timestamp.json").exists() else b""


def _read(source: Path) -> dict[str, bytes]:
    """Path below `source` -> content. Hidden files are editors' and version control's."""
    if not source.is_dir():
        raise PublishError("catalogue.source", f"{source} is no folder")
    found = {}
    for path in sorted(source.rglob("*")):
        below = path.relative_to(source)
        if any(part.startswith(".") or part == "__pycache__" for part in below.parts) or path.is_dir():
            continue
        if path.is_symlink() or not path.is_file():
            raise PublishError("catalogue.source", f"{path} is no plain file: take it out of the folder")
        found[below.as_posix()] = path.read_bytes()
    if not any(path.startswith("catalogue/") for path in found):
        raise PublishError("catalogue.source", f"{source} holds no catalogue/*.yaml: name the folder above catalogue/")
    return found


# -- keys --


def _keys(folder: Path, *, first: bool) -> dict[str, CryptoSigner]:
    make_folder(folder, 0o700)
    return {name: _key(folder / f"{name}.pem", make=first) for name in sorted(set(_ROLES.values()))}


def _key(path: Path, *, make: bool) -> CryptoSigner:
    if not path.exists():
        if not make:
            raise PublishError("catalogue.keys", f"{path} is missing: bring it back from where it is kept")
        write_durably(path, CryptoSigner.generate_ed25519().private_bytes, 0o600)
    return CryptoSigner(load_pem_private_key(path.read_bytes(), None))


# -- metadata --


def _root(target: Path, keys: dict[str, CryptoSigner], now: datetime) -> None:
    """Make the root, or a newer one when it ends soon or names other keys."""
    old = _newest(target, "root", Root)
    if old is not None and not _ends_within(old, now, _ROOT_BEFORE_DAYS):
        return
    root = Root(old.version + 1 if old else 1, expires=now + timedelta(days=ROOT_DAYS), consistent_snapshot=True)
    for role, name in _ROLES.items():
        root.add_key(keys[name].public_key, role)
    _write(target, "root", root, keys)


def _announce(target: Path, targets_version: int, keys: dict[str, CryptoSigner], now: datetime) -> Timestamp:
    """Snapshot, then timestamp: the last file written is the one that makes all the others count."""
    ends = now + timedelta(days=ONLINE_DAYS)
    snapshot = Snapshot(_version(_newest(target, "snapshot", Snapshot), now), expires=ends)
    snapshot.meta = {"targets.json": MetaFile(targets_version)}
    _write(target, "snapshot", snapshot, keys)
    timestamp = Timestamp(_version(_unversioned(target), now), expires=ends, snapshot_meta=MetaFile(snapshot.version))
    _write(target, "timestamp", timestamp, keys)
    _drop_older(target, "snapshot", snapshot.version)
    return timestamp


def _write(target: Path, role: str, signed: S, keys: dict[str, CryptoSigner]) -> None:
    metadata: Metadata[S] = Metadata(signed)
    metadata.sign(keys[_ROLES[role]])
    name = f"{role}.json" if role == "timestamp" else f"{signed.version}.{role}.json"
    write_durably(target / name, metadata.to_bytes(), 0o644)


def _latest(target: Path, role: str) -> Path | None:
    found = sorted(target.glob(f"*.{role}.json"), key=lambda path: int(path.name.partition(".")[0]))
    return found[-1] if found else None


def _newest(target: Path, role: str, kind: type[S]) -> S | None:
    path = _latest(target, role)
    return _signed(path, kind) if path else None


def _unversioned(target: Path) -> Timestamp | None:
    path = target / "timestamp.json"
    return _signed(path, Timestamp) if path.exists() else None


def _signed(path: Path, kind: type[S]) -> S:
    found = Metadata.from_bytes(path.read_bytes()).signed
    assert isinstance(found, kind)
    return found


def _version(old: Signed | None, now: datetime) -> int:
    """Minutes, as a number that can be read. A platform restored from a back-up must go on above what kiosks saw of it
    before, and does not know what that was."""
    return max(old.version + 1 if old else 1, int(now.astimezone(UTC).strftime("%Y%m%d%H%M")))


def _ends_within(signed: Signed, now: datetime, days: int) -> bool:
    return signed.expires - now < timedelta(days=days)


def _drop_older(target: Path, role: str, version: int) -> None:
    """A kiosk that read the timestamp before may still want the one it named."""
    for path in target.glob(f"*.{role}.json"):
        if int(path.name.partition(".")[0]) < version - 1:
            path.unlink()


# -- files --


def _hashed(path: str, content: bytes) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{hashlib.sha256(content).hexdigest()}.{name}"


def _store(path: Path, content: bytes) -> None:
    if not path.exists():
        make_folder(path.parent)
        write_durably(path, content, 0o644)
