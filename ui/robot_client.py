"""Moves the robot's finger (ui.robot) from another process. Without Qt."""

import json
import socket
from pathlib import Path
from typing import Any


class RobotError(Exception):
    """The screen does not show what was expected, or the screen has gone. The message says what it shows."""

    code = "robot.failed"


class RobotClient:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def tap(self, name: str) -> None:
        """A touch in the middle of the item of that objectName. Raises RobotError when it cannot be seen or used."""
        self._do(do="tap", name=name)

    def draw(self, name: str) -> None:
        """A finger across the item of that objectName, as who signs. Raises RobotError."""
        self._do(do="draw", name=name)

    def type_digits(self, digits: str) -> None:
        for digit in digits:
            self.tap(f"digit-{digit}")

    def wait(self, page: str, timeout_s: float, **fields: Any) -> dict[str, Any]:
        """Until `page` is shown and its fields are as given: {"page", "data", "texts"}. Raises RobotError."""
        return self._do(do="wait", page=page, fields=fields, timeout_s=timeout_s)

    def screenshot(self, path: Path) -> None:
        self._do(do="screenshot", path=str(path))

    def _do(self, **command: Any) -> dict[str, Any]:
        try:
            self._connection.sendall(json.dumps(command).encode() + b"\n")
            data = b""
            while not data.endswith(b"\n"):
                piece = self._connection.recv(65536)
                if not piece:
                    raise RobotError("the screen has gone")
                data += piece
        except OSError as error:
            raise RobotError("the screen has gone") from error
        answer: dict[str, Any] = json.loads(data)
        if "error" in answer:
            raise RobotError(f"{command}: {answer['error']}; on the screen: {' | '.join(answer.get('texts', []))}")
        return answer
