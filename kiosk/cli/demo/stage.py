"""The demo's world: one folder, free ports, an enrolled kiosk, and all processes of a real installation."""

import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from devices.virtual.control import VirtualControl
from devices.virtual.people import people
from kiosk.cli.demo.keeper import Kept, Start
from kiosk.cli.demo.sms_gateway import SECRET, SmsGateway
from kiosk.cli.program import program
from kiosk.technician_pin import TechnicianPin
from ui.robot_client import RobotClient

START_S: Final = 30.0
TECHNICIAN_PIN: Final = "274951"
"""Of the demo only."""
PAID_SERVICE: Final = "jumin-yibao-canbao"
PRICE_FEN: Final = 40_000
PHONE_ON_RECORD: Final = "13800000018"
"""Where the demo's office sends its codes."""
PANEL_MM: Final = (268.7, 477.6)
"""A 21.5-inch panel, upright."""
PX_PER_MM: Final = 4.02


class StageError(Exception):
    """A part of the demo did not come up; the message names its log."""

    code = "demo.start"


class Stage:
    """Everything runs until `stop`. `robot` is there when headless; it changes when the screen is restarted."""

    def __init__(
        self,
        folder: Path,
        say: Callable[[str], None],
        *,
        headless: bool,
        orientation: str,
        scale: float,
        paced: bool = False,
    ) -> None:
        """paced: the reader sends at the speed of 115200 baud."""
        self.folder = folder
        self.say = say
        self.config = folder / "kiosk.toml"
        self.platform_url = f"http://127.0.0.1:{_free_port()}"
        self._headless = headless
        self._orientation = orientation
        self._scale = scale
        self._paced = paced
        self._printer_port = _free_port()
        self._robot_end: socket.socket | None = None
        self._kept: dict[str, Kept] = {}
        self.gateway = SmsGateway(lambda message: say(f"  (SMS to …{message.phone[-4:]}: {message.text})"))

    @property
    def devices(self) -> VirtualControl:
        return VirtualControl(self.folder / "devices" / "control.sock")

    @property
    def robot(self) -> RobotClient:
        """A finger on the present screen."""
        assert self._robot_end is not None
        return RobotClient(self._robot_end)

    def start(self) -> None:
        """Raises StageError."""
        for name in ("logs", "devices", "screenshots"):
            (self.folder / name).mkdir(exist_ok=True)
        self._write_config()
        self.start_platform()
        self.central("price", PAID_SERVICE, str(PRICE_FEN))
        code = self.central("enrol-code")["code"]
        self.kiosk("enrol", "--code", code)
        TechnicianPin(self.folder / "data", time.monotonic()).set(TECHNICIAN_PIN)
        self.start_devices()
        self.keep("agent", lambda: Start(program("kiosk", "agent", "--config", str(self.config)), {}))
        self.keep("screen", self._screen)
        if not self._headless:
            self.keep("panel", self._panel)

    def stop(self) -> None:
        for kept in reversed(list(self._kept.values())):
            kept.stop()
        self._kept.clear()
        self._drop_robot()
        self.gateway.close()

    def keep(self, name: str, start: Callable[[], Start]) -> None:
        log = self.folder / "logs" / f"{name.replace(' ', '-')}.log"
        self._kept[name] = Kept(name, start, log, lambda name: self.say(f"  ({name} had ended: started again)"))

    def kill(self, name: str) -> None:
        """kill -9; the keeper starts it again."""
        self._kept[name].kill()

    def restart(self, name: str) -> float:
        """End it in order; returns the moment (monotonic seconds) at which it was started again."""
        return self._kept[name].restart()

    def pid(self, name: str) -> int:
        return self._kept[name].pid

    def stop_part(self, name: str) -> None:
        self._kept.pop(name).stop()

    def start_platform(self) -> None:
        self.keep("platform", self._platform)
        self._wait("platform", self.platform_answers)

    def start_devices(self) -> None:
        socket_path = self.folder / "devices" / "control.sock"
        socket_path.unlink(missing_ok=True)
        self.keep("virtual devices", self._virtual_devices)
        self._wait("virtual devices", socket_path.exists)

    def platform_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.platform_url}/healthz", timeout=1) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def central(self, *arguments: str) -> Any:
        """Run a `central` command; its JSON."""
        return self._command(program("central", *arguments, "--data", str(self.folder / "central"), "--json"))

    def kiosk(self, *arguments: str) -> Any:
        """Run a `kiosk` command with this kiosk's configuration; its JSON."""
        return self._command(program("kiosk", *arguments, "--config", str(self.config), "--json"))

    # -- how each part is started --

    def _write_config(self) -> None:
        self.config.write_text(
            f"""place = "柳溪镇便民服务中心 演示机"
data = "data"
runtime = "runtime"
platform = "{self.platform_url}"
region = "qinghe"

[screen]
orientation = "{self._orientation}"
px_per_mm = {PX_PER_MM * self._scale:.3f}
fullscreen = false

[devices.reader]
driver = "sam_v"
settings = {{ port = "{self.folder}/devices/reader" }}

[devices.printer]
driver = "escpos"
settings = {{ host = "127.0.0.1", port = "{self._printer_port}" }}
""",
            encoding="utf-8",
        )

    def _platform(self) -> Start:
        port = self.platform_url.rpartition(":")[2]
        data = str(self.folder / "central")
        return Start(
            program(
                "central", "serve", "--data", data, "--host", "127.0.0.1", "--port", port,
                "--public-address", self.platform_url, "--practice-payments",
            ),
            {"TONGBAN_SMS_GATEWAY": self.gateway.address, "TONGBAN_SMS_SECRET": SECRET},
        )  # fmt: skip

    def register_phones(self) -> None:
        """One for each test person, as the office's staff would."""
        lines = "".join(f"{person['number']} {PHONE_ON_RECORD}\n" for person in people().values())
        self._command(program("central", "phones", "set", "--data", str(self.folder / "central"), "--json"), lines)

    def _virtual_devices(self) -> Start:
        folder = str(self.folder / "devices")
        pace = ["--paced"] if self._paced else []
        return Start(program("virtual-devices", "--dir", folder, "--tcp-port", str(self._printer_port), *pace), {})

    def _screen(self) -> Start:
        command = program("kiosk", "run", "--config", str(self.config))
        if not self._headless:
            return Start(command, {})
        ours, theirs = socket.socketpair()
        self._drop_robot()
        self._robot_end = ours
        descriptor = theirs.detach()
        return Start([*command, "--robot-fd", str(descriptor)], {"QT_QPA_PLATFORM": "offscreen"}, (descriptor,))

    def _drop_robot(self) -> None:
        if self._robot_end is not None:
            with contextlib.suppress(OSError):
                self._robot_end.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for the last screen's answer
            self._robot_end.close()

    def _panel(self) -> Start:
        arguments = ["--control", str(self.folder / "devices" / "control.sock")]
        accept = program("central", "accept", "--newest", "--data", str(self.folder / "central"), "--json")
        beside = round(PANEL_MM[self._orientation == "landscape"] * PX_PER_MM * self._scale) + 12
        return Start(program("panel", *arguments, "--left", str(beside), "--accept", json.dumps(accept)), {})

    # -- waiting --

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + START_S
        while not ready():
            if time.monotonic() > end:
                raise StageError(f"{name} did not start; see {self.folder}/logs")
            time.sleep(0.05)

    @staticmethod
    def _command(command: list[str], lines: str = "") -> Any:
        done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False, env=os.environ)
        if done.returncode:
            raise StageError(f"{' '.join(command[2:5])} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
