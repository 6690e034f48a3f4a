"""SQLite: one thread writes; what comes at the same time is committed together."""

import asyncio
import queue
import re
import threading
from collections.abc import Coroutine, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from central.database import open_database
from central.notices import ENTRIES, Notices, feed_topic
from central.schema import database_path
from central.store import Job, Row, Value
from offline_cache.sqlite import Connection, environment_errors, transaction

T = TypeVar("T")
GROUP: Final = 64
LOOK_S: Final = 0.25
"""How often other processes' commits are looked for."""

_Waiting = tuple[Job[Any], "asyncio.Future[Any]"]


@lru_cache(maxsize=512)
def _numbered(query: str) -> str:
    """$1 in SQLite's words."""
    return re.sub(r"\$(\d+)", r"?\1", query)


class SqliteTransaction:
    """Implements central.store.Transaction. Never waits: see `_finish`."""

    def __init__(self, connection: Connection) -> None:
        self.topics: set[str] = set()
        self._connection = connection

    async def rows(self, query: str, *values: Value) -> Sequence[Row]:
        found: list[Row] = self._connection.execute(_numbered(query), values).fetchall()
        return found

    async def row(self, query: str, *values: Value) -> Row | None:
        found: Row | None = self._connection.execute(_numbered(query), values).fetchone()
        return found

    locked = row
    claimed = rows

    async def alone(self, *what: str) -> None:
        """One writer at a time: it is alone."""

    async def run(self, query: str, *values: Value) -> None:
        self._connection.execute(_numbered(query), values)

    async def insert(self, table: str, columns: Sequence[str], rows: list[tuple[Value, ...]]) -> None:
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608

    def tell(self, topic: str) -> None:
        self.topics.add(topic)


class SqliteStore:
    """Runs jobs in the order they came, each in a savepoint of its own, up to GROUP in one commit. A job's result
    reaches its caller after the commit, so whatever was answered is durable."""

    def __init__(self, data: Path) -> None:
        """Raises StorageError. Lives in the running event loop."""
        self.notices = Notices()
        self._path = database_path(data)
        self._connection = open_database(data)
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._listens = False
        self._version = self._data_version()
        self._cursors = self._feed_cursors()
        self._thread = threading.Thread(target=self._run, name="writer")
        self._thread.start()

    def listen(self) -> None:
        self._listens = True

    async def do(self, job: Job[T]) -> T:
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((job, future))
        return await future

    async def close(self) -> None:
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._connection.close()

    def _run(self) -> None:
        while True:
            try:
                first = self._jobs.get(timeout=LOOK_S)
            except queue.Empty:
                self._look_for_others()
                continue
            group, ending = self._gather(first)
            if group:
                self._commit(group)
            if ending:
                return
            self._look_for_others()

    def _gather(self, first: _Waiting | None) -> tuple[list[_Waiting], bool]:
        """What waits now, and whether it is the last."""
        group: list[_Waiting] = []
        found = first
        while found is not None:
            group.append(found)
            if len(group) == GROUP:
                return group, False
            try:
                found = self._jobs.get_nowait()
            except queue.Empty:
                return group, False
        return group, True

    def _commit(self, group: list[_Waiting]) -> None:
        answers: list[tuple[asyncio.Future[Any], Any, Exception | None]] = []
        topics: set[str] = set()
        try:
            with transaction(self._connection, self._path):
                for job, future in group:
                    one = SqliteTransaction(self._connection)
                    answers.append((future, *self._one(job, one)))
                    topics |= one.topics
        except Exception as error:
            answers, topics = [(future, None, error) for _, future in group], set()
        self._loop.call_soon_threadsafe(self._settle, answers, topics)

    def _one(self, job: Job[Any], working: SqliteTransaction) -> tuple[Any, Exception | None]:
        self._connection.execute("SAVEPOINT job")
        try:
            result = _finish(cast("Coroutine[Any, Any, Any]", job(working)))
        except Exception as error:
            self._connection.execute("ROLLBACK TO job")
            self._connection.execute("RELEASE job")
            working.topics.clear()
            return None, error
        self._connection.execute("RELEASE job")
        return result, None

    def _settle(self, answers: list[tuple["asyncio.Future[Any]", Any, Exception | None]], topics: set[str]) -> None:
        for future, result, failure in answers:
            if future.cancelled():
                continue
            if failure is not None:
                future.set_exception(failure)
            else:
                future.set_result(result)
        for topic in topics:
            self.notices.wake(topic)

    # -- what other processes commit: the command line, an import, another worker --

    def _look_for_others(self) -> None:
        version = self._data_version()
        if version == self._version or not self._listens:
            return
        self._version = version
        known, self._cursors = self._cursors, self._feed_cursors()
        changed = [kiosk for kiosk, cursor in self._cursors.items() if cursor != known.get(kiosk)]
        self._loop.call_soon_threadsafe(self._settle, [], {ENTRIES, *map(feed_topic, changed)})

    def _data_version(self) -> int:
        with environment_errors(self._path):
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _feed_cursors(self) -> dict[str, int]:
        with environment_errors(self._path):
            return dict(self._connection.execute("SELECT kiosk, feed_cursor FROM kiosks").fetchall())


def _finish(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run to its end a coroutine that has nothing to wait for; the same jobs wait for PostgreSQL where that is used."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    coroutine.close()
    raise RuntimeError("a job waited for something else than its transaction")
