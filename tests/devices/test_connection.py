"""Hosts that hang, crash, flood and talk rubbish: killed, restarted, and told honestly."""

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from devices import circuit
from devices.connection import Connection
from devices.contract import Action, Configure, Event, Failure, State
from devices.device import Device
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
    elif request["method"] == "configure":
        hello = {{"contract": 1, "devices": [{{"name": "one", "kind": "test"}}]}}
        print(json.dumps({{"id": request["id"], "result": hello}}), flush=True)
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
    "writes a broken line": ("        print('{\"id\": 1', flush=True)", "device.protocol"),
    "floods with events": (
        "        while True: print(json.dumps({'event': 'key'}), flush=True)",
        "device.protocol",
    ),
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


@pytest.mark.parametrize("own_session", [False, True])
def test_grandchildren_die_with_their_host(bench: Bench, own_session: bool) -> None:
    body = f"""        import subprocess
        subprocess.Popen(['sleep', '1000'], start_new_session={own_session})
        time.sleep(1000)"""
    device = bench.device(program(body), {})
    assert isinstance(bench.ask(device, "read"), dict)
    host = psutil.Process(device.pid)
    answers: list[object] = []
    device.call("misbehave", {}, 1.0, answers.append)
    bench.until(lambda: bool(host.children()))
    (grandchild,) = host.children()
    bench.until(lambda: bool(answers))
    bench.until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)


def test_what_a_driver_prints_on_stderr_goes_nowhere(bench: Bench, capfd: pytest.CaptureFixture[str]) -> None:
    """It may be a citizen's data."""
    device = bench.device(program("        sys.stderr.write('王桂兰 ' * 100000); sys.exit(1)"), {})
    assert bench.ask(device, "misbehave") == Failure(code="device.crashed")
    assert "王桂兰" not in "".join(capfd.readouterr())


def test_a_python_drivers_crash_says_where_and_not_what(bench: Bench, expected_logs: list[str]) -> None:
    expected_logs.append("the driver crashed at ValueError < test_driver.py:")
    device = bench.device([sys.executable, "-m", "tests.devices.test_driver"], {})
    assert bench.ask(device, "crash") == Failure(code="device.crashed")


def test_a_driver_that_never_recovers_is_given_up_honestly_and_tried_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circuit, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(circuit, "OPEN_PAUSE_S", 0.2)
    device = bench.device(program("        sys.exit(1)"), {})
    for _ in range(circuit.OPEN_AFTER):
        bench.until(lambda: device.status.state is State.ONLINE)
        assert bench.ask(device, "misbehave") == Failure(code="device.crashed")
    assert (device.status.code, device.status.action) == ("device.given-up", Action.TECHNICIAN)
    assert bench.ask(device, "read") == Failure(code="device.given-up")
    bench.until(lambda: device.status.state is State.ONLINE)
    bench.ask(device, "misbehave")
    assert device.status.code == "device.given-up"
    device.try_again()
    assert isinstance(bench.ask(device, "read"), dict)


def test_what_is_under_way_at_a_restart_by_hand_may_have_reached_the_device(bench: Bench) -> None:
    """So a print is never called clean then."""
    device = bench.device(program("        time.sleep(1000)"), {})
    answers: list[object] = []
    device.call("misbehave", {}, 10.0, answers.append)
    bench.until(lambda: device.announced is not None)
    device.try_again()
    assert answers == [Failure(code="device.crashed")]
    assert isinstance(bench.ask(device, "read"), dict)


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        ({"contract": 99, "devices": [{"name": "one", "kind": "test"}]}, "device.contract"),
        ({"contract": 1, "devices": []}, "device.contract"),
        ({}, "device.contract"),
        (None, "vendor.own-code"),
    ],
)
def test_a_driver_of_another_contract_is_not_used(bench: Bench, hello: dict[str, object] | None, code: str) -> None:
    reply = {"error": {"code": code}} if hello is None else {"result": hello}
    body = f"""
import json, sys
for line in sys.stdin:
    print(json.dumps({{"id": json.loads(line)["id"], **{reply!r}}}), flush=True)
"""
    device = bench.device([sys.executable, "-c", body], {})
    bench.until(lambda: device.status.code == code)
    assert device.status.state is State.ERROR


def test_a_program_that_does_not_exist(bench: Bench, expected_logs: list[str]) -> None:
    expected_logs.append("cannot be started: No such file")
    device = bench.device(["/nowhere/driver"], {})
    assert device.status.code == "device.crashed"
    assert isinstance(bench.ask(device, "read"), Failure)


def test_several_devices_on_one_connection(bench: Bench) -> None:
    connection = Connection(
        bench.loop, "combined", [sys.executable, "-m", "tests.devices.test_driver"], Configure(files=str(bench.files))
    )
    reader, keypad = Device(connection, "reader", "card"), Device(connection, "keypad", "keys")
    missing = Device(connection, "scanner", "scan")
    bench.devices.append(reader)
    keys: list[Event] = []
    keypad.on_event = keys.append
    reader.on_event = lambda event: pytest.fail(f"the keypad's {event}")
    reader.start()
    bench.until(lambda: reader.status.state is State.ONLINE and keypad.status.state is State.DEGRADED)
    assert (keypad.status.code, missing.status.code) == ("keypad.worn", "device.no-such-device")
    assert keypad.announced is not None
    assert (keypad.announced.kind, keypad.announced.capabilities) == ("keypad", {"keys": 12})
    assert bench.ask(reader, "which") == {"device": "card"}
    assert bench.ask(keypad, "which") == {"device": "keys"}
    bench.ask(keypad, "press", key="7")
    assert [event.data for event in keys] == [{"key": "7"}]
    bench.ask(keypad, "break")
    assert keypad.status.code == "keypad.broken"
    assert reader.status.state is State.ONLINE


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


def test_a_cancel_that_is_read_before_its_request_is_begun_counts(tmp_path: Path) -> None:
    """Both lines lie in the pipe when the host begins to read."""
    configure = {"id": 1, "method": "configure", "deadline_ms": 1000, "params": {"files": str(tmp_path)}}
    wait = {"id": 2, "method": "wait", "deadline_ms": 60_000}
    cancel = {"id": 0, "method": "cancel", "deadline_ms": 0, "params": {"id": 2}}
    lines = "".join(json.dumps(one) + "\n" for one in (configure, wait, cancel))
    command = [sys.executable, "-m", "tests.devices.test_driver"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as host:
        assert host.stdin is not None
        assert host.stdout is not None
        host.stdin.write(lines.encode())
        host.stdin.flush()
        host.stdout.readline()
        assert json.loads(host.stdout.readline()) == {"id": 2, "result": {"cancelled": True}, "error": None}
        host.stdin.close()


def test_closing_ends_the_host(bench: Bench) -> None:
    device: Device = bench.device(program("        pass"), {})
    assert isinstance(bench.ask(device, "read"), dict)
    pid = device.pid
    assert pid is not None
    device.close()
    assert not psutil.pid_exists(pid)
