"""Disk full at every write: what was accepted is there, and the kiosk goes on when there is room again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ALONE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]


@pytest.mark.skipif(
    subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode != 0,
    reason="this machine lets nobody mount a tmpfs in a namespace of his own",
)
def test_a_full_disk_loses_no_accepted_case(tmp_path: Path) -> None:
    command = [*ALONE, sys.executable, "-m", "tests.crash.full_disk", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stderr
    rounds = [set(line.split()[1:]) for line in run.stdout.splitlines()]
    assert len(rounds) == 64
    assert all("submitted" in done for done in rounds), "the ballast has to be enough for the case that is under way"
    assert "started" not in rounds[0]
    assert rounds[-1] == {"started", "drafted", "attached", "submitted", "ended", "kept-house"}
