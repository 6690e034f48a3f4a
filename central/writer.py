"""One thread writes the database; what comes at the same time is committed together."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from central.database import open_database
from central.schema import database_path
from offline_cache.sqlite import Connection, transaction

T = TypeVar("T")
GROUP: Final = 64


class Writer:
    """Runs jobs in the order they came, each in a savepoint of its own, up to GROUP in one commit. A job's result
    reaches its caller after the commit, so whatever was answered is durable."""

    def __init__(self, data: Path) -> None:
        """Raises StorageError."""
        self._path = database_path(data)
        self._connection = open_database(data)
        self._jobs: queue.SimpleQueue[tuple[Callable[[Connection], Any], asyncio.Future[Any]] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._run, name="writer")
        self._thread.start()

    async def do(self, job: Callable[[Connection], T]) -> T:
        """Run `job` in the next commit; its exception undoes it alone and is raised here."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((job, future))
        return await future

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while (first := self._jobs.get()) is not None:
            group = [first]
            ending = False
            with contextlib.suppress(queue.Empty):
                while len(group) < GROUP:
                    following = self._jobs.get_nowait()
                    if following is None:
                        ending = True
                        break
                    group.append(following)
            self._commit(group)
            if ending:
                return

    def _commit(self, group: list[tuple[Callable[[Connection], Any], "asyncio.Future[Any]"]]) -> None:
        answers: list[tuple[asyncio.Future[Any], Any, Exception | None]] = []
        try:
            with transaction(self._connection, self._path):
                for job, future in group:
                    answers.append((future, *self._one(job)))
        except Exception as error:
            answers = [(future, None, error) for _, future in group]
        for future, result, failure in answers:
            future.get_loop().call_soon_threadsafe(_settle, future, result, failure)

    def _one(self, job: Callable[[Connection], Any]) -> tuple[Any, Exception | None]:
        self._connection.execute("SAVEPOINT job")
        try:
            result = job(self._connection)
        except Exception as error:
            self._connection.execute("ROLLBACK TO job")
            self._connection.execute("RELEASE job")
            return None, error
        self._connection.execute("RELEASE job")
        return result, None


def _settle(future: "asyncio.Future[Any]", result: Any, failure: Exception | None) -> None:
    if future.cancelled():
        return
    if failure is not None:
        future.set_exception(failure)
    else:
        future.set_result(result)
