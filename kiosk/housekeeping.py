"""What the worker does when nobody waits: forks settled, the platform's new key, retention, room, the second copy."""

import logging
from pathlib import Path

from kiosk.delivery import Delivery
from offline_cache import bodies, drafts, retention, space
from offline_cache.attachments import Attachments
from offline_cache.clock import ClockSource
from offline_cache.entry import Kind
from offline_cache.export import Exporter, ExportError
from offline_cache.identity import Identity
from offline_cache.journal import Journal
from offline_cache.sealing import suite
from offline_cache.space import Level
from offline_cache.sqlite import transaction

logger = logging.getLogger(__name__)

LEVEL_CODES = {
    Level.ENOUGH: "",
    Level.SHED: "space.low",
    Level.NO_ATTACHMENTS: "space.no-attachments",
    Level.NO_CASES: "space.no-cases",
}


class Housekeeping:
    """Every method may raise StorageError. mirror: a folder on a second medium; None: there is none."""

    def __init__(
        self,
        data: Path,
        identity: Identity,
        journal: Journal,
        clock: ClockSource,
        delivery: Delivery,
        mirror: Path | None,
    ) -> None:
        self.level = Level.ENOUGH
        self._data = data
        self._identity = identity
        self._journal = journal
        self._attachments = Attachments(data, suite(identity.suite))
        self._clock = clock
        self._delivery = delivery
        self._mirror = mirror
        self._exporter: Exporter | None = None
        self._mirror_code = ""

    def run(self) -> None:
        """At the start, and once a minute."""
        with transaction(self._journal.connection, self._journal.path):
            drafts.expire(self._journal.connection, self._clock)
        key = self._delivery.platform_key()
        if key is not None:
            self._journal.use_platform_key(*key)
        carried = self._journal.settle_fork()
        if carried is not None:
            self.tell("journal", "online", "journal.continued")
        self._make_room()
        self._journal.checkpoint()
        self.copy_to_mirror()

    def _make_room(self) -> None:
        free = space.free_bytes(self._data, self._journal.connection)
        level = space.level_for(free)
        days = retention.SHED_DAYS if level else retention.KEEP_DAYS
        retention.drop_delivered(self._journal, self._delivery, days)
        retention.drop_uploaded(self._journal, self._attachments, self._delivery, days)
        retention.drop_prints(self._journal, self._clock.wall_ms())
        space.keep_ballast(self._data, free)
        if level != self.level:
            self.level = level
            self.tell("disk", "degraded" if level else "online", LEVEL_CODES[level])

    def disk_is_full(self) -> bool:
        """Give the ballast back, take nothing new. False: there was none left to give."""
        self.level = Level.NO_CASES
        return space.release_ballast(self._data)

    def copy_to_mirror(self) -> None:
        """Bring the second copy up to date. A medium that is not there delays nothing."""
        if self._mirror is None:
            return
        try:
            if self._exporter is None:
                self._exporter = Exporter(self._data, self._mirror, self._identity, self._delivery, everything=True)
            self._exporter.run()
            code = ""
        except ExportError as error:
            self._close_exporter()
            code = error.code
        if code != self._mirror_code:
            self._mirror_code = code
            self.tell("mirror", "offline" if code else "online", code)

    def tell(self, device: str, state: str, code: str) -> None:
        """Journal a state of the kiosk itself, for its technician."""
        if code:
            logger.warning("%s is %s: %s", device, state, code)
        body = bodies.DeviceState(device, state, [], code)
        self._journal.append(Kind.DEVICE, bodies.encode(body))

    def close(self) -> None:
        self._close_exporter()

    def _close_exporter(self) -> None:
        if self._exporter is not None:
            self._exporter.close()
            self._exporter = None
