"""How one program of Tongban starts another: the same from a checkout, an installation and a frozen folder."""

import sys


def program(name: str, *arguments: str) -> list[str]:
    """The command for `kiosk`, or for one of the parts that a frozen build reaches through it (PARTS)."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *([] if name == "kiosk" else [name]), *arguments]
    return [sys.executable, "-m", _MODULES[name], *arguments]


_MODULES = {
    "kiosk": "kiosk.cli",
    "central": "central.cli",
    "virtual-devices": "devices.virtual",
    "panel": "ui.panel",
    "device-host": "devices.host",
}
