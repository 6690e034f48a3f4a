"""In which order services are offered: what can be done here and now first; then what the platform's people put first;
then what the citizen may be entitled to, and what people here use. Pure: it knows counts, nobody's data."""

from collections.abc import Iterable, Mapping

from kiosk.services.flow import CONDITIONS, Flow, Situation


def ranked(flows: Iterable[Flow], first: list[str], used: Mapping[str, int], situation: Situation) -> list[Flow]:
    """Those that make sense for the citizen. first: ids, best first (a region's `first`). used: how often each was
    handed in lately. Before anybody is known, `situation` tells of here and now only. Among equals the catalogue's own
    order counts."""
    places = {service: place for place, service in enumerate(first)}

    def key(flow: Flow) -> tuple[bool, bool, int, bool, int]:
        service, refuses = flow.service.service, flow.exit_now(situation)
        not_now = refuses is not None and flow.require[refuses.id].names <= CONDITIONS.keys()
        place = places.get(service, len(places))
        return not_now, refuses is not None, place, not flow.is_likely(situation), -used.get(service, 0)

    return sorted((flow for flow in flows if flow.is_visible(situation)), key=key)
