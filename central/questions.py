"""Answers about one citizen: their cases, their payments, their certificates. Nothing of a question is stored."""

from dataclasses import dataclass
from typing import Final

from central import (
    acting,
    alarms,
    aside,
    assurance,
    cases,
    codes_sent,
    companies,
    downloads,
    held,
    payments,
    phone_uploads,
)
from central.assurance import AssuranceError
from central.bundles import bundle_of
from central.cases import CaseRecord
from central.platform_key import person_key
from central.store import Transaction
from central.workdays import Calendar, china_day
from sync.proof import CheckCode, HeldCertificates, SendCode
from sync.question import (
    FRESH_MS,
    Answer,
    Called,
    CallStaff,
    Cases,
    CaseSummary,
    CheckAuthorisation,
    GetPayment,
    GetSlots,
    LookUpload,
    MyCases,
    OfferCertificate,
    OpenPayment,
    OpenUpload,
    Perform,
    PutAside,
    Question,
    QuestionError,
    TakeUp,
    seal_answer,
)

MAX_PLACE: Final = 200
_WITHOUT_CARD: Final = (GetSlots, Perform, CallStaff, OpenUpload, LookUpload)


def check(question: Question, now_ms: int) -> None:
    """Raises QuestionError and AssuranceError."""
    if abs(now_ms - question.asked_ms) > FRESH_MS:
        raise QuestionError("the question is too old, or from a clock that is wrong")
    if question.identified not in ("card", "card+person") and not isinstance(question.act, _WITHOUT_CARD):
        raise AssuranceError("a typed number opens nothing")


@dataclass(frozen=True)
class Addresses:
    """Where phones reach the platform, and where they pay (see Platform)."""

    public: str = ""
    pay: str = ""


async def answer(
    work: Transaction,
    lookup_key: bytes,
    calendar: Calendar,
    kiosk: str,
    question: Question,
    now_ms: int,
    addresses: Addresses,
) -> bytes:
    """Sealed for the question. Raises QuestionError, AssuranceError, TypedError, SlotError, NotAuthorisedError,
    PaymentError and OfferError."""
    check(question, now_ms)
    person = person_key(lookup_key, question.id_number)
    level = await assurance.reached(work, person, kiosk, question, now_ms)
    match question.act:
        case MyCases():
            found: Answer = Cases([await _summary(work, case, now_ms) for case in await cases.of_person(work, person)])
        case GetSlots(service):
            found = await acting.slots(work, service, now_ms)
        case Perform():
            found = await acting.perform(work, calendar, kiosk, person, question.act, level, now_ms)
        case PutAside(draft):
            found = await aside.put_aside(work, lookup_key, question.id_number, draft, now_ms)
        case TakeUp():
            found = await aside.take_up(work, lookup_key, question.id_number, now_ms)
        case CheckAuthorisation(code, service):
            found = await companies.authorisation(work, person, code, service, china_day(now_ms))
        case CheckCode(code):
            found = await codes_sent.check(work, lookup_key, person, kiosk, code, now_ms)
        case HeldCertificates(kinds):
            found = await held.told(work, person, kinds, level, now_ms)
        case SendCode():
            raise QuestionError("a code is sent outside of a transaction")
        case OpenPayment():
            if not addresses.pay:
                raise payments.PaymentError("payment.none", "no payment platform is connected")
            order = await payments.open_order(work, person, question.act, level, now_ms)
            found = payments.told(order, addresses.pay)
        case GetPayment(number):
            found = payments.told(await payments.of_person(work, person, number, now_ms), addresses.pay)
        case OfferCertificate():
            found = await downloads.offer(work, person, question.act, level, addresses.public, now_ms)
        case CallStaff(place):
            found = Called(await alarms.called(work, kiosk, place[:MAX_PLACE], now_ms))
        case OpenUpload():
            found = await phone_uploads.open_upload(work, kiosk, person, question.act, now_ms)
        case LookUpload():
            found = await phone_uploads.look(work, person, question.act, now_ms)
    return seal_answer(question, found)


async def _summary(work: Transaction, case: CaseRecord, now_ms: int) -> CaseSummary:
    entry = await work.row("SELECT entry_id, body FROM cases WHERE row = $1", case.row)
    rated = await work.row("SELECT 1 FROM case_history WHERE case_row = $1 AND event = 'rated'", case.row)
    assert entry is not None
    issued = await work.row("SELECT code FROM certificates WHERE case_row = $1 AND revoked_ms IS NULL", case.row)
    payment, fen = await payments.state_of(work, case, entry[0], entry[1], now_ms)
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
        bundle=await bundle_of(work, case),
        payment=payment,
        fen=fen,
    )
