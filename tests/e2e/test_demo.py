"""`kiosk demo --headless`: the main job, as a newcomer runs it."""

import json
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest
import zxingcpp
from PIL import Image

from devices.virtual.people import people
from kiosk.cli.demo.citizen import ACCOUNT, PERSON, PHONE
from tests.markers import found

FIELDS = {
    "case_id",
    "service",
    "journal_sequence",
    "platform_state",
    "receipt_text",
    "receipt_picture",
    "receipt_qr",
    "seconds",
}


@pytest.mark.parametrize(
    ("options", "on_paper"), [((), "已送达"), (("--offline",), "待发送"), (("--landscape",), "已送达")]
)
def test_the_demo_does_the_main_job(tmp_path: Path, options: tuple[str, ...], on_paper: str) -> None:
    command = [sys.executable, "-m", "kiosk.cli", "demo", "--headless", "--json", "--out", str(tmp_path), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=150)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert set(result) == FIELDS
    assert result["platform_state"] == "已受理"
    assert f"状态：{on_paper}" in result["receipt_text"]
    (code,) = zxingcpp.read_barcodes(Image.open(result["receipt_picture"]))
    assert code.text == result["receipt_qr"]
    assert list((tmp_path / "screenshots").glob("*.png"))
    noise = {
        log.name: text
        for log in (tmp_path / "logs").iterdir()
        if "WARNING" in (text := log.read_text()) or "rror" in text
    }
    assert not noise
    person = people()[PERSON]
    told = (person["name"], person["number"], person["address"], ACCOUNT, PHONE)
    kept = [path for path in tmp_path.iterdir() if path.name != "central"]
    assert not found(told, kept), "what a citizen told the kiosk stands readable on its disk"


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk.cli", "demo", "--headless", "--out", str(tmp_path)]
    hearing = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell's background jobs do not hear it
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=hearing)
    assert demo.stdout is not None
    assert "asks for a card" in demo.stdout.readline()
    demo.send_signal(signal.SIGINT)
    said, _ = demo.communicate(timeout=60)
    assert demo.returncode == 130
    assert "Ending." in said
    running = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not [command for command in running if str(tmp_path) in " ".join(command)]
