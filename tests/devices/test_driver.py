"""A Python driver with two devices, for the tests: `python -m tests.devices.test_driver` hosts it."""

import sys
from typing import Any

import msgspec

from devices.contract import Action, Finding, State, Status
from devices.driver import Context, Part
from devices.host import Host, _take_descriptors

PERSONAL = "王桂兰"


class Combined:
    """Implements devices.driver.Driver."""

    version = "1.2"

    def __init__(self, context: Context) -> None:
        self._context = context
        print("a vendor's greeting")
        self.parts = {
            "card": Part(
                kind="card-reader",
                methods={
                    "which": lambda _: {"device": "card"},
                    "crash": self._crash,
                    "wait": lambda _: {"cancelled": context.cancelled.wait(20.0)},
                },
                status=lambda: Status(state=State.ONLINE),
                self_test=lambda: [Finding(detail="fine")],
            ),
            "keys": Part(
                kind="keypad",
                methods={"which": lambda _: {"device": "keys"}, "press": self._press, "break": self._break},
                status=lambda: Status(state=State.DEGRADED, code="keypad.worn", action=Action.TECHNICIAN),
                self_test=lambda: [Finding(code="keypad.worn")],
                capabilities={"keys": 12},
            ),
        }

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _press(self, params: dict[str, Any]) -> dict[str, Any]:
        self._context.tell("key", "keys", {"key": params["key"]})
        return {}

    def _break(self, _: dict[str, Any]) -> dict[str, Any]:
        status = Status(state=State.ERROR, code="keypad.broken", action=Action.TECHNICIAN)
        self._context.tell("status", "keys", msgspec.to_builtins(status))
        return {}

    @staticmethod
    def _crash(_: dict[str, Any]) -> dict[str, Any]:
        raise ValueError(PERSONAL)


if __name__ == "__main__":
    sys.exit(Host(lambda: Combined, *_take_descriptors()).serve())
