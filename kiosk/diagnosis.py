"""What a technician needs to know of a kiosk: findings, each with severity, code and what was seen. Never a citizen's
data. What asks the network or a device is put together by the command line and by the terminal."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal

import msgspec

from devices.contract import Action, State, Status
from kiosk.codes import describe, words
from kiosk.config import Config
from kiosk.housekeeping import LEVEL_CODES
from kiosk.services.catalogue import load_catalogue
from kiosk.services.kiosks import NO_GROUP, Group
from offline_cache import space
from offline_cache.database import JOURNAL_FILE
from offline_cache.identity import IdentityError, load
from offline_cache.reader import JournalReader
from offline_cache.salvage import ASIDE
from offline_cache.space import Level
from offline_cache.sqlite import StorageError

Severity = Literal["ok", "warning", "error"]
EXIT: Final[dict[Severity, int]] = {"ok": 0, "warning": 1, "error": 2}
STEADY_PORTS: Final = ("/dev/serial/by-id/", "/dev/serial/by-path/")
MAX_OFFSET_MS: Final = 60_000
SILENT_MS: Final = 10 * 60_000


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """area: what was looked at, e.g. reader, journal, clock. code: empty when it is well. detail: what was seen, for
    the command line; zh: the same for the screen, where it is more than the code says. No personal data."""

    area: str
    severity: Severity = "ok"
    code: str = ""
    detail: str = ""
    zh: str = ""


def worst(findings: list[Finding]) -> Severity:
    return max((finding.severity for finding in findings), key=lambda severity: EXIT[severity], default="ok")


def of_status(device: str, status: Status, detail: str = "") -> Finding:
    """A device's status as a finding."""
    severity: Severity = "error"
    if status.state in (State.ONLINE, State.BUSY):
        severity = "ok"
    elif status.state is State.DEGRADED or status.action in (Action.CITIZEN, Action.RETRY):
        severity = "warning"
    state = words().state[status.state]
    reasons = f" ({', '.join(status.reasons)})" if status.reasons else ""
    return Finding(area=device, severity=severity, code=status.code, detail=detail or state.en + reasons, zh=state.zh)


def plain(finding: Finding) -> str:
    """For a person at the command line."""
    mark = {"ok": "✓", "warning": "!", "error": "✗"}[finding.severity]
    text = f"{mark} {finding.area:10} {finding.detail}"
    if finding.code:
        found = describe(finding.code)
        who = words().action[found.who].en
        text += f"\n  {'':10} {found.title_en} [{finding.code}]"
        text += f"\n  {'':10} cause: {found.cause_en}" if found.cause_en else ""
        text += f"\n  {'':10} what to do ({who}): {found.todo_en}"
    return text


def of_machine(config: Config) -> list[Finding]:
    """Everything but devices and network. Reads only; may run beside the working kiosk."""
    checks: list[Callable[[Config], Iterator[Finding]]] = [_identity, _ports, _services, _runtime, _journal, _space]
    return [finding for check in checks for finding in check(config)]


def _identity(config: Config) -> Iterator[Finding]:
    try:
        identity = load(config.data)
    except IdentityError as error:
        yield Finding(area="identity", severity="error", code=error.code, detail=str(error))
    else:
        yield Finding(area="identity", detail=f"{identity.kiosk}, suite {identity.suite}", zh=identity.kiosk)


def _ports(config: Config) -> Iterator[Finding]:
    for name, device in config.devices.items():
        port = device.settings.get("port", "")
        if port.startswith("/dev/tty"):
            detail = f"{port} may be another device after the next start; see ls -l /dev/serial/by-id"
            yield Finding(area=name, severity="warning", code="device.unsteady-port", detail=detail)


def _services(config: Config) -> Iterator[Finding]:
    found = load_catalogue(config.services, config.region)
    for reason in found.rejected:
        yield Finding(area="services", severity="warning", code="service.definition", detail=reason)
    if not found.flows:
        yield Finding(area="services", severity="error", code="service.none", detail="none can be used")
    else:
        count = len(found.flows)
        yield Finding(area="services", detail=f"{count} can be used", zh=f"{count} 项可以办")


def _runtime(config: Config) -> Iterator[Finding]:
    kind = _file_system(config.runtime)
    if kind in ("tmpfs", "ramfs"):
        yield Finding(area="runtime", detail=f"{config.runtime} is in memory", zh="在内存里")
    else:
        detail = f"{config.runtime} is on {kind or 'no file system'}, so scans could be found on the disk later"
        yield Finding(area="runtime", severity="warning", code="runtime.on-disk", detail=detail)


def _file_system(path: Path) -> str:
    """The kind of file system that `path`, or the nearest folder above it that exists, is on."""
    while not path.exists():
        path = path.parent
    resolved, best, kind = path.resolve(), -1, ""
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, point, found, *_ = line.split(" ")
        if resolved.is_relative_to(point) and len(point) > best:
            best, kind = len(point), found
    return kind


def _journal(config: Config) -> Iterator[Finding]:
    for aside in sorted((config.data / ASIDE).glob("*")):
        detail = f"a damaged journal was set aside: {aside}"
        yield Finding(area="journal", severity="warning", code="journal.salvaged", detail=detail)
    if not (config.data / JOURNAL_FILE).exists():
        yield Finding(area="journal", severity="warning", code="storage.cannot-open", detail="not made yet")
        return
    count, damages = 0, 0
    try:
        journal = JournalReader(config.data)
        for info in journal.journals():
            walk = journal.verify(info, each=False)
            count += walk.entries
            for damage in walk.damages:
                damages += 1
                yield Finding(area="journal", severity="error", code=damage.code, detail=damage.message)
        journal.close()
    except StorageError as error:
        yield Finding(area="journal", severity="error", code=error.code, detail=str(error))
        return
    if not damages:
        yield Finding(area="journal", detail=f"{count} entries, the chain is whole", zh=f"{count} 条，完好")


def _space(config: Config) -> Iterator[Finding]:
    try:
        journal = JournalReader(config.data)
        free = space.free_bytes(config.data, journal.connection)
        journal.close()
    except StorageError:
        return
    level = space.level_for(free)
    severity: Severity = "ok" if level is Level.ENOUGH else "error" if level is Level.NO_CASES else "warning"
    megabytes = free // space.MEGABYTE
    yield Finding(
        area="space",
        severity=severity,
        code=LEVEL_CODES[level],
        detail=f"{megabytes} MB are free",
        zh=f"还有 {megabytes} MB",
    )


def of_clock(offset_ms: int) -> Finding:
    """offset_ms: platform minus kiosk."""
    detail = f"{abs(offset_ms) / 1000:.1f} s {'behind' if offset_ms > 0 else 'ahead of'} the platform"
    if abs(offset_ms) > MAX_OFFSET_MS:
        return Finding(area="clock", severity="warning", code="clock.wrong", detail=detail)
    return Finding(area="clock", detail=detail, zh=f"与平台相差 {abs(offset_ms) / 1000:.1f} 秒")


def of_contact(contact_ms: int | None, error_code: str) -> Finding:
    """How long ago the agent heard the platform. contact_ms: Unix milliseconds; None: never."""
    if contact_ms is None:
        return Finding(area="agent", severity="error", code="agent.silent", detail="it never heard the platform")
    ago = max(0, time.time_ns() // 1_000_000 - contact_ms)
    detail, zh = f"it heard the platform {ago // 1000} s ago", f"{ago // 1000} 秒前连上过平台"
    if ago > SILENT_MS or error_code:
        return Finding(area="agent", severity="warning", code=error_code or "agent.silent", detail=detail, zh=zh)
    return Finding(area="agent", detail=detail, zh=zh)


def of_catalogue(version: int, error_code: str, at_ms: int, group: Group = NO_GROUP) -> Finding:
    """The published catalogue, as the agent last found it. group: what it says of this kiosk."""
    days = max(0, time.time_ns() // 1_000_000 - at_ms) // 86_400_000
    served = f"version {version} is served" if version else "the services that it came with are served"
    zh = f"第 {version} 版" if version else "出厂服务"
    if group.id:
        named = [f"{name}: {', '.join(ids)}" for name, ids in (("first", group.first), ("hidden", group.hidden)) if ids]
        served += f", with the platform's settings of the group {group.id} ({'; '.join(named)})"
        zh += f"，平台设置“{group.id}”"
    if error_code:
        return Finding(area="catalogue", severity="warning", code=error_code, detail=served, zh=zh)
    return Finding(area="catalogue", detail=f"{served}, looked {days} days ago" if days else served, zh=zh)


def of_backlog(entries: int, files: int, failed: int, sent: int, total: int) -> Finding:
    """What still waits for the platform. failed: files that no repetition brings there. sent, total: bytes of files."""
    detail, zh = f"{entries} entries wait", f"待发 {entries} 条"
    if files:
        done = f"{sent / 1e6:.1f} of {total / 1e6:.1f} MB"
        detail, zh = (
            f"{detail}, {files} files ({done} are there)",
            f"{zh}，材料 {files} 份（已传 {100 * sent // total}%）",
        )
    if failed:
        detail = f"{detail}; {failed} files cannot be sent, kiosk cache verify names them"
        return Finding(area="backlog", severity="warning", code="attachment.local-damage", detail=detail, zh=zh)
    return Finding(area="backlog", detail=detail, zh=zh)
