"""Back-up and restore: a folder with the database, the keys and the attachments.

A back-up is older than what the platform had when it was lost. So a restored platform gets a new epoch: every kiosk
that calls is told that its knowledge of the platform is void, and sends again what is missing here.
"""

import contextlib
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Final

from central import issuing_key, phone_files, platform_key, publishing, sms
from central.attachments import FOLDER
from central.database import open_database
from central.schema import database_path
from central.store import Store, Transaction
from offline_cache.durable import sync_folder
from offline_cache.sqlite import connect

DUMP: Final = "central.pgdump"
_SECRETS: Final = (platform_key.FILE, platform_key.LOOKUP_FILE, sms.SECRET_FILE)
_FOLDERS: Final = (FOLDER, issuing_key.FOLDER, publishing.FOLDER, publishing.KEYS)
_PARTIAL: Final = ".part"


class BackupError(Exception):
    """code: backup.exists, backup.missing or backup.failed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def write(data: Path, database: str, folder: Path) -> Path:
    """Into the new folder `folder`, while the platform works. The database is taken last: an attachment that a case
    names is never missing. Raises BackupError."""
    if folder.exists():
        raise BackupError("backup.exists", f"{folder} is there already: name a new folder")
    aside = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700, parents=True)
    for name in _SECRETS:
        if (data / name).exists():
            shutil.copy2(data / name, aside / name)
    for name in _FOLDERS:
        if (data / name).exists():
            shutil.copytree(data / name, aside / name, ignore=shutil.ignore_patterns(f"*{_PARTIAL}"))
    if database:
        _run(["pg_dump", "--format=custom", f"--file={aside / DUMP}", f"--dbname={database}"])
    else:
        source, target = open_database(data), connect(aside / database_path(data).name)
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        target.close()
        source.close()
    _copy_phone_files(data / phone_files.FOLDER, aside / phone_files.FOLDER)
    _sync(aside)
    aside.rename(folder)
    sync_folder(folder.parent)
    return folder


def _copy_phone_files(source: Path, target: Path) -> None:
    """After the database: no phone sends again what the database knows and the folder does not hold. What is deleted
    meanwhile is missed by nobody."""
    for path in source.rglob("*") if source.exists() else ():
        to = target / path.relative_to(source)
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.is_file():
            with contextlib.suppress(FileNotFoundError):
                shutil.copy2(path, to)


def restore(folder: Path, data: Path, database: str) -> None:
    """Into a new data folder (and, with PostgreSQL, an empty database). Run `new_epoch` then. Raises BackupError."""
    source = folder / (DUMP if database else database_path(data).name)
    if not source.exists():
        raise BackupError("backup.missing", f"{folder} holds no {source.name}: is it a back-up of such a platform?")
    if data.exists() and any(data.iterdir()):
        raise BackupError("backup.exists", f"{data} is not empty: move what is there away first")
    shutil.copytree(folder, data, dirs_exist_ok=True, ignore=shutil.ignore_patterns(DUMP))
    data.chmod(0o700)
    if database:
        _run(["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={database}", str(source)])
    _sync(data)


async def new_epoch(store: Store) -> None:
    """Void what kiosks know of this platform."""

    async def job(work: Transaction) -> None:
        await work.run("UPDATE platform SET epoch = $1", secrets.token_hex(8))

    await store.do(job)


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        message = f"{command[0]} is not there: install PostgreSQL's client programs"
        raise BackupError("backup.failed", message) from error
    if done.returncode:
        raise BackupError("backup.failed", f"{command[0]}: {done.stderr.strip().splitlines()[-1:]}")


def _sync(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
