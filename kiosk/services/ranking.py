"""In which order services are offered: what can be finished here and now first; then what the platform's people put
first, what closes soon, what the citizen may be entitled to, and what people here use. Pure: it knows counts, and of
the citizen what the session knows."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kiosk.services.flow import CONDITIONS, Flow, Situation


def ranked(
    flows: Iterable[Flow],
    first: list[str],
    used: Mapping[str, int],
    situation: Situation,
    known: Mapping[str, str] = MappingProxyType({}),
) -> list[Flow]:
    """Those that make sense for the citizen. first: ids, best first (`Catalogue.first`). used: how much each is used
    here. Before anybody is known, `situation` tells of here and now only. known: answers of this session, by `reuse`.
    Among equals the catalogue's own order counts."""
    places = {service: place for place, service in enumerate(first)}

    def key(flow: Flow) -> tuple[bool, bool, bool, int, bool, bool, int]:
        service, refuses = flow.service.service, flow.exit_now(situation)
        not_now = refuses is not None and flow.require[refuses.id].names <= CONDITIONS.keys()
        place = places.get(service, len(places))
        return (
            not_now,
            refuses is not None,
            not flow.is_finishable(situation),
            place,
            not flow.closes_soon(situation.now),
            not flow.is_likely(situation, known),
            -used.get(service, 0),
        )

    return sorted((flow for flow in flows if flow.is_visible(situation)), key=key)
