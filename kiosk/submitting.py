"""What an application becomes when it is handed in. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

import msgspec

from kiosk.application import Application
from kiosk.effects import Submit
from kiosk.services.bundle import PartState
from kiosk.services.signed import texts_of
from offline_cache.bodies import Applicant, Signature


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
        signature=application.signature,
        urgent=service.urgent,
    )


def part_submissions(whole: Submit, parts: Sequence[PartState]) -> list[Submit]:
    """The cases of a bundle. Their entry-ids follow from the whole's, so that each is written once, however often the
    bundle is submitted."""
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
            bundle=whole.entry_id,
            urgent=one.service.urgent,
            signature=_signed(whole.signature, texts_of(one.service, one.given or {})),
            after=tuple(ids[need] for need in one.part.needs if need in ready),
        )
        for one in parts
        if one.state == "ready"
    ]


def _signed(signature: Signature | None, texts: dict[str, str]) -> Signature | None:
    """A part's own share of what was signed for all."""
    return msgspec.structs.replace(signature, texts=texts) if signature and texts else None
