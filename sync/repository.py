"""Brings the published catalogue to the kiosk by TUF: a new set counts when it is whole, signed, newer and usable; in
every other case the set before it goes on being served."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

import requests
from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
)
from tuf.api.metadata import Metadata, TargetFile, Targets
from tuf.ngclient import FetcherInterface, Updater

from offline_cache.durable import make_folder, sync_folder, write_durably
from sync.served import CURRENT, FOLDER, served

ROOT_FILE: Final = "root.json"
METADATA: Final = "metadata"
SETS: Final = "sets"
_PART: Final = ".part"
_TIMEOUT_S: Final = (5.0, 20.0)
_WHOLE_S: Final = 600.0
"""For one file: a line that gives a byte now and then is not to hold the catalogue for ever."""


class CatalogueError(Exception):
    """The set before goes on being served. code: catalogue.expired, .rolled-back, .tampered, .unusable,
    .unreachable, .not-stored."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def trusted(data: Path) -> bool:
    return (data / FOLDER / ROOT_FILE).exists()


def trust(data: Path, root: bytes) -> None:
    """root: from the platform, over the connection that enrolment trusted."""
    make_folder(data / FOLDER, 0o700)
    write_durably(data / FOLDER / ROOT_FILE, root, 0o600)


def distrust(data: Path) -> None:
    """For a kiosk that goes to another platform. What is served stays until that one has published."""
    (data / FOLDER / ROOT_FILE).unlink(missing_ok=True)
    shutil.rmtree(data / FOLDER / METADATA, ignore_errors=True)


class Repository:
    """now: the platform's time, as far as it is known; a kiosk's clock may be wrong by decades. check: says what is
    wrong with a set of definitions, one sentence each; none: it can be served."""

    def __init__(
        self,
        data: Path,
        url: str,
        session: requests.Session,
        now: Callable[[], datetime],
        check: Callable[[Path], list[str]],
    ) -> None:
        self._data = data
        self._folder = data / FOLDER
        self._url = url.rstrip("/")
        self._fetcher = _Fetcher(session)
        self._now = now
        self._check = check

    def refresh(self) -> int:
        """The version that is served from now on. Raises CatalogueError."""
        with _failures(self._url):
            make_folder(self._folder / METADATA, 0o700)
            make_folder(self._folder / SETS, 0o700)
            updater = Updater(
                str(self._folder / METADATA),
                self._url,
                target_base_url=f"{self._url}/targets",
                fetcher=self._fetcher,
                bootstrap=(self._folder / ROOT_FILE).read_bytes(),
            )
            # The library has no public way to tell it the time, and takes the machine's clock, which after a flat
            # battery says 1970. A test of expiry fails when this stops working.
            updater._trusted_set.reference_time = self._now()
            updater.refresh()
            raw = (self._folder / METADATA / "targets.json").read_bytes()
            targets = Metadata[Targets].from_bytes(raw).signed
            ready = self._folder / SETS / f"{targets.version}-{_short(raw)}"
            if served(self._data) != ready.resolve():
                if not ready.exists():
                    self._assemble(updater, targets, ready)
                self._serve(ready)
            return targets.version

    def _assemble(self, updater: Updater, targets: Targets, ready: Path) -> None:
        """What a cut left of an earlier try is used again, file by file."""
        part = ready.with_name(ready.name + _PART)
        make_folder(part, 0o700)
        old = served(self._data)
        for path, info in targets.targets.items():
            _check_path(path)
            place = part / path
            if _is(place, info):
                continue
            make_folder(place.parent, 0o700)
            place.unlink(missing_ok=True)
            if old is not None and _is(old / path, info):
                os.link(old / path, place)
            else:
                updater.download_target(info, str(place))
                _sync(place)
            sync_folder(place.parent)
        for extra in [found for found in part.rglob("*") if found.is_file()]:
            if extra.relative_to(part).as_posix() not in targets.targets:
                extra.unlink()
        if troubles := self._check(part):
            raise CatalogueError("catalogue.unusable", f"version {targets.version}: {'; '.join(troubles[:3])}")
        part.rename(ready)
        sync_folder(ready.parent)

    def _serve(self, ready: Path) -> None:
        """From here on `ready` counts. The set before stays: a screen may be reading it."""
        before = served(self._data)
        aside = self._folder / f".{CURRENT}.new"
        aside.unlink(missing_ok=True)
        aside.symlink_to(Path(SETS) / ready.name)
        aside.rename(self._folder / CURRENT)
        sync_folder(self._folder)
        keep = {ready.resolve(), before}
        for found in (self._folder / SETS).iterdir():
            if found.resolve() not in keep:
                shutil.rmtree(found)


class _Fetcher(FetcherInterface):
    def __init__(self, session: requests.Session) -> None:
        self._session = session

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            answer = self._session.get(url, timeout=_TIMEOUT_S, stream=True, allow_redirects=False)
        except (requests.RequestException, OSError) as error:
            raise DownloadError(f"{type(error).__name__}") from error
        media = answer.headers.get("Content-Type", "").partition(";")[0]
        if answer.status_code == 200 and media == "text/html" and not url.endswith((".html", ".htm")):
            answer.close()
            raise DownloadError("something else answers in its place: a log-in page or a proxy?")
        if answer.status_code != 200:
            answer.close()
            raise DownloadHTTPError(f"it answers {answer.status_code}", answer.status_code)
        return _pieces(answer)


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    end = time.monotonic() + _WHOLE_S
    try:
        with answer:
            for piece in answer.iter_content(65536):
                yield piece
                if time.monotonic() > end:
                    raise DownloadError(f"it took longer than {_WHOLE_S:.0f} s")
    except (requests.RequestException, OSError) as error:
        raise DownloadError(f"{type(error).__name__}") from error


@contextmanager
def _failures(url: str) -> Iterator[None]:
    """The library's errors as ours."""
    try:
        yield
    except DownloadLengthMismatchError as error:
        raise CatalogueError("catalogue.tampered", f"{url}: {error}") from error
    except DownloadError as error:
        raise CatalogueError("catalogue.unreachable", f"{url} does not give the catalogue: {error}") from error
    except ExpiredMetadataError as error:
        raise CatalogueError("catalogue.expired", f"{url}: {error}") from error
    except BadVersionNumberError as error:
        raise CatalogueError("catalogue.rolled-back", f"{url}: {error}") from error
    except RepositoryError as error:
        raise CatalogueError("catalogue.tampered", f"{url}: {error}") from error
    except OSError as error:
        raise CatalogueError("catalogue.not-stored", f"the set cannot be stored: {error.strerror}") from error


def _is(path: Path, info: TargetFile) -> bool:
    try:
        with path.open("rb") as file:
            info.verify_length_and_hashes(file)
    except (FileNotFoundError, NotADirectoryError, LengthOrHashMismatchError):
        return False
    return True


def _check_path(path: str) -> None:
    """Signed or not, nothing is written outside the set."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\0" in path or not pure.parts:
        raise CatalogueError("catalogue.tampered", "a file of the set would lie outside its folder")


def _short(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:8]


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
