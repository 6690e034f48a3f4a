"""The configured devices, each with its connection."""

from pathlib import Path

from devices.connection import Connection, host_command
from devices.contract import Configure
from devices.device import Device
from devices.loop import Loop
from kiosk.config import Config, ConfigError, DeviceConfig


def command_of(device: DeviceConfig) -> list[str]:
    return device.command or host_command(device.driver)


def connect(config: Config, loop: Loop, claimant: str, *, heartbeat: bool = True) -> dict[str, Device]:
    """By name; nothing is started yet. claimant: who is named to another program that wants a device. Raises
    ConfigError when the runtime folder cannot be made."""
    connections = {
        name: Connection(
            loop,
            name,
            command_of(device),
            Configure(
                settings=device.settings,
                claimant=f"{name} of {claimant}",
                files=_files(config.runtime, name),
            ),
        )
        for name, device in config.devices.items()
        if not device.shares
    }
    return {
        name: Device(connections[device.shares or name], name, device.part, heartbeat=heartbeat)
        for name, device in config.devices.items()
    }


def _files(runtime: Path, name: str) -> str:
    """The private folder of one connection, for what is too large for a line."""
    folder = runtime / "devices" / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"runtime: {folder} cannot be made: {error.strerror}; name a folder in memory") from error
    return str(folder)
