"""Everything that is wrong with a definition: its parts one by one, then its paths (kiosk.services.exploring)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.services import patterns
from kiosk.services.bundle import BundleService
from kiosk.services.definition import Alternative, Question, Service
from kiosk.services.exploring import explore
from kiosk.services.expression import ExpressionError
from kiosk.services.flow import CONDITIONS, IDENTITY, OWN_RULES, Flow, is_day, is_time
from kiosk.services.paper import PAPER_OF
from kiosk.services.region import Region
from kiosk.services.texts import ADVICE, TextError, advised, render

Where = tuple[str | int, ...]
_BIRTH = "1950-01-01"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Finding:
    """where: the path of the value inside the definition, for the line in the file."""

    where: Where
    message: str


def check(service: Service, region: Region, *, prove: bool = True) -> list[Finding]:
    """Everything that is wrong with `service` in `region`. prove: explore the paths, too, which may take a second; an
    empty list then proves that each ends in an outcome."""
    findings = [
        *_check_questions(service),
        *_check_materials(service),
        *_check_times(service),
        *_check_fit(service),
        *check_texts(service, region),
    ]
    try:
        flow = Flow(service, region.numbers)
    except ExpressionError as error:
        return [*findings, Finding(_expression_place(service, error), str(error))]
    findings += _check_order(flow)
    return findings or [Finding(where, message) for where, message in (explore(flow) if prove else [])]


def _check_order(flow: Flow) -> Iterable[Finding]:
    known = {*IDENTITY, *CONDITIONS}
    for at, question in enumerate(flow.service.questions):
        for name in sorted(flow.when[question.id].names - known):
            message = f"{question.id}: {name!r} is not known yet: only questions before this one are"
            yield Finding(("questions", at, "when"), message)
        known.add(question.id)


def _expression_place(service: Service, error: ExpressionError) -> Where:
    texts: list[tuple[Where, str]] = [(("visible",), service.visible)]
    if service.payment is not None:
        texts.append((("payment", "when"), service.payment.when))
    for name in ("questions", "materials", "consents"):
        texts += [((name, at, "when"), one.when) for at, one in enumerate(getattr(service, name))]
    texts += [(("eligibility", at, "require"), rule.require) for at, rule in enumerate(service.eligibility)]
    return next((where for where, text in texts if text == error.text), ())


def _check_questions(service: Service) -> list[Finding]:
    findings = []
    seen: set[str] = {*IDENTITY, *CONDITIONS}
    for at, question in enumerate(service.questions):
        here = ("questions", at)
        if not _NAME.fullmatch(question.id):
            findings.append(Finding((*here, "id"), f"an id is lower-case letters, digits and _, not {question.id!r}"))
        if question.id in seen:
            findings.append(Finding((*here, "id"), f"the id {question.id!r} is used twice"))
        seen.add(question.id)
        findings += [Finding((*here, part), message) for part, message in _question_troubles(question)]
    return findings


def _question_troubles(question: Question) -> Iterable[tuple[str, str]]:
    name = question.id
    if (question.kind == "choice") != bool(question.options):
        yield "options", f"{name}: a choice has options, and nothing else has"
    values = [option.value for option in question.options]
    if len(set(values)) != len(values):
        yield "options", f"{name}: two options have the same value"
    if question.pattern:
        if not question.pattern_hint:
            yield "pattern", f"{name}: a pattern needs a pattern_hint in plain words"
        if found := patterns.trouble(question.pattern):
            yield "pattern", f"{name}: {found}"
    if question.check and question.kind not in ("digits", "text"):
        yield "check", f"{name}: only digits and texts have a check character"
    if question.low > question.high:
        yield "low", f"{name}: low is above high"
    if not 1 <= question.max_length <= patterns.MAX_LENGTH:
        yield "max_length", f"{name}: max_length is from 1 to {patterns.MAX_LENGTH}"
    if question.group < 0:
        yield "group", f"{name}: group is a number of characters, or 0"


def _check_materials(service: Service) -> list[Finding]:
    findings = []
    seen: set[str] = set()
    for at, material in enumerate(service.materials):
        here = ("materials", at)
        if not _NAME.fullmatch(material.id) or material.id in seen:
            findings.append(
                Finding((*here, "id"), f"{material.id!r} is used twice, or has other than letters, digits, _")
            )
        seen.add(material.id)
        if not material.ways or len(set(material.ways)) != len(material.ways):
            findings.append(Finding((*here, "ways"), f"{material.id}: name at least one way, none twice"))
        if ("later" in material.ways) != (material.days > 0):
            findings.append(Finding((*here, "days"), f"{material.id}: `later` and a number of `days` go together"))
        if ("held" in material.ways) != bool(material.certificate):
            message = f"{material.id}: `held` and the kind of `certificate` go together"
            findings.append(Finding((*here, "certificate"), message))
    return findings


def _check_times(service: Service) -> Iterable[Finding]:
    for place, right, how in (("season", is_day, 'MM-DD, in quotes: "05-01"'), ("hours", is_time, 'HH:MM: "08:00"')):
        found = getattr(service, place)
        for name in ("opens", "closes"):
            if found is not None and not right(getattr(found, name)):
                yield Finding((place, name), f"write it as {how}")


def _check_fit(service: Service) -> Iterable[Finding]:
    """What cannot be true together."""
    if service.act != "apply" and service.mode != "online":
        yield Finding(("act",), f"`{service.act}` is done with the platform: mode is online")
    if service.mode == "online" and service.alternatives.offline is None:
        yield Finding(("alternatives",), "an online service says under `offline` what to do without the platform")
    if service.act == "certificate" and service.needs("certificate") in ("typed", "card"):
        yield Finding(("assurance",), "a certificate is never opened on a card alone: assurance.certificate")
    if service.paper not in (PAPER_OF[service.act], "none"):
        yield Finding(("paper",), f"`act: {service.act}` prints a {PAPER_OF[service.act]}, or `none`: write it here")
    if service.payment is not None and service.needs("submit") == "typed":
        yield Finding(("payment",), "whoever pays has laid a card down: assurance.submit is not typed then")
    yield from _check_price(service)
    if "province" in service.assurance.values():
        yield Finding(("assurance",), "no kiosk of this version reaches `province`: `card+person` is the most")
    if not service.consents:
        yield Finding((), "personal data need a consent: write at least one under `consents`")
    consents, rules = [one.id for one in service.consents], [rule.id for rule in service.eligibility]
    for name in sorted(OWN_RULES & {*rules}):
        yield Finding(
            ("eligibility", rules.index(name), "id"), f"{name!r} is a rule of the kiosk's own: give it another name"
        )
    for kind, ids in (("consents", consents), ("eligibility", rules)):
        for name in sorted({one for one in ids if ids.count(one) > 1}):
            yield Finding((kind,), f"the id {name!r} is used twice in {kind}")


def _check_price(service: Service) -> Iterable[Finding]:
    """That the question is answered where there is a fee, the paths prove (kiosk.services.exploring)."""
    by = service.payment.by if service.payment else ""
    kinds = {question.id: question.kind for question in service.questions}
    if by and kinds.get(by) != "choice":
        choices = ", ".join(name for name, kind in kinds.items() if kind == "choice") or "none"
        is_what = f"is no choice but a {kinds[by]}" if by in kinds else "is no question"
        message = f"{by!r} {is_what}: a price depends on one of this service's choice questions, which are {choices}"
        yield Finding(("payment", "by"), message)


def check_texts(service: Service, region: Region) -> list[Finding]:
    """What cannot be filled, or has to be there and is empty."""
    texts: list[tuple[Where, str]] = [
        ((name,), getattr(service, name)) for name in ("summary", "about", "fee", "limit")
    ]
    texts += [
        (("questions", at, name), getattr(question, name))
        for at, question in enumerate(service.questions)
        for name in ("ask", "help", "label")
    ]
    texts += [
        (("questions", at, "options", place, "label"), option.label)
        for at, question in enumerate(service.questions)
        for place, option in enumerate(question.options)
    ]
    texts += [(("materials", at, "name"), one.name) for at, one in enumerate(service.materials)]
    texts += [(("materials", at, "help"), one.help) for at, one in enumerate(service.materials) if one.help]
    texts += [
        (("consents", at, name), getattr(one, name))
        for at, one in enumerate(service.consents)
        for name in ("text", "agree")
    ]
    if service.payment is not None:
        texts.append((("payment", "what"), service.payment.what))
    texts += [(("signature",), service.signature)] if service.signature else []
    texts += [(("next_steps", at), text) for at, text in enumerate(service.next_steps)]
    parts = service.parts if isinstance(service, BundleService) else []
    texts += [
        (("parts", at, "next_steps", place), text)
        for at, part in enumerate(parts)
        for place, text in enumerate(part.next_steps)
    ]
    findings = [
        Finding((name,), f"{name} is shown as it is: no {{…}}")
        for name in ("name", "office")
        if "{" in getattr(service, name)
    ]
    for where, text in texts:
        try:
            if not render(text, region, _BIRTH).strip():
                findings.append(Finding(where, "is empty"))
        except TextError as error:
            findings.append(Finding(where, str(error)))
    if service.counter not in region.counters:
        known = ", ".join(sorted(region.counters))
        findings.append(
            Finding(("counter",), f"there is no counter {service.counter!r} in this region; known: {known}")
        )
    for where, advice in advices(service):
        findings += _check_advice(where, advice, region)
    return findings


def _check_advice(where: Where, advice: Alternative, region: Region) -> Iterable[Finding]:
    try:
        filled = advised(advice, region, _BIRTH)
    except TextError as error:
        yield Finding(where, str(error))
        return
    for name in ADVICE:
        if not getattr(filled, name).strip():
            yield Finding((*where, name), "is empty: nobody may be sent away without a way on")


def advices(service: Service) -> list[tuple[Where, Alternative]]:
    """Every alternative of a definition, with its place."""
    found: list[tuple[Where, Alternative]] = [
        (("eligibility", at, "otherwise"), rule.otherwise) for at, rule in enumerate(service.eligibility)
    ]
    for place, timed in (("season", service.season), ("hours", service.hours)):
        if timed is not None:
            found.append(((place, "otherwise"), timed.otherwise))
    if service.payment is not None:
        found.append((("payment", "alternative"), service.payment.alternative))
    other = service.alternatives
    named = {"elsewhere": other.elsewhere, "offline": other.offline, "materials": other.materials}
    named["identity"] = other.identity
    return found + [(("alternatives", name), one) for name, one in named.items() if one is not None]
