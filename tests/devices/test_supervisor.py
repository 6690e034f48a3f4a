"""Hosts that hang, crash, flood and talk rubbish: killed, restarted, and told honestly."""

import sys

import psutil
import pytest

from devices.contract import Failure, State
from devices.supervisor import Device
from tests.devices.conftest import Bench


def program(body: str) -> list[str]:
    """A driver program: obedient, until a request of method `misbehave` comes."""
    return [
        sys.executable,
        "-c",
        f"""
import json, os, signal, sys, time
for line in sys.stdin:
    request = json.loads(line)
    if request["method"] == "misbehave":
{body}
    elif request["method"] != "cancel":
        print(json.dumps({{"id": request["id"], "result": {{"status": {{"state": "online"}}}}}}), flush=True)
""",
    ]


MISBEHAVIOURS = {
    "sleeps": ("        time.sleep(1000)", "device.timeout"),
    "spins": ("        while True: pass", "device.timeout"),
    "ignores SIGTERM": (
        "        signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1000)",
        "device.timeout",
    ),
    "exits": ("        sys.exit(3)", "device.crashed"),
    "segfaults": ("        os.kill(os.getpid(), signal.SIGSEGV)", "device.crashed"),
    "prints rubbish": ("        print('ready!', flush=True)", "device.protocol"),
    "answers another id": ("        print(json.dumps({'id': 999, 'result': {}}), flush=True)", "device.protocol"),
    "floods": ("        while True: os.write(1, b'x' * 65536)", "device.protocol"),
    "answers neither": ("        print(json.dumps({'id': request['id']}), flush=True)", "device.protocol"),
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_a_misbehaving_driver_is_replaced(bench: Bench, name: str) -> None:
    body, code = MISBEHAVIOURS[name]
    device = bench.device(program(body), {})
    assert isinstance(bench.ask(device, "read"), dict)
    told: list[State] = []
    device.on_status = lambda status: told.append(status.state)
    first = device.pid
    assert bench.ask(device, "misbehave", deadline_s=0.4) == Failure(code=code)
    assert told[-1] is State.ERROR
    assert device.status.code == code
    bench.until(lambda: device.status.state is State.ONLINE)
    assert device.pid != first
    assert isinstance(bench.ask(device, "read"), dict)


def test_grandchildren_die_with_their_host(bench: Bench) -> None:
    body = "        import subprocess; subprocess.Popen(['sleep', '1000']); time.sleep(1000)"
    device = bench.device(program(body), {})
    assert isinstance(bench.ask(device, "read"), dict)
    host = psutil.Process(device.pid)
    answers: list[object] = []
    device.call("misbehave", {}, 1.0, answers.append)
    bench.until(lambda: bool(host.children()))
    (grandchild,) = host.children()
    bench.until(lambda: bool(answers))
    bench.until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)


def test_what_waits_in_line_fails_with_the_host(bench: Bench) -> None:
    device = bench.device(program("        sys.exit(1)"), {})
    answers: list[object] = []
    device.call("misbehave", {}, 5.0, answers.append)
    device.call("read", {}, 5.0, answers.append)
    bench.until(lambda: len(answers) == 2)
    assert answers == [Failure(code="device.crashed"), Failure(code="device.unavailable")]


def test_a_host_that_cannot_start_is_tried_again_and_again(bench: Bench) -> None:
    device = bench.device([sys.executable, "-c", "import sys; sys.exit(1)"], {})
    bench.until(lambda: device.status.code == "device.crashed")
    failed = bench.ask(device, "read")
    assert isinstance(failed, Failure)


def test_a_cancelled_call_is_never_answered(bench: Bench) -> None:
    device = bench.device(
        program("        time.sleep(0.2); print(json.dumps({'id': request['id'], 'result': {}}), flush=True)"), {}
    )
    heard: list[object] = []
    device.call("misbehave", {}, 5.0, heard.append)()
    assert isinstance(bench.ask(device, "read"), dict)
    assert heard == []


def test_closing_ends_the_host(bench: Bench) -> None:
    device: Device = bench.device(program("        pass"), {})
    assert isinstance(bench.ask(device, "read"), dict)
    pid = device.pid
    assert pid is not None
    device.close()
    assert not psutil.pid_exists(pid)
