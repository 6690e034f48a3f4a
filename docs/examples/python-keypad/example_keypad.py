"""A driver outside the tree: a number pad on a serial port that sends one ASCII character a key. Setting: port."""

import threading

import serial

from devices.contract import Action, Finding, State, Status
from devices.driver import Context, DriverError, Part

KEYS = b"0123456789*#"


class Keypad:
    """Implements devices.driver.Driver. Keys are told as events, from a thread of its own."""

    version = "0.1.0"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._port: serial.Serial | None = None
        self.parts = {
            "keypad": Part(
                kind="keypad",
                methods={},
                status=lambda: Status(state=State.ONLINE),
                self_test=lambda: [Finding(detail="the port is open")],
                capabilities={"keys": len(KEYS)},
            )
        }

    def open(self) -> None:
        if self._port is not None:
            return
        path = self._context.settings.get("port", "")
        if not path:
            raise DriverError("device.settings", "the setting `port` is missing")
        try:
            self._port = serial.Serial(path, 9600, exclusive=True)
        except (serial.SerialException, OSError) as error:
            raise DriverError("keypad.absent", f"{path} cannot be opened") from error
        threading.Thread(target=self._listen, args=(self._port,), daemon=True).start()

    def close(self) -> None:
        if self._port is not None:
            self._port.close()

    def _listen(self, port: serial.Serial) -> None:
        try:
            while True:
                key = port.read(1)
                if key and key in KEYS:
                    self._context.tell("key", "keypad", {"key": key.decode("ascii")})
        except (serial.SerialException, OSError, TypeError):
            self._port = None
            gone = {"state": State.ABSENT, "code": "keypad.absent", "action": Action.TECHNICIAN}
            self._context.tell("status", "keypad", gone)
