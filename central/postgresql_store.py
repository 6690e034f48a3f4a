"""PostgreSQL by asyncpg: several processes, on several machines if need be, on one database."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, TypeVar

import asyncpg

from central.notices import Notices
from central.schema_postgresql import migrate
from central.store import Job, Row, Value
from offline_cache.sqlite import StorageError

logger = logging.getLogger(__name__)

T = TypeVar("T")
CHANNEL: Final = "tongban"
POOL: Final = 8
ATTEMPTS: Final = 5
LISTEN_AGAIN_S: Final = 2.0
_COPY_FROM: Final = 8
"""As many rows are faster by COPY than one by one."""
_IN_THE_WAY: Final = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,
)
"""Another job was in the way of this one: it is run again, and sees then what the other did."""
_LOST: Final = (OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InterfaceError)


class PostgresqlTransaction:
    """Implements central.store.Transaction."""

    def __init__(self, connection: Any) -> None:
        self.topics: set[str] = set()
        self._connection = connection

    async def rows(self, query: str, *values: Value) -> Sequence[Row]:
        found: list[Row] = await self._connection.fetch(query, *values)
        return found

    async def row(self, query: str, *values: Value) -> Row | None:
        found: Row | None = await self._connection.fetchrow(query, *values)
        return found

    async def locked(self, query: str, *values: Value) -> Row | None:
        return await self.row(f"{query} FOR UPDATE", *values)

    async def claimed(self, query: str, *values: Value) -> Sequence[Row]:
        return await self.rows(f"{query} FOR UPDATE SKIP LOCKED", *values)

    async def alone(self, *what: str) -> None:
        await self.run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", " ".join(what))

    async def run(self, query: str, *values: Value) -> None:
        await self._connection.execute(query, *values)

    async def insert(self, table: str, columns: Sequence[str], rows: list[tuple[Value, ...]]) -> None:
        if len(rows) >= _COPY_FROM:
            await self._connection.copy_records_to_table(table, records=rows, columns=list(columns))
            return
        marks = ", ".join(f"${at}" for at in range(1, len(columns) + 1))
        query = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        for row in rows:
            await self._connection.execute(query, *row)

    def tell(self, topic: str) -> None:
        self.topics.add(topic)


class PostgresqlStore:
    """Make by `open`."""

    def __init__(self, url: str, pool: Any) -> None:
        self.notices = Notices()
        self._url = url
        self._pool = pool
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, url: str) -> "PostgresqlStore":
        """Raises StorageError."""
        with _environment_errors():
            pool = await asyncpg.create_pool(url, min_size=1, max_size=POOL)
            async with pool.acquire() as connection:
                await migrate(connection)
        return cls(url, pool)

    def listen(self) -> None:
        self._listening = asyncio.create_task(self._listen())

    async def do(self, job: Job[T]) -> T:
        for _ in range(ATTEMPTS - 1):
            with contextlib.suppress(*_IN_THE_WAY):
                return await self._once(job)
        return await self._once(job)

    async def _once(self, job: Job[T]) -> T:
        with _environment_errors():
            async with self._pool.acquire() as connection, connection.transaction():
                working = PostgresqlTransaction(connection)
                result = await job(working)
                for topic in sorted(working.topics):
                    await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, topic)
        return result

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        await self._pool.close()

    async def _listen(self) -> None:
        """Hand on what any process tells. After a lost connection everybody looks anew: something may have been told
        meanwhile."""
        while True:
            try:
                async with self._subscribed() as lost:
                    self.notices.wake_all()
                    await lost.wait()
            except _LOST:
                logger.warning("the database does not tell of changes: it is asked again in %s s", LISTEN_AGAIN_S)
            await asyncio.sleep(LISTEN_AGAIN_S)

    @contextlib.asynccontextmanager
    async def _subscribed(self) -> AsyncIterator[asyncio.Event]:
        lost = asyncio.Event()
        connection = await asyncpg.connect(self._url)
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._told)
            yield lost
        finally:
            await connection.close()

    def _told(self, _: Any, __: int, ___: str, topic: str) -> None:
        self.notices.wake(topic)


@contextlib.contextmanager
def _environment_errors() -> Any:
    try:
        yield
    except asyncpg.DiskFullError as error:
        raise StorageError("storage.full", "the database's disk is full") from error
    except _LOST as error:
        if isinstance(error, asyncpg.DataError):  # an InterfaceError by name, and our own mistake
            raise
        raise StorageError("storage.cannot-open", f"the database does not answer ({type(error).__name__})") from error
