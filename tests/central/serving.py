"""`central serve` as a process of its own that is forked from one which has imported the platform already: starting
Python and importing takes a second, and hundreds of tests want a platform."""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from multiprocessing.forkserver import _forkserver
from multiprocessing.resource_tracker import _resource_tracker
from pathlib import Path

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload([__name__, "central.server", "central.sqlite_store", "central.postgresql_store"])


def started(arguments: Sequence[str], environment: Mapping[str, str], said: Path) -> ForkServerProcess:
    """said: the file that takes its stderr."""
    process = _forking.Process(target=_run, args=(arguments, dict(environment), str(said)))
    process.start()
    return process


def end_forking() -> None:
    """Python ends the two helpers with the tests' process; the look for processes that were left comes before."""
    assert not multiprocessing.active_children()
    _forkserver._stop()
    _resource_tracker._stop()


def _run(arguments: Sequence[str], environment: dict[str, str], said: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    file = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, sys.stderr.fileno())
    os.close(file)
    from central.cli import main

    sys.exit(main(arguments))
