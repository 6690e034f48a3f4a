"""Runs one scenario in a process of its own, under the recorder: `python -m tests.crash.play NAME ROOT`."""

import ctypes
import sys
from pathlib import Path

from tests.crash.scenarios import SCENARIOS


def main(name: str, root: str) -> None:
    recorder = ctypes.CDLL(None)
    SCENARIOS[name].run(Path(root), lambda text: recorder.crash_mark(text.encode()))


if __name__ == "__main__":
    main(*sys.argv[1:])
