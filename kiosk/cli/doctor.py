"""`kiosk doctor`: looks at everything that a technician would, and says what to do about what it finds.

Exit status: 0 all is well · 1 something wants attention · 2 something does not work. Beside the running kiosk, devices
are told as the kiosk sees them; without it, each is tested."""

import argparse
import sys
import time
from typing import Any

import msgspec

from devices.connection import Answer
from devices.contract import Failure, SelfTest
from devices.device import Device, status_of
from devices.loop import SelectorLoop
from kiosk import diagnosis
from kiosk.cli.options import add_config, add_json, print_json
from kiosk.codes import describe
from kiosk.config import Config, load_config
from kiosk.configured_devices import connect
from kiosk.diagnosis import EXIT, Finding, Severity
from kiosk.running import look
from kiosk.services.kiosks import NO_GROUP, Group, group_of, read_groups
from kiosk.services.yaml_source import DefinitionError
from offline_cache.identity import Identity, IdentityError, load
from offline_cache.sqlite import StorageError

TEST_S = 30.0


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "doctor", help="look at everything; say what is wrong and what to do", description=__doc__
    )
    add_config(parser)
    add_json(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    config = load_config(arguments.config)
    findings = [*of_devices(config), *diagnosis.of_machine(config), *of_platform(config)]
    severity = diagnosis.worst(findings)
    if arguments.json:
        rows = [
            {**msgspec.to_builtins(one), "todo": describe(one.code).todo_en if one.code else ""} for one in findings
        ]
        print_json({"severity": severity, "findings": rows})
    else:
        for finding in findings:
            sys.stdout.write(diagnosis.plain(finding) + "\n")
        said = {"ok": "all is well", "warning": "something wants attention", "error": "something does not work"}
        sys.stdout.write(f"{said[severity]}\n")
    return EXIT[severity]


def of_devices(config: Config) -> list[Finding]:
    running = look(config.runtime)
    if running is not None:
        return [
            diagnosis.of_status(name, status, f"as the running kiosk sees it: {status.state}")
            for name, status in running.devices.items()
        ]
    if not config.devices:
        return [Finding(area="devices", severity="error", code="reader.absent", detail="none is configured")]
    loop = SelectorLoop()
    devices = connect(config, loop, "kiosk doctor", heartbeat=False)
    answers: dict[str, tuple[Answer, Answer]] = {}
    for device in devices.values():
        device.start()
        _ask(device, answers)
    loop.run_until(lambda: len(answers) == len(devices), TEST_S)
    for device in devices.values():
        device.close()
    loop.close()
    return [finding for name in devices for finding in _tested(name, answers.get(name))]


def _ask(device: Device, answers: dict[str, tuple[Answer, Answer]]) -> None:
    def tested(test: Answer) -> None:
        device.call("status", {}, TEST_S, lambda status: answers.update({device.name: (test, status)}))

    device.call("self_test", {}, TEST_S, tested)


def _tested(name: str, answers: tuple[Answer, Answer] | None) -> list[Finding]:
    if answers is None:
        return [Finding(area=name, severity="error", code="device.timeout", detail="its driver does not answer")]
    test, status = answers
    if isinstance(test, Failure):
        return [Finding(area=name, severity="error", code=test.code, detail=test.detail or "its test failed")]
    bad: Severity = "error" if diagnosis.of_status(name, status_of(status)).severity == "error" else "warning"
    return [
        Finding(area=name, severity=bad if one.code else "ok", code=one.code, detail=one.detail)
        for one in msgspec.convert(test, SelfTest).findings
    ]


def of_platform(config: Config) -> list[Finding]:
    """Link, platform and clock: one signed question to the platform, and what the agent last heard."""
    from datetime import UTC, datetime

    from sync.client import PlatformClient, PlatformError
    from sync.state import SyncStateReader

    reader = SyncStateReader(config.data)
    contact, catalogue = reader.contact(), reader.catalogue()
    reader.close()
    agent = [diagnosis.of_contact(contact.contact_ms, contact.error_code), *_backlog(config)]
    try:
        identity: Identity | None = load(config.data)
    except IdentityError:
        identity = None
    if catalogue is not None:
        group = _group(config, identity.kiosk) if identity else NO_GROUP
        agent.append(diagnosis.of_catalogue(catalogue.version, catalogue.error_code, catalogue.at_ms, group))
    if identity is None:
        return agent
    client = PlatformClient(config.platform_url, identity, lambda: datetime.now(UTC), config.platform_ca)
    asked = time.time_ns() // 1_000_000
    try:
        server_ms: int | None = client.feed(contact.cursor, 0.0, identity.platform_key_id).server_ms
        platform = Finding(area="platform", detail=f"{config.platform_url} answers")
    except PlatformError as error:
        server_ms = error.server_ms
        platform = Finding(area="platform", severity="error", code=error.code, detail=str(error))
    finally:
        client.close()
    middle = (asked + time.time_ns() // 1_000_000) // 2
    clock = [diagnosis.of_clock(server_ms - middle)] if server_ms is not None else []
    return [platform, *agent, *clock]


def _group(config: Config, kiosk: str) -> Group:
    """What the catalogue that is served says of this kiosk."""
    from sync.served import served

    folder = served(config.data) or config.services
    try:
        return group_of(read_groups(folder, config.region), kiosk)
    except DefinitionError:
        return NO_GROUP


def _backlog(config: Config) -> list[Finding]:
    from sync.backlog import backlog

    try:
        found = backlog(config.data)
    except StorageError:
        return []
    files = found.files
    return [diagnosis.of_backlog(found.entries, files.waiting, files.failed, files.sent_bytes, files.total_bytes)]
