"""What is wrong with a bundle, beside what is wrong with its services.

Each part ends in an outcome whatever its questions accept, as the check of its service proves; a bundle walks them one
after the other, so it ends in one, too. What is left to prove is that no part gets an answer from elsewhere that its
own question would not accept: each pair of questions that share an answer is looked at."""

import itertools
from collections.abc import Iterable, Mapping

from kiosk.services import answers as checks
from kiosk.services.bundle import Bundle, BundleFlow, Part, asked_as
from kiosk.services.check import Finding, Where, check
from kiosk.services.definition import Question
from kiosk.services.exploring import NOW, answers
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
        flow = BundleFlow(bundle, flows, region.numbers)
    except ExpressionError as error:
        at = next((at for at, part in enumerate(bundle.parts) if repr(part.when) in str(error)), 0)
        return [Finding(("parts", at, "when"), str(error))]
    return [*_check_own(bundle, flow), *_check_shared(flow)]


def _check_own(bundle: Bundle, flow: BundleFlow) -> Iterable[Finding]:
    """A part's question that goes by the same name as the bundle's own is the same question."""
    for at, question in enumerate(bundle.questions):
        if "__" in question.id:
            message = f"{question.id}: an id with `__` is a part's: share by `reuse` what a part asks, too"
            yield Finding(("questions", at, "id"), message)
        for part, other in flow.parts:
            for theirs in other.service.questions:
                shares = theirs.reuse in (question.id, question.reuse or question.id)
                if shares and theirs.reuse and theirs.id not in part.answers and asked_as(theirs) != asked_as(question):
                    message = (
                        f"{question.id} is asked otherwise than {theirs.id} of {part.service}, which has the same"
                        " `reuse`: write them alike, or give one of them another name"
                    )
                    yield Finding(("questions", at), message)


def _check_shared(flow: BundleFlow) -> Iterable[Finding]:
    """What one of the questions under a name accepts, each other accepts."""
    own = {question.id: question for question in flow.service.questions}
    for key, sharing in flow.sharing().items():
        asked: list[tuple[str, Part | None, Question, list[str]]]
        asked = [(part.service, part, theirs, answers(other, theirs)) for part, other, theirs in sharing]
        if key in own:
            asked.append((flow.bundle.bundle, None, own[key], answers(flow, own[key])))
        for (here, _, mine, classes), (there, part, theirs, _) in itertools.permutations(asked, 2):
            for answer in {*classes, *(option.value for option in mine.options)}:
                if accepts(mine, answer) and not accepts(theirs, answer):
                    at = flow.bundle.parts.index(part) if part else 0
                    message = f"{here} may give {answer!r} for {key!r}, which {there} does not accept"
                    yield Finding(("parts", at), message)


def accepts(question: Question, answer: str) -> bool:
    return not checks.problem(question, answer, NOW.date())


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
