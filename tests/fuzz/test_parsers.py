"""Coverage-guided fuzzing of every parser of what devices send. Where atheris has no wheel, hypothesis' tests
remain."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

TARGETS = ["frames", "card_text", "read_answer", "address", "printer_answers", "host_message"]


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has wheels for x86_64 only")
@pytest.mark.parametrize("runs", [20_000, pytest.param(2_000_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("target", TARGETS)
def test_no_bytes_break_a_parser(tmp_path: Path, target: str, runs: int) -> None:
    command = [sys.executable, "-m", "tests.fuzz.parsers", target, f"-runs={runs}", "-seed=1", "-max_len=2400"]
    done = subprocess.run(
        [*command, f"-artifact_prefix={tmp_path}/"], capture_output=True, text=True, check=False, timeout=3600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert re.search(rf"Done {runs} runs", done.stderr)
