"""Both databases hold the same, survive the same, and serve several processes."""

import asyncio
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlite_utils

from central import platform_key
from central.database import open_database
from central.schema import SCHEMA, migrations
from central.store import open_store
from sync.agent import Uplink
from tests.central import postgresql
from tests.central.conftest import BOTH_DATABASES, CENTRAL, Kiosk, Server, enrolled, until
from tests.sync.test_agent import delivered
from tests.sync.test_bad_lines import Working, attach, uploaded

KINDS = {"integer": int, "bigint": int, "blob": bytes, "bytea": bytes, "text": str}


def sqlite_tables(data: Path) -> dict[str, list[tuple[str, type, bool]]]:
    database = open_database(data)
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    tables = {}
    for name in names:
        if name.startswith(("sqlite_", "_sqlite")) or "migrations" in name:
            continue
        rows = database.execute(f"PRAGMA table_info({name})").fetchall()
        tables[name] = sorted(
            (column, KINDS[kind.lower()], bool(needed or key)) for _, column, kind, needed, _, key in rows
        )
    database.close()
    return tables


def postgresql_tables(url: str, data: Path) -> dict[str, list[tuple[str, type, bool]]]:
    async def look() -> list[Any]:
        store = await open_store(data, url)
        await store.close()
        connection: Any = await asyncpg.connect(url)
        rows = await connection.fetch(
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name <> 'schema_steps'"
        )
        await connection.close()
        return list(rows)

    tables: dict[str, list[tuple[str, type, bool]]] = {}
    for table, column, kind, nullable in asyncio.run(look()):
        tables.setdefault(table, []).append((column, KINDS[kind], nullable == "NO"))
    return {table: sorted(columns) for table, columns in tables.items()}


def test_both_databases_hold_the_same(tmp_path: Path, postgresql_folder: Path) -> None:
    url = postgresql.new_database(postgresql_folder, "schema")
    assert postgresql_tables(url, tmp_path / "data") == sqlite_tables(tmp_path / "plain")


def test_a_database_of_the_step_before_is_brought_up_to_date() -> None:
    """A number that did not go up with the steps would leave it as it is."""
    assert len(migrations.pending(sqlite_utils.Database(memory=True))) == SCHEMA


@BOTH_DATABASES
def test_an_old_back_up_ends_with_nothing_missing(
    server: Server,
    kiosk: Kiosk,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    expected_logs: list[str],
) -> None:
    expected_logs += ["restored from a back-up", "entries from 3 on again"]
    backup, environment = tmp_path / "backup", server.environment
    kiosk.submit(2)
    with Working(kiosk, Uplink(server.url)):
        until(lambda: delivered(kiosk), "delivery before the back-up")
    subprocess.run(
        [*CENTRAL, "backup", str(backup), "--data", str(server.data)], check=True, capture_output=True, env=environment
    )
    kiosk.submit(3)
    digest = attach(kiosk, 100_000)
    with Working(kiosk, Uplink(server.url)):
        until(lambda: delivered(kiosk) and uploaded(kiosk), "delivery after it")
    server.stop()
    server.data.rename(tmp_path / "lost")
    if server.database:
        server.database = postgresql.new_database(request.getfixturevalue("postgresql_folder"), "restored")
    subprocess.run(
        [*CENTRAL, "restore", str(backup), "--data", str(server.data)],
        check=True,
        capture_output=True,
        env=server.environment,
    )
    server.start()
    with Working(kiosk, Uplink(server.url)):
        until(lambda: server.rows("SELECT count(*), count(DISTINCT entry_id) FROM entries") == [(6, 6)], "the entries")
        until(lambda: (server.data / "attachments" / digest.hex()).exists(), "the file")
    until(lambda: server.rows("SELECT count(*), count(DISTINCT entry_id) FROM cases") == [(5, 5)], "the cases")
    assert server.rows("SELECT count(*) FROM alarms") == [(0,)]


@BOTH_DATABASES
def test_several_processes_serve_as_one(tmp_path: Path, database: str) -> None:
    server = Server(tmp_path / "central", database, ("--workers", "2"))
    server.start()
    kiosks = [enrolled(server, tmp_path / name) for name in ("a", "b", "c")]
    try:
        for kiosk in kiosks:
            kiosk.submit(20)
        first, second, third = (Working(kiosk, Uplink(server.url)) for kiosk in kiosks)
        with first, second, third:
            until(lambda: all(map(delivered, kiosks)), "delivery")
            # Killed alone, it leaves no worker at its socket: the next one can begin.
            server.kill()
            for kiosk in kiosks:
                kiosk.submit(5)
            until(lambda: not server.answers(), "the workers' end")
            server.start()
            until(lambda: all(map(delivered, kiosks)), "delivery to the next")
        until(lambda: server.rows("SELECT count(*), count(DISTINCT entry_id) FROM cases") == [(75, 75)], "the cases")
        assert server.stop() == ""
    finally:
        server.kill()
        for kiosk in kiosks:
            kiosk.close()


def test_processes_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = {key.key_id for key in pool.map(lambda _: platform_key.current(tmp_path, "intl-1"), range(16))}
        secrets = set(pool.map(lambda _: platform_key.lookup_key(tmp_path), range(16)))
    assert made == set(platform_key.keys(tmp_path))
    assert len(made) == len(secrets) == 1
