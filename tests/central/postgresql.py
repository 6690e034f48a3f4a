"""A PostgreSQL of the tests' own, from Debian's package, in a temporary folder; it listens on a socket there only."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg


def program(name: str) -> str:
    """The newest that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    assert found, "Debian's package postgresql is missing: run deploy/setup"
    return str(found[-1])


@contextmanager
def running() -> Iterator[Path]:
    """The socket's folder. It refuses to run as root, so for root it runs as the package's user."""
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="tongban-pg-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        _run(user, "initdb", "-D", str(folder / "data"), "-U", "tongban", "-A", "trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=60"
        _run(user, "pg_ctl", "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield folder
        finally:
            _run(user, "pg_ctl", "-D", str(folder / "data"), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def new_database(folder: Path, name: str) -> str:
    """Its URL."""

    async def make() -> None:
        connection: Any = await asyncpg.connect(url(folder, "postgres"))
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}"')
        await connection.close()

    asyncio.run(make())
    return url(folder, name)


def url(folder: Path, name: str) -> str:
    return f"postgresql://tongban@/{name}?host={quote(str(folder))}"


def _run(user: str | None, name: str, *arguments: str) -> None:
    group = pwd.getpwnam(user).pw_gid if user else None
    done = subprocess.run(
        [program(name), *arguments], user=user, group=group, cwd="/", check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
