"""What an application becomes when it is handed in. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from kiosk.application import Application
from kiosk.effects import Submit
from kiosk.services.bundle import PartState
from kiosk.services.definition import Way
from offline_cache.bodies import Applicant


def submission(application: Application, helper: Applicant | None) -> Submit:
    """helper: who hands it in for the applicant."""
    service, walk = application.service, application.walk
    answers = application.counted_answers()
    if application.slot is not None:
        answers["slot"] = application.slot.value
    return Submit(
        entry_id=application.entry_id,
        service=service.service,
        version=service.version,
        service_name=service.name,
        applicant=application.person,
        answers=answers,
        consent={one.id: one.version for one in walk.consents},
        materials=dict(walk.given),
        agent=helper,
        uploads=_uploads(walk.given, {}, application.uploads),
    )


def part_submissions(whole: Submit, parts: Sequence[PartState], uploads: Mapping[str, bytes]) -> list[Submit]:
    """The cases of a bundle. Their entry-ids follow from the whole's, so that each is written once, however often the
    bundle is submitted. uploads: what was sent by phone, by the names of the materials' questions."""
    ids = {one.part.id: blake2b(one.part.id.encode(), key=whole.entry_id, digest_size=16).digest() for one in parts}
    ready = {one.part.id for one in parts if one.state == "ready"}
    return [
        replace(
            whole,
            entry_id=ids[one.part.id],
            service=one.service.service,
            version=one.service.version,
            service_name=one.service.name,
            answers=dict(one.answers or {}),
            consent={consent.id: consent.version for consent in one.consents},
            materials=dict(one.given or {}),
            uploads=_uploads(one.given or {}, one.keys, uploads),
            bundle=whole.entry_id,
            after=tuple(ids[need] for need in one.part.needs if need in ready),
        )
        for one in parts
        if one.state == "ready"
    ]


def _uploads(given: Mapping[str, Way], keys: Mapping[str, str], uploads: Mapping[str, bytes]) -> dict[str, bytes]:
    """By material id. keys: under which name a question's answer is kept, where it is another."""
    names = {one: f"material-{one}" for one, way in given.items() if way == "phone"}
    return {one: uploads[keys.get(name, name)] for one, name in names.items() if keys.get(name, name) in uploads}
