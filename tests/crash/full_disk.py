"""A citizen's session on a disk that gets full at every write in turn: `python -m tests.crash.full_disk FOLDER`.

Mounts a small tmpfs over FOLDER, so it wants a mount namespace of its own (`unshare --mount`). Prints a line a round.
"""

import base64
import os
import shutil
import subprocess
import sys
from pathlib import Path

from kiosk.applicant import applicant
from kiosk.effects import SaveDraft, Submit
from kiosk.store import SpaceError, Store
from offline_cache import space
from offline_cache.attachments import Attachments
from offline_cache.clock import SystemClock
from offline_cache.sealing import suite
from offline_cache.sqlite import StorageError
from tests.crash.scenarios import Nobody, assert_whole, enrolled
from tests.kiosk.world import card_of

BLOCK = 4096
CARD = base64.b64decode(card_of("elder").raw)


def main(folder: str) -> None:
    disk = Path(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], check=True)
    space.BALLAST_BYTES = 32 * BLOCK
    # Only SQLite's word counts here: the levels are for disks of ordinary size.
    space.FREE_BYTES = dict.fromkeys(space.FREE_BYTES, -1)
    for blocks in range(64):
        sys.stdout.write(f"{blocks} {' '.join(round_(disk / 'root', blocks))}\n")


def round_(root: Path, blocks: int) -> list[str]:
    """One session with so many free blocks at its start; returns what was acknowledged."""
    shutil.rmtree(root, ignore_errors=True)
    data = enrolled(root)
    store = Store(data, SystemClock(), Nobody)
    store.open()
    store.cards_probed(stable=True)
    assert space.has_ballast(data)
    # An emptied write-ahead log has to ask for room with every write.
    store._journal.give_back()
    filler = root / "filler"
    fill(filler, blocks)
    done, number = session(store, data)
    filler.unlink()
    store.close()
    store = Store(data, SystemClock(), Nobody)
    store.open()
    assert not (data / "damaged").exists()
    assert [row.number for row in store.cases(CARD)] == ([number] if number else [])
    assert store.submit(b"another", submission()).number
    store.close()
    assert_whole(data, [])
    return done


def fill(filler: Path, blocks: int) -> None:
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(BLOCK))
        except OSError:
            os.ftruncate(file.fileno(), max(0, file.tell() - blocks * BLOCK))


def submission() -> Submit:
    answers = {"more": os.urandom(6000).hex()}
    return Submit(os.urandom(16), "gaoling-jintie", 1, "高龄津贴", applicant(card_of("elder")), answers, {"c": "1"})


def session(store: Store, data: Path) -> tuple[list[str], str]:
    """What succeeded, and the number of the case that was accepted."""
    done, number = [], ""
    steps = {
        "started": store.session_started,
        "drafted": lambda: store.save_draft(CARD, SaveDraft("gaoling-jintie", 1, {"n": "x" * 3000}, "phone")),
        "attached": lambda: Attachments(data, suite("intl-1")).keep(os.urandom(20_000), "image/jpeg"),
        "submitted": lambda: store.submit(CARD, submission()),
        "ended": lambda: store.session_ended(CARD, "done"),
        "kept house": store.keep_house,
    }
    for name, step in steps.items():
        try:
            result = step()  # type: ignore[no-untyped-call]
        except (StorageError, SpaceError) as error:
            if error.code not in ("storage.full", "space.no-cases"):
                raise
            continue
        done.append(name.replace(" ", "-"))
        if name == "submitted":
            number = result.number
    return done, number


if __name__ == "__main__":
    main(sys.argv[1])
