"""Answers about one citizen: their cases, their certificates. Nothing of a question is stored."""

from typing import Final

from central import acting, alarms, aside, cases
from central.cases import CaseRecord
from central.platform_key import person_key
from central.store import Transaction
from central.workdays import Calendar
from sync.question import (
    FRESH_MS,
    Answer,
    Called,
    CallStaff,
    Cases,
    CaseSummary,
    Certificate,
    GetCertificate,
    GetSlots,
    MyCases,
    Perform,
    PutAside,
    Question,
    QuestionError,
    TakeUp,
    seal_answer,
)

MAX_PLACE: Final = 200


class AssuranceError(Exception):
    """The act demands more proof of identity than was given."""

    code = "question.assurance"


async def answer(
    work: Transaction, lookup_key: bytes, calendar: Calendar, kiosk: str, question: Question, now_ms: int
) -> bytes:
    """Sealed for the question. Raises QuestionError, AssuranceError and SlotError."""
    if abs(now_ms - question.asked_ms) > FRESH_MS:
        raise QuestionError("the question is too old, or from a clock that is wrong")
    if question.identified != "card" and not isinstance(question.act, GetSlots | Perform | CallStaff):
        raise AssuranceError("a typed number opens nothing")
    person = person_key(lookup_key, question.id_number)
    match question.act:
        case MyCases():
            found: Answer = Cases([await _summary(work, case) for case in await cases.of_person(work, person)])
        case GetCertificate(number, token):
            found = await _certificate(work, person, number, token)
        case GetSlots(service):
            found = await acting.slots(work, service, now_ms)
        case Perform():
            found = await acting.perform(work, calendar, kiosk, person, question.act, now_ms)
        case PutAside(draft):
            found = await aside.put_aside(work, lookup_key, question.id_number, draft, now_ms)
        case TakeUp():
            found = await aside.take_up(work, lookup_key, question.id_number, now_ms)
        case CallStaff(place):
            found = Called(await alarms.called(work, kiosk, place[:MAX_PLACE], now_ms))
    return seal_answer(question, found)


async def _summary(work: Transaction, case: CaseRecord) -> CaseSummary:
    entry = await work.row("SELECT entry_id FROM cases WHERE row = $1", case.row)
    rated = await work.row("SELECT 1 FROM case_history WHERE case_row = $1 AND event = 'rated'", case.row)
    assert entry is not None
    issued = await work.row("SELECT code FROM certificates WHERE case_row = $1 AND revoked_ms IS NULL", case.row)
    return CaseSummary(
        number=case.number,
        receipt_number=case.receipt_number,
        service=case.service,
        state=case.state,
        message=case.message,
        submitted_ms=case.submitted_ms,
        changed_ms=case.changed_ms,
        due=case.due,
        certificate=issued is not None,
        entry_id=entry[0],
        rated=rated is not None,
    )


async def _certificate(work: Transaction, person: bytes, number: str, token: bytes) -> Certificate:
    """The card's holder must hold the receipt of that very case, too. What is wrong of the two is not told."""
    row = await work.row(
        "SELECT title, code, pdf FROM certificates JOIN cases ON cases.row = certificates.case_row"
        " WHERE cases.number = $1 AND cases.person = $2 AND cases.token = $3 AND certificates.revoked_ms IS NULL"
        " ORDER BY certificates.issued_ms DESC LIMIT 1",
        number, person, token,
    )  # fmt: skip
    if row is None:
        raise AssuranceError("there is no certificate that this card and this receipt open together")
    return Certificate(*row)
