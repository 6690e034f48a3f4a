"""The paper of a session: its receipt, and the sheet of somebody who cannot be served here. Pure."""

from typing import TYPE_CHECKING

from devices.contract import Paper
from kiosk import fees
from kiosk.fees import UNPAID
from kiosk.receipt import PAPERS, receipt_paper, sheet_paper
from kiosk.services.bundle import PartState
from kiosk.services.texts import advised, render

if TYPE_CHECKING:
    from kiosk.session import Session


def receipt_of(session: "Session") -> Paper:
    """Of what was handed in."""
    application, case, setting, person = session.application, session.submitted_case, session.setting, session.person
    assert application is not None
    assert case is not None
    service, helper = application.service, session.helper
    return receipt_paper(
        case,
        service.name,
        [render(text, setting.catalogue.region, person.birth) for text in service.next_steps],
        person,
        setting.place,
        session.case_state,
        session.copy,
        PAPERS[service.act],
        [*session.part_cases],
        [line for one in application.walk.parts for line in elsewhere(session, one)],
        helper.name if helper else "",
        fee_lines(session),
    )


def fee_lines(session: "Session") -> list[str]:
    """What became of the fee, the most important first; empty where nothing is to be paid. What belongs to the parts of
    a bundle is paid afterwards, one by one."""
    application, settled = session.application, session.settled
    if application is None:
        return []
    fees_due = [(one.payment, UNPAID) for one in application.walk.parts if one.payment is not None]
    if settled is not None and application.service.payment is not None:
        fees_due = [(application.service.payment, settled)]
    region, birth = session.setting.catalogue.region, session.person.birth
    return [
        line
        for payment, state in fees_due
        for line in fees.lines(
            session.setting.say, state, render(payment.what, region, birth), advised(payment.alternative, region, birth)
        )
    ]


def elsewhere(session: "Session", one: PartState) -> list[str]:
    """Where the part of a bundle goes on that could not be handed in with the others."""
    if one.state == "waiting":
        return [f"{one.service.name}：要等前面的事办好再办"]
    if one.rule is None:
        return []
    advice = advised(one.rule.otherwise, session.setting.catalogue.region, session.person.birth)
    return [f"{one.service.name}：{advice.reason}", f"到 {advice.where}；问 {advice.contact}"]


def sheet_of(session: "Session") -> Paper:
    """Where else it can be done."""
    application, setting = session.application, session.setting
    assert application is not None
    advice = advised(application.advice, setting.catalogue.region, session.person.birth)
    return sheet_paper(application.service.name, advice, setting.place)
