"""The kiosk's configuration: one TOML file, checked before anything starts."""

import tomllib
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from kiosk.services.catalogue import BUILT_IN


class ConfigError(Exception):
    """The configuration cannot be used; the message names the file, the place and what to do."""

    code = "config.invalid"


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class DeviceConfig(_Table, frozen=True, kw_only=True):
    """driver: the name of an installed Python driver; or command: any program that speaks the contract; or shares: the
    device on whose connection this one is, too. part: which of the driver's devices; empty: its first. settings: as the
    driver documents them, all texts."""

    driver: str = ""
    command: list[str] = []
    shares: str = ""
    part: str = ""
    settings: dict[str, str] = {}


class ScreenConfig(_Table, frozen=True, kw_only=True):
    """px_per_mm: of the real panel (21.5 inches at 1080p: 4.02), from which all sizes on the screen are made."""

    orientation: Literal["portrait", "landscape"] = "portrait"
    px_per_mm: float = 4.02
    fullscreen: bool = True


class Config(_Table, frozen=True, kw_only=True):
    """place: the kiosk's name as citizens read it. data: the folder of journal and keys. platform: its address.
    platform_ca: a file of certificates to believe instead of the usual ones, where the platform has one of a
    county's own. catalogue: where the signed catalogue is served; empty: by the platform. upload_mb_a_day:
    megabytes of attachments a day, for a line that is paid by volume; 0: as many as there are. services: the folder
    of definitions and regions. runtime: a private folder in memory for files that pass through a session. mirror: a
    folder on a second medium for a live copy of the journal. devices: by name; `reader` reads cards, `printer`
    prints receipts.
    """

    place: str
    data: Path
    platform: str
    region: str
    platform_ca: Path | None = None
    catalogue: str = ""
    upload_mb_a_day: int = 0
    services: Path = BUILT_IN
    runtime: Path = Path("/run/tongban")
    mirror: Path | None = None
    screen: ScreenConfig = ScreenConfig()
    devices: dict[str, DeviceConfig] = {}

    @property
    def platform_url(self) -> str:
        return self.platform.rstrip("/")

    @property
    def catalogue_url(self) -> str:
        return self.catalogue.rstrip("/") or f"{self.platform_url}/catalogue"


def load_config(path: Path) -> Config:
    """Relative folders are relative to the file. Raises ConfigError."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; name the file with --config") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error
    try:
        config = msgspec.convert(raw, Config, strict=False, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}; see docs/installation.md for every setting") from error
    for name, given in (("platform", config.platform), ("catalogue", config.catalogue or config.platform)):
        address = urlsplit(given)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ConfigError(f"{path}: {name} is an address such as https://tongban.example, not {given!r}")
    if config.platform_ca is not None and not (path.parent / config.platform_ca).is_file():
        raise ConfigError(f"{path}: platform_ca is a file of certificates (PEM); there is none at {config.platform_ca}")
    if config.upload_mb_a_day < 0:
        raise ConfigError(f"{path}: upload_mb_a_day is a number of megabytes; 0 stands for no limit")
    if not 1 <= config.screen.px_per_mm <= 40:
        raise ConfigError(f"{path}: screen.px_per_mm is pixels per millimetre, between 1 and 40")
    for name, device in config.devices.items():
        _check_device(path, name, device, config.devices)
    folder = path.parent
    return msgspec.structs.replace(
        config,
        data=folder / config.data,
        services=folder / config.services,
        runtime=folder / config.runtime,
        mirror=folder / config.mirror if config.mirror else None,
        platform_ca=folder / config.platform_ca if config.platform_ca else None,
    )


def _check_device(path: Path, name: str, device: DeviceConfig, devices: dict[str, DeviceConfig]) -> None:
    if sum(map(bool, (device.driver, device.command, device.shares))) != 1:
        raise ConfigError(f"{path}: devices.{name} has one of driver = …, command = […] and shares = …")
    if device.shares and (device.shares not in devices or devices[device.shares].shares):
        raise ConfigError(
            f"{path}: devices.{name} shares {device.shares!r}, which is no device with a driver of its own"
        )
    if device.shares and (device.settings or not device.part):
        raise ConfigError(f"{path}: devices.{name} shares a connection: it has part = …, and no settings of its own")
