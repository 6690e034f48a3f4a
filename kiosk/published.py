"""The catalogue that counts now: the newest set that the agent brought, or the one of the configuration before the
first."""

import logging
from collections.abc import Callable
from pathlib import Path

from kiosk.services.catalogue import Catalogue, load_catalogue
from kiosk.services.yaml_source import DefinitionError

logger = logging.getLogger(__name__)


class PublishedCatalogue:
    """served: the folder of the newest set, if there is one. configured: the folder that the kiosk came with. kiosk:
    its id, empty before it is enrolled."""

    def __init__(
        self,
        served: Callable[[], Path | None],
        configured: Path,
        region: str,
        kiosk: Callable[[], str] = lambda: "",
    ) -> None:
        self._served = served
        self._configured = configured
        self._region = region
        self._kiosk = kiosk
        self._loaded: tuple[Path | None, str] = (None, "")

    def load(self) -> Catalogue:
        """Raises DefinitionError when neither can be used."""
        self._loaded = served, kiosk = self._now()
        try:
            return self._read(served or self._configured, kiosk)
        except DefinitionError as error:
            if served is None:
                raise
            logger.error("the published catalogue is left out: %s", error)  # noqa: TRY400
            return self._read(self._configured, kiosk)

    def newer(self) -> Catalogue | None:
        """What to serve from the next citizen on; None when nothing has changed."""
        return self.load() if self._now() != self._loaded else None

    def _now(self) -> tuple[Path | None, str]:
        return self._served(), self._kiosk()

    def _read(self, folder: Path, kiosk: str) -> Catalogue:
        catalogue = load_catalogue(folder, self._region, kiosk=kiosk)
        for reason in catalogue.rejected:
            logger.error("left out: %s", reason)
        return catalogue


def troubles_of(folder: Path, region: str) -> list[str]:
    """Why a published set is not to be served; empty: it can be. A set that takes away a service by a mistake, or that
    this program is too old for, is refused whole: what worked yesterday works on."""
    try:
        catalogue = load_catalogue(folder, region, prove=True)
    except DefinitionError as error:
        return [str(error)]
    return catalogue.rejected or ([] if catalogue.flows else ["there is no service in it"])
