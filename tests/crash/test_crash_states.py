"""The real code's writes, replayed to every state in which a power cut could have left the disk (docs/journal.md)."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.replay import Disk, State, lay, look, read_log
from tests.crash.scenarios import SCENARIOS

HERE = Path(__file__).parent
MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("recorder") / "recorder.so"
    flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]
    subprocess.run(["cc", *flags, "-o", library, HERE / "recorder.c", "-ldl"], check=True)
    return library


@pytest.fixture
def fast_folder() -> Iterator[Path]:
    """In memory where there is such a folder: thousands of states are laid and opened, each with its syncs."""
    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        yield Path(folder).resolve()


def recorded(recorder: Path, name: str, folder: Path) -> Path:
    """Prepare and record a scenario in folder/root; returns the log."""
    log, root = folder / "log", folder / "root"
    environment = {**os.environ, "LD_PRELOAD": str(recorder), "CRASH_ROOT": str(root), "CRASH_LOG": str(log)}
    subprocess.run([sys.executable, "-m", "tests.crash.play", name, str(root)], env=environment, check=True)
    return log


def digest(state: State, marks: int) -> bytes:
    found = hashlib.sha256(b"%d" % marks)
    for path, content in sorted(state.items()):
        found.update(path.encode() + b"\0" + (b"folder" if content is None else hashlib.sha256(content).digest()))
    return found.digest()


@pytest.mark.parametrize("variants", [2, pytest.param(40, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_power_cut_at_any_write_loses_nothing(recorder: Path, fast_folder: Path, name: str, variants: int) -> None:
    scenario, root = SCENARIOS[name], fast_folder / "root"
    root.mkdir()
    scenario.prepare(root)
    disk = Disk(root)
    log = recorded(recorder, name, fast_folder)
    written = look(root)
    place, marks, tried = fast_folder / "state", list[str](), set[bytes]()
    for number, step in enumerate(read_log(log)):
        if step.kind == "A":
            marks.append(step.one.decode())
        elif step.kind == "D":
            continue
        else:
            disk.apply(step)
        for state in disk.states(variants, number):
            seen = digest(state, len(marks))
            if seen in tried:
                continue
            tried.add(seen)
            place.mkdir()
            lay(state, place)
            try:
                scenario.check(place, marks)
            except Exception as error:
                error.add_note(f"{name}, after step {number} {step.kind} {step.one[:80]!r}, marks {marks[-3:]}")
                raise
            shutil.rmtree(place)
    assert disk.now() == written
    assert marks
    assert len(tried) > 5
    sys.stdout.write(f"{name}: {len(tried)} states\n")
