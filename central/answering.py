"""From an opened question to its sealed answer: what is counted first, what is sent on the way, what is looked up."""

from typing import Final

from central import codes_sent, platform_key, typed_acts
from central.acting import SlotError
from central.assurance import AssuranceError
from central.codes_sent import OftenError
from central.companies import NotAuthorisedError
from central.downloads import OfferError
from central.payments import PaymentError
from central.phones import tail
from central.platform import Platform
from central.questions import Addresses, answer, check
from central.sms import SmsError
from central.typed_acts import TypedError
from central.workdays import load_calendar
from sync.proof import CodeSent, SendCode
from sync.question import Perform, Question, QuestionError, seal_answer

REFUSING: Final = (
    QuestionError, AssuranceError, TypedError, SlotError, OftenError, SmsError, NotAuthorisedError, PaymentError,
    OfferError,
)  # fmt: skip
"""By which it is said why a question is not answered; each has a code of sync.wire.REFUSALS."""


async def respond(platform: Platform, kiosk: str, question: Question) -> bytes:
    """Raises one of REFUSING."""
    now_ms, lookup = platform.now_ms(), platform_key.lookup_key(platform.data)
    person = platform_key.person_key(lookup, question.id_number)
    check(question, now_ms)
    match question.act:
        case SendCode():
            return seal_answer(question, await _send(platform, lookup, person, kiosk))
        case Perform(entry_id=entry_id) if question.identified == "typed":
            await platform.store.do(lambda work: typed_acts.count(work, person, kiosk, entry_id, now_ms))
    calendar, addresses = load_calendar(platform.data), Addresses(platform.public_address, platform.pay_url)
    return await platform.store.do(lambda work: answer(work, lookup, calendar, kiosk, question, now_ms, addresses))


async def _send(platform: Platform, lookup: bytes, person: bytes, kiosk: str) -> CodeSent:
    """The gateway is waited for outside of any transaction."""
    if platform.sms is None:
        return CodeSent("", "gateway")
    made = await platform.store.do(lambda work: codes_sent.prepare(work, lookup, person, kiosk, platform.now_ms()))
    if made is None:
        return CodeSent("", "phone")
    try:
        await platform.sms.send(made.phone, made.text)
    except SmsError:
        await platform.store.do(lambda work: codes_sent.end(work, made.row))
        raise
    return CodeSent(tail(made.phone))
