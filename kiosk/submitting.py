"""What an application becomes when it is handed in. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

import msgspec

from kiosk.application import Application
from kiosk.effects import Submit
from kiosk.parts.held import CONSENT as HELD_CONSENT
from kiosk.parts.held import VERSION as HELD_VERSION
from kiosk.receipt import PartCase, Submitted
from kiosk.services.bundle import PartState
from kiosk.services.definition import ACTS, Consent, Way
from kiosk.services.signed import texts_of
from kiosk.states import Words
from offline_cache.assurance import LEVELS, Level
from offline_cache.bodies import Applicant, Signature


def demanded(application: Application) -> Level:
    """What the act, or the most demanding part of a bundle, wants to be known of who hands it in."""
    parts = [one.service for one in application.walk.parts if one.state == "ready"]
    levels = [one.needs(ACTS[one.act]) for one in (application.service, *parts)]
    return max(levels, key=LEVELS.index)


def submission(
    application: Application, *, helper: Applicant | None, guardian: Applicant | None, level: Level, language: str
) -> Submit:
    """helper: who hands it in for the applicant. guardian: of a child, as read from their card. level: of assurance
    that was reached. language: that they read it in."""
    service, walk = application.service, application.walk
    answers = application.counted_answers()
    answers |= how_read(answers, guardian)
    if application.slot is not None:
        answers["slot"] = application.slot.value
    return Submit(
        entry_id=application.entry_id,
        service=service.service,
        version=service.version,
        service_name=service.name,
        applicant=application.person,
        answers=answers,
        consent=_consent(walk.consents, walk.given),
        materials=dict(walk.given),
        agent=helper,
        language=language,
        company=application.company,
        assurance=level,
        pays=walk.payment is not None,
        pays_by=walk.payment.by if walk.payment else "",
        signature=application.signature,
        urgent=service.urgent,
        uploads=_uploads(walk.given, {}, application.uploads),
    )


def how_read(answers: Mapping[str, str], guardian: Applicant | None) -> dict[str, str]:
    """Whether a child's guardian was read from their card (trust class A) or typed (D); empty where there is none."""
    if "guardian_id" not in answers:
        return {}
    told = (answers.get("guardian_name"), answers["guardian_id"])
    is_read = guardian is not None and told == (guardian.name, guardian.id_number)
    return {"guardian_read": "card" if is_read else "typed"}


def _consent(consents: Sequence[Consent], given: Mapping[str, Way]) -> dict[str, str]:
    """Where a certificate at the platform stands for a paper, that it was looked for was agreed to, too."""
    looked = {HELD_CONSENT: HELD_VERSION} if "held" in given.values() else {}
    return {**{one.id: one.version for one in consents}, **looked}


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
            answers=_answers(whole, one),
            consent=_consent(one.consents, one.given or {}),
            materials=dict(one.given or {}),
            uploads=_uploads(one.given or {}, one.keys, uploads),
            bundle=whole.entry_id,
            pays=one.payment is not None,
            pays_by=one.payment.by if one.payment else "",
            urgent=one.service.urgent,
            signature=_signed(whole.signature, texts_of(one.service, one.given or {})),
            after=tuple(ids[need] for need in one.part.needs if need in ready),
        )
        for one in parts
        if one.state == "ready"
    ]


def _answers(whole: Submit, one: PartState) -> dict[str, str]:
    answers = dict(one.answers or {})
    if "guardian_id" in answers and "guardian_read" in whole.answers:
        answers["guardian_read"] = whole.answers["guardian_read"]
    return answers


def _signed(signature: Signature | None, texts: dict[str, str]) -> Signature | None:
    """A part's own share of what was signed for all."""
    return msgspec.structs.replace(signature, texts=texts) if signature and texts else None


def _uploads(given: Mapping[str, Way], keys: Mapping[str, str], uploads: Mapping[str, bytes]) -> dict[str, bytes]:
    """By material id. keys: under which name a question's answer is kept, where it is another."""
    names = {one: f"material-{one}" for one, way in given.items() if way == "phone"}
    return {one: uploads[keys.get(name, name)] for one, name in names.items() if keys.get(name, name) in uploads}


def part_cases(sent: Sequence[Submit], cases: Sequence[Submitted], states: Sequence[Words]) -> list[PartCase]:
    """Of a bundle, as they were handed in; empty for a case that is none."""
    return [PartCase(part.service_name, *one) for part, one in zip(sent, zip(cases, states, strict=True), strict=False)]
