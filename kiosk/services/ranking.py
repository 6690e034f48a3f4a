"""In which order services are offered: what can be done today first; what the platform's people put first; then what
people here use. Pure: it knows counts, nobody's data."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from kiosk.services.flow import Flow


def ranked(flows: Iterable[Flow], first: list[str], used: Mapping[str, int], now: datetime) -> list[Flow]:
    """first: ids, best first (a region's `first`). used: how often each was handed in lately. Among equals the
    catalogue's own order counts."""
    places = {service: place for place, service in enumerate(first)}

    def key(flow: Flow) -> tuple[bool, int, int]:
        service = flow.service.service
        return "closed" in flow.on(now).values(), places.get(service, len(places)), -used.get(service, 0)

    return sorted(flows, key=key)
