"""The platform's database, whichever it is: jobs in transactions. Queries are the SQL that SQLite and PostgreSQL share,
with $1, $2 … for values."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from central.notices import Notices

T = TypeVar("T")
Value = bytes | int | str | None
Row = Sequence[Any]


class Transaction(Protocol):
    """What a job works with."""

    async def rows(self, query: str, *values: Value) -> Sequence[Row]: ...

    async def row(self, query: str, *values: Value) -> Row | None: ...

    async def locked(self, query: str, *values: Value) -> Row | None:
        """A row of one table that nobody else may change until the job is done."""
        ...

    async def claimed(self, query: str, *values: Value) -> Sequence[Row]:
        """Rows of one table that no other job works on, and none will until this one is done."""
        ...

    async def alone(self, *what: str) -> None:
        """From here on no other job is at the same `what` until this one is done: for what no row stands for yet. Then
        look; what the other did is seen."""
        ...

    async def run(self, query: str, *values: Value) -> None: ...

    async def insert(self, table: str, columns: Sequence[str], rows: list[tuple[Value, ...]]) -> None:
        """Many rows in one go; one that is there already is our mistake."""
        ...

    def tell(self, topic: str) -> None:
        """Wake those who wait for the topic, in every process, once this transaction is committed."""
        ...


Job = Callable[[Transaction], Awaitable[T]]


class Store(Protocol):
    """Raises offline_cache.sqlite.StorageError when the environment keeps the database from working."""

    notices: Notices

    async def do(self, job: Job[T]) -> T:
        """Run `job` in a transaction; its exception undoes it alone and is raised here. Durable when it returns. A job
        may be run again from its start when another one was in its way."""
        ...

    def listen(self) -> None:
        """From now on `notices` tells what other processes commit, too."""
        ...

    async def close(self) -> None: ...


async def open_store(data: Path, database: str) -> Store:
    """database: a URL postgresql://…; empty: SQLite in the data folder. Created and migrated as needed."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if database:
        from central.postgresql_store import PostgresqlStore

        return await PostgresqlStore.open(database)
    from central.sqlite_store import SqliteStore

    return SqliteStore(data)
