"""The paper of a session, in its language: its receipt, a copy of another, and the sheet of somebody who cannot be
served here. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from devices.contract import Paper
from kiosk import fees
from kiosk.applicant import masked_name
from kiosk.application import Application
from kiosk.bringing import brought_later
from kiosk.company import masked_company
from kiosk.fees import UNPAID
from kiosk.receipt import Copy, HandedIn, PartCase, receipt_paper, sheet_paper
from kiosk.saying import CHINESE
from kiosk.services.bundle import PartState, next_steps
from kiosk.services.definition import Alternative
from kiosk.services.papers import Papers
from kiosk.services.texts import advised, render
from kiosk.setting import Setting
from kiosk.states import Words
from kiosk.typed_answers import answers_for_paper
from offline_cache.bodies import Applicant

if TYPE_CHECKING:
    from kiosk.session import Session


def receipt_of(session: "Session") -> Paper:
    """Of what was handed in."""
    application, case, setting, person = session.application, session.submitted_case, session.setting, session.person
    assert application is not None
    assert case is not None
    service, helper, parts = application.service, session.helper, application.walk.parts
    region = setting.catalogue.region
    told = HandedIn(
        act=service.act,
        service=service.name,
        submitted=case,
        state=said(session.case_state, setting),
        applicant=person.name,
        place=setting.place,
        then=what_follows(session, application),
        copy=session.copy,
        agent=masked_name(helper.name) if helper else "",
        company=masked_company(application.company) if application.company else "",
        fee=fee_lines(session),
        parts=[PartCase(one.name, one.submitted, said(one.state, setting)) for one in session.part_cases],
        waiting=[one.service.name for one in parts if one.state == "waiting"],
        refused=[
            (one.service.name, advised(one.rule.otherwise, region, person.birth, setting.say))
            for one in parts
            if one.rule
        ],
        bring=brought_later(session),
    )
    return receipt_paper(papers_of(setting), told)


def what_follows(session: "Session", application: Application) -> list[str]:
    """Of what was handed in, for paper and screen."""
    region, birth, say = session.setting.catalogue.region, session.person.birth, session.setting.say
    return [render(text, region, birth, say) for text in next_steps(application.service, application.walk)]


def copy_of(copy: Copy, person: Applicant, setting: Setting, *, copied_by: str = "", fee: str = "") -> Paper:
    """A 补打. copied_by: name of who takes it for the applicant, or empty. fee: what became of it, or
    empty. The receipt does not keep in which language
    the case was handed in: its copy speaks the session's."""
    flow = setting.catalogue.flows.get(copy.service)
    told = HandedIn(
        act=flow.service.act if flow else "apply",
        service=flow.service.name if flow and setting.say.language != CHINESE else copy.service_name,
        submitted=copy.submitted,
        state=said(copy.state, setting),
        applicant=person.name,
        place=setting.place,
        then=[
            render(text, setting.catalogue.region, person.birth, setting.say)
            for text in (flow.service.next_steps if flow else [])
        ],
        copy=copy.number,
        agent=copy.agent,
        company=copy.company,
        copied_by=masked_name(copied_by),
        fee=[fee] if fee else [],
    )
    return receipt_paper(papers_of(setting), told)


def sheet_of(session: "Session", *, with_answers: bool) -> Paper:
    """Where else it can be done; with_answers: and what was filled in so far."""
    application, setting = session.application, session.setting
    assert application is not None
    advice = advised(application.advice, setting.catalogue.region, session.person.birth, setting.say)
    answers = answers_for_paper(application, setting) if with_answers else []
    return sheet(setting, application.service.name, advice, answers)


def sheet(setting: Setting, service: str, advice: Alternative, answers: Sequence[tuple[str, str]] = ()) -> Paper:
    """advice: with all texts filled. answers: see kiosk.typed_answers."""
    printed = f"{setting.wall():%Y-%m-%d %H:%M}"
    return sheet_paper(papers_of(setting), service, advice, setting.place, printed, answers)


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
            session.setting.say,
            state,
            render(payment.what, region, birth, session.setting.say),
            advised(payment.alternative, region, birth, session.setting.say),
        )
    ]


def elsewhere(session: "Session", one: PartState) -> list[str]:
    """Where the part of a bundle goes on that could not be handed in with the others; for the screen."""
    say = session.setting.say
    if one.state == "waiting":
        return [say("{name}：要等前面的事办好再办", name=one.service.name)]
    if one.rule is None:
        return []
    advice = advised(one.rule.otherwise, session.setting.catalogue.region, session.person.birth, say)
    return [
        say("{name}：{reason}", name=one.service.name, reason=advice.reason),
        say("地点：{where}；问：{contact}", where=advice.where, contact=advice.contact),
    ]


def papers_of(setting: Setting) -> Papers:
    return setting.catalogue.speaking(setting.say.language).papers


def said(state: Words, setting: Setting) -> Words:
    """In the session's language; what the platform's people wrote stays as it is."""
    return Words(setting.say(state.word), setting.say.letter(state.text))
