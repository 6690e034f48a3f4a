"""The units for systemd: systemd understands them, and the programs know the options that they give."""

import shlex
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from central.cli import _parser as central_parser
from kiosk.cli.main import _parser as kiosk_parser

UNITS = sorted((Path(__file__).parents[2] / "deploy" / "systemd").glob("*.service"))


def command(unit: Path) -> list[str]:
    read = RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read(unit, "utf-8")
    return shlex.split(read["Service"]["ExecStart"])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_program_understands_its_options(unit: Path) -> None:
    program, *options = command(unit)
    parser = central_parser() if program.endswith("central") else kiosk_parser(options)
    assert parser.parse_args(options)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_the_unit(unit: Path, tmp_path: Path) -> None:
    """With a program that is there in the place of ours: what is installed is not the unit's affair."""
    here = tmp_path / unit.name
    here.write_text(unit.read_text("utf-8").replace(command(unit)[0], shutil.which("true") or "/bin/true"), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(here)], capture_output=True, text=True, check=False)
    about = [line for line in done.stderr.splitlines() if unit.stem in line and "does not exist" not in line]
    assert not about
