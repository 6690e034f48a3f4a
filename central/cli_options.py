"""What the commands of `central` share."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from central.store import Job, Store, open_store

T = TypeVar("T")
DATABASE_VARIABLE: Final = "TONGBAN_DATABASE"
PUBLIC_ADDRESS_VARIABLE: Final = "TONGBAN_PUBLIC_ADDRESS"
PAY_URL_VARIABLE: Final = "TONGBAN_PAY_URL"


def add_command(
    actions: Any, name: str, run: Callable[[argparse.Namespace], int], text: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text)
    parser.add_argument("--data", type=Path, required=True, help="the platform's data folder")
    parser.add_argument(
        "--database",
        default=os.environ.get(DATABASE_VARIABLE, ""),
        help=f"postgresql://…; by default SQLite in the data folder; better by {DATABASE_VARIABLE}, which `ps` hides",
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(command=run)
    return parser


def with_store(arguments: argparse.Namespace, work: Callable[[Store], Awaitable[T]]) -> T:
    """What `work` gives, with the platform's database open. Raises StorageError."""

    async def run() -> T:
        store = await open_store(arguments.data, arguments.database)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def in_transaction(arguments: argparse.Namespace, job: Job[T]) -> T:
    """Raises StorageError."""
    return with_store(arguments, lambda store: store.do(job))


def masked(name: str, *, reveal: bool) -> str:
    """As it is shown; empty for nobody."""
    return name if reveal or not name else f"{name[:1]}**"


def print_json(document: object) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
