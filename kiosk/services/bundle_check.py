"""What is wrong with a bundle, beside what is wrong with its services.

Each part ends in an outcome, as the check of its service proves; a bundle walks them one after the other, so it ends in
one, too."""

from collections.abc import Mapping

from kiosk.services import answers as checks
from kiosk.services.bundle import Bundle, BundleFlow, Part
from kiosk.services.check import Finding, Where, check
from kiosk.services.exploring import NOW
from kiosk.services.expression import ExpressionError
from kiosk.services.flow import Flow
from kiosk.services.region import Region


def check_bundle(bundle: Bundle, flows: Mapping[str, Flow], region: Region) -> list[Finding]:
    findings = _check_graph(bundle, flows)
    as_service = [
        finding
        for finding in check(bundle.as_service(), region, prove=False)
        if "at least one under `consents`" not in finding.message
    ]
    if findings or as_service:
        return [*findings, *as_service]
    try:
        BundleFlow(bundle, flows, region.numbers)
    except ExpressionError as error:
        at = next((at for at, part in enumerate(bundle.parts) if repr(part.when) in str(error)), 0)
        return [Finding(("parts", at, "when"), str(error))]
    return []


def _check_graph(bundle: Bundle, flows: Mapping[str, Flow]) -> list[Finding]:
    """A part needs only parts before it: so there is no circle, and their order is the order of the questions."""
    findings: list[Finding] = []
    before: set[str] = set()
    for at, part in enumerate(bundle.parts):
        here = ("parts", at)
        if part.id in before:
            findings.append(Finding((*here, "id"), f"the id {part.id!r} is used twice"))
        for need in part.needs:
            if need not in before:
                findings.append(Finding((*here, "needs"), f"{part.id} needs {need!r}, which is no part before it"))
        before.add(part.id)
        flow = flows.get(part.service)
        if flow is None:
            findings.append(Finding((*here, "service"), f"there is no service {part.service!r} in catalogue/"))
        elif flow.service.mode == "online":
            message = f"{part.service} is done online or not at all: it cannot be part of a bundle"
            findings.append(Finding((*here, "service"), message))
        elif flow.service.applicant == "company":
            message = f"{part.service} is a company's: a bundle is a person's"
            findings.append(Finding((*here, "service"), message))
        else:
            findings += _check_answers((*here, "answers"), part, flow)
    if len(bundle.parts) < 2:
        findings.append(Finding(("parts",), "a bundle has two parts at least"))
    return findings


def _check_answers(where: Where, part: Part, flow: Flow) -> list[Finding]:
    known = {question.id: question for question in flow.service.questions}
    findings = []
    for name, answer in part.answers.items():
        if name not in known:
            findings.append(Finding((*where, name), f"{part.service} does not ask {name!r}"))
        elif problem := checks.problem(known[name], answer, NOW.date()):
            findings.append(Finding((*where, name), f"{answer!r} is no answer to {name!r}: {problem}"))
    return findings
