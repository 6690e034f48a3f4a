"""`kiosk device`: use one device by hand, with or without a configuration file.

Exit status: 0 done · 2 wrong usage · 3 no card came in time · 4 another program holds the device · 5 the device is not
there · 6 it does not answer, or not in its protocol · 7 the card could not be read · 8 it was not printed for certain.
"""

import argparse
import sys
import tempfile
from typing import Any, Final

import msgspec

from devices.connection import Answer
from devices.contract import Card, Configure, Failure, Line, Paper, SelfTest, Status
from devices.device import alone
from devices.loop import SelectorLoop
from devices.test_page import TEST_PAGE
from kiosk.applicant import masked_name, masked_number
from kiosk.cli import conform, virtual
from kiosk.cli.options import DEFAULT_CONFIG, add_json, print_json
from kiosk.codes import describe
from kiosk.config import DeviceConfig, load_config
from kiosk.configured_devices import command_of

NO_CARD, HELD, ABSENT, NO_ANSWER, UNREADABLE, NOT_PRINTED = 3, 4, 5, 6, 7, 8
_STATUSES: Final = {
    "card.none": NO_CARD,
    "device.held": HELD,
    "reader.absent": ABSENT,
    "printer.absent": ABSENT,
    "card.unreadable": UNREADABLE,
    "card.wrong-type": UNREADABLE,
    "card.bad-check-digit": UNREADABLE,
}
FIELDS: Final = (
    "kind",
    "name",
    "name_en",
    "name_full",
    "sex",
    "ethnicity",
    "birth",
    "address",
    "newest_address",
    "id_number",
    "authority",
    "nationality",
    "permit_number",
    "valid_from",
    "valid_to",
)
CALL_S: Final = 40.0


class DeviceCommandError(Exception):
    """A device is not named well enough to be used."""

    code = "config.invalid"
    exit_status = 2


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "device", help="use one device by hand", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="installed drivers; with --config the configured devices")
    listing.set_defaults(command=run_list)
    status = actions.add_parser("status", help="ask the device how it is")
    status.set_defaults(command=run_status)
    read = actions.add_parser("read", help="read a card; personal fields are masked")
    read.add_argument("--timeout", type=float, default=5.0, help="seconds to wait for a card (default 5)")
    read.add_argument("--reveal", action="store_true", help="show personal fields in full")
    read.set_defaults(command=run_read)
    printing = actions.add_parser("print", help="print a text, or a test page")
    printing.add_argument("--text", help="instead of the test page")
    printing.set_defaults(command=run_print)
    test = actions.add_parser("test", help="the device's self-test")
    test.set_defaults(command=run_test)
    conform.add_action(actions)
    virtual.add_action(actions)
    for action in (listing, status, read, printing, test):
        action.add_argument("--config", help=f"configuration file, e.g. {DEFAULT_CONFIG}")
        add_json(action)
    for action in (status, read, printing, test):
        action.add_argument("--device", help="a device of the configuration file")
        action.add_argument("--driver", help="a driver, to use a device without a configuration file")
        action.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the driver")


def run_list(arguments: argparse.Namespace) -> int:
    from importlib.metadata import entry_points
    from pathlib import Path

    if arguments.config:
        configured = load_config(Path(arguments.config)).devices
        rows = [
            {"name": name, "driver": found.driver, "settings": found.settings} for name, found in configured.items()
        ]
    else:
        rows = [
            {"driver": entry.name, "program": entry.value} for entry in sorted(entry_points(group="tongban.drivers"))
        ]
    if arguments.json:
        print_json({"devices" if arguments.config else "drivers": rows})
    else:
        for row in rows:
            sys.stdout.write("  ".join(str(value) for value in row.values()) + "\n")
    return 0


def run_status(arguments: argparse.Namespace) -> int:
    answer = _ask(arguments, "status", {}, CALL_S)
    if isinstance(answer, Failure):
        return _fail(answer, as_json=arguments.json)
    status = msgspec.convert(answer["status"], Status)
    if arguments.json:
        print_json(msgspec.to_builtins(status))
    else:
        meaning = f": {describe(status.code).title_en}; {describe(status.code).todo_en}" if status.code else ""
        sys.stdout.write(f"{status.state}{meaning}\n")
    return 0


def run_read(arguments: argparse.Namespace) -> int:
    """Exit status 0 only when a card was read."""
    wait_s = max(0.0, arguments.timeout)
    answer = _ask(arguments, "read", {"wait_ms": int(wait_s * 1000)}, wait_s + 10)
    if isinstance(answer, Failure):
        return _fail(answer, as_json=arguments.json)
    card = msgspec.convert(answer, Card)
    fields = {name: getattr(card if arguments.reveal else _masked(card), name) for name in FIELDS}
    if arguments.json:
        print_json(fields)
    else:
        for name, value in fields.items():
            if value:
                sys.stdout.write(f"{name:14} {value}\n")
    return 0


def run_print(arguments: argparse.Namespace) -> int:
    paper = Paper(lines=[Line(text=arguments.text)]) if arguments.text else TEST_PAGE
    return _printed(arguments, _ask(arguments, "print", msgspec.to_builtins(paper), CALL_S))


def run_test(arguments: argparse.Namespace) -> int:
    answer = _ask(arguments, "self_test", {}, CALL_S)
    if isinstance(answer, Failure):
        return _fail(answer, as_json=arguments.json)
    findings = msgspec.convert(answer, SelfTest).findings
    worst = next((finding.code for finding in findings if finding.code), "")
    if arguments.json:
        print_json(msgspec.to_builtins(findings))
    else:
        for finding in findings:
            sys.stdout.write(f"{'!' if finding.code else ' '} {finding.detail or finding.code}\n")
    return _fail(Failure(code=worst), as_json=False) if worst else 0


def _printed(arguments: argparse.Namespace, answer: Answer) -> int:
    if isinstance(answer, Failure):
        return _fail(answer, as_json=arguments.json)
    if answer["outcome"] != "confirmed":
        failure = Failure(code=answer["code"], detail=f"the outcome of the print is: {answer['outcome']}")
        _fail(failure, as_json=arguments.json, outcome=answer["outcome"])
        return NOT_PRINTED
    if arguments.json:
        print_json(answer)
    else:
        sys.stdout.write("printed\n")
    return 0


def _ask(arguments: argparse.Namespace, method: str, params: dict[str, Any], deadline_s: float) -> Answer:
    name, config = _chosen(arguments)
    loop = SelectorLoop()
    answers: list[Answer] = []
    with tempfile.TemporaryDirectory(prefix="tongban-") as files:
        configure = Configure(settings=config.settings, claimant=f"{name} of kiosk device", files=files)
        device = alone(loop, name, command_of(config), configure, heartbeat=False, show_stderr=True)
        device.start()
        device.call(method, params, deadline_s, answers.append)
        loop.run_until(lambda: bool(answers), deadline_s + 5)
        device.close()
    loop.close()
    return answers[0] if answers else Failure(code="device.timeout")


def _chosen(arguments: argparse.Namespace) -> tuple[str, DeviceConfig]:
    from importlib.metadata import entry_points
    from pathlib import Path

    settings = {}
    for setting in arguments.set:
        name, equals, value = setting.partition("=")
        if not equals:
            raise DeviceCommandError(f"--set takes NAME=VALUE, e.g. --set port=/dev/ttyUSB0, not {setting!r}")
        settings[name] = value
    if arguments.driver:
        known = sorted(entry.name for entry in entry_points(group="tongban.drivers"))
        if arguments.driver not in known:
            raise DeviceCommandError(f"there is no driver {arguments.driver!r}; known: {', '.join(known)}")
        return arguments.driver, DeviceConfig(driver=arguments.driver, settings=settings)
    if not (arguments.config and arguments.device):
        raise DeviceCommandError("name a device: --driver DRIVER --set …, or --config FILE --device NAME")
    configured = load_config(Path(arguments.config)).devices
    if arguments.device not in configured:
        raise DeviceCommandError(f"there is no device {arguments.device!r}; configured: {', '.join(configured)}")
    found = configured[arguments.device]
    return arguments.device, DeviceConfig(driver=found.driver, settings={**found.settings, **settings})


def _masked(card: Card) -> Card:
    return msgspec.structs.replace(
        card,
        name=masked_name(card.name),
        name_en=masked_name(card.name_en),
        birth=card.birth[:4] + "-**-**" if card.birth else "",
        address="*" * min(6, len(card.address)),
        newest_address="*" * min(6, len(card.newest_address)),
        id_number=masked_number(card.id_number),
        permit_number=masked_number(card.permit_number),
    )


def _fail(failure: Failure, *, as_json: bool, **more: str) -> int:
    found = describe(failure.code)
    if as_json:
        print_json(
            {
                **more,
                "error": {"code": failure.code, "message": failure.detail or found.title_en, "todo": found.todo_en},
            }
        )
    else:
        detail = f" ({failure.detail})" if failure.detail else ""
        sys.stderr.write(f"{found.title_en}{detail}\nwhat to do: {found.todo_en} [{failure.code}]\n")
    return _STATUSES.get(failure.code, NO_ANSWER)
