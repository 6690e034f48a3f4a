"""What the screen shows at each place of a session. Pure."""

from typing import Any

from kiosk.advice_page import advice_page
from kiosk.applicant import masked_name, masked_number
from kiosk.application import Application
from kiosk.codes import describe
from kiosk.pages import (
    AnyPage,
    Consent,
    Fact,
    Guide,
    NotEligible,
    Option,
    Problem,
    Question,
    Result,
    Review,
    Services,
    Tile,
    Working,
)
from kiosk.receipt import PAPERS
from kiosk.services import answers as checks
from kiosk.services import definition
from kiosk.services.bundle import PartState
from kiosk.services.flow import Flow
from kiosk.services.texts import advised, render
from kiosk.session import Session
from kiosk.session_paper import elsewhere, fee_lines
from kiosk.session_state import At, Print
from kiosk.setting import TILES

_PAPER = {
    Print.NONE: ("", ""),
    Print.PRINTING: ("printing", "正在打印回执……"),
    Print.CONFIRMED: ("confirmed", "回执已打印，请取走。"),
    Print.FAILED: ("failed", "回执没有打印出来。您的申请已经提交，不受影响。请用手机拍下这一页。"),
    Print.UNKNOWN: ("unknown", "打印机没有回话。纸出来了吗？"),
}
_DONE = {"apply": "已提交", "book": "约好了", "report": "办好了", "certificate": "已申请"}
_SUBMITTING = {False: "正在加密保存，请稍等……", True: "正在和办事平台办理，请稍等……"}
_PARTS = {
    "ready": "一起交",
    "refused": "这次不能办",
    "waiting": "要等前面的事办好",
    "left": "这次不办",
    "not-needed": "不用办",
}
_PRINTS = {"receipt": "一张回执", "slip": "一张凭条", "certificate": "证明", "none": "不打印"}


def page(session: Session) -> AnyPage:
    application = session.application
    if session.part is not None:
        return session.part.page()
    match session.at:
        case At.SERVICES:
            return _services(session)
        case At.PROBLEM:
            return _problem(session)
        case At.SUBMITTING:
            text = _SUBMITTING[bool(application and application.service.mode == "online")]
            return Working(title="正在提交", person=_person(session), text=text)
        case At.GUIDE if application:
            return _guide(session, application)
        case At.QUESTION if application:
            return _question(session, application)
        case At.INELIGIBLE if application:
            return _not_eligible(session, application)
        case At.REVIEW if application:
            return _review(session, application)
        case At.CONSENT if application and application.open_consent:
            return _consent(session, application)
        case At.RESULT if application:
            return _result(session, application)
        case _:
            return Working(title="请稍等", person=_person(session), text="正在打开，请把卡放稳……")


def _person(session: Session) -> str:
    return session.shown_person


def _text(session: Session, text: str) -> str:
    return render(text, session.setting.catalogue.region, session.person.birth)


def _services(session: Session) -> Services:
    at, pages = session.tile_page, session.tile_pages
    flows = session.offered[at * TILES : (at + 1) * TILES]
    return Services(
        title="您要办什么事？" + (f"（第{at + 1}页，共{pages}页）" if pages > 1 else ""),
        person=_person(session),
        back=at > 0,
        next_label="" if pages == 1 else "更多的事" if at + 1 < pages else "回到第1页",
        tiles=[
            Tile(
                service=flow.service.service,
                name=flow.service.name,
                summary=_text(session, flow.service.summary),
                note=_note(session, flow),
            )
            for flow in flows
        ],
        cases=session.case_count,
        has_card=session.has_card,
        draft=session.setting.catalogue.flows[session.draft.service].service.name if session.draft else "",
    )


def _note(session: Session, flow: Flow) -> str:
    situation = session.situation()
    refuses = flow.exit_now(situation)
    if refuses is None:
        return "您可能可以办" if flow.is_likely(situation) else ""
    words = {"network": "没有网络，现在办不了", "season": "现在不在办理期", "hours": "现在不在办理时间"}
    return words.get(refuses.id, "")


def _part(session: Session, one: PartState) -> str:
    if one.rule is None:
        return _PARTS[one.state]
    return f"{_PARTS[one.state]}：{_text(session, one.rule.otherwise.reason)}"


def _answer(session: Session, question: definition.Question, answer: str) -> str:
    shown = checks.shown(question, answer)
    return _text(session, shown) if question.kind == "choice" else shown


def _guide(session: Session, application: Application) -> Guide:
    service = application.service
    wanted = "；".join(one.name for one in application.flow.materials)
    return Guide(
        title=service.name,
        person=_person(session),
        back=True,
        next_label="开始办理",
        text=_text(session, service.about),
        facts=[
            Fact(label="大约要", value=f"{service.minutes}分钟"),
            Fact(label="费用", value=_text(session, service.fee)),
            *_fee_facts(session, service),
            Fact(label="要准备", value=_text(session, wanted) or "身份证"),
            Fact(label="打印", value=_PRINTS[service.paper]),
            Fact(label="办理时限", value=_text(session, service.limit)),
            Fact(label="谁来办", value=service.office),
        ],
    )


def _fee_facts(session: Session, service: definition.Service) -> list[Fact]:
    """How the fee can be paid is said before anybody starts."""
    say, payment = session.setting.say, service.payment
    if payment is None:
        return []
    if session.setting.works().network:
        text = say("交上以后，可以在这里用手机扫码缴，也可以以后缴")
    else:
        other = advised(payment.alternative, session.setting.catalogue.region, session.person.birth)
        text = say("现在没联网，这里不能缴；以后到 {where} 缴", where=other.where)
    return [Fact(label=say("怎么缴"), value=text)]


def _question(session: Session, application: Application) -> Question:
    question = application.question
    assert question is not None
    typed: dict[str, Any] = {"value": application.typed, "max_length": question.max_length}
    if application.entry is not None:
        typed = application.entry.shown()
    return Question(
        title=application.service.name,
        person=_person(session),
        back=True,
        next_label="下一步",
        step=application.place,
        steps=application.walk.total + 2,
        question=question.id,
        text=_text(session, question.ask),
        help=_text(session, question.help),
        kind=question.kind,
        error=application.error,
        options=[Option(value=option.value, label=_text(session, option.label)) for option in question.options],
        group=question.group,
        **typed,
    )


def _not_eligible(session: Session, application: Application) -> NotEligible:
    advice = advised(application.advice, session.setting.catalogue.region, session.person.birth)
    title = f"{application.service.name}：现在不能在这里办"
    return advice_page(title, _person(session), advice, session.print, "看看别的事")


def _review(session: Session, application: Application) -> Review:
    person = session.person
    walk = application.walk
    fixed = [
        Fact(label="姓名", value=masked_name(person.name) or "没有刷卡"),
        *([Fact(label="代办人", value=masked_name(session.helper.name))] if session.helper else []),
        Fact(label="身份证号", value=masked_number(person.id_number)),
    ]
    given = [
        Fact(
            label=_text(session, question.label),
            value=_answer(session, question, application.answers[question.id]),
            question=question.id,
        )
        for question in walk.asked
    ]
    given += [Fact(label=f"{one.service.name}", value=_part(session, one)) for one in walk.parts]
    if application.slot is not None:
        given.append(Fact(label="预约的时间", value=application.slot.label))
    return Review(
        title="请核对",
        person=_person(session),
        back=True,
        next_label="都对，下一步",
        step=walk.total + 1,
        steps=walk.total + 2,
        facts=[*fixed, *given],
    )


def _consent(session: Session, application: Application) -> Consent:
    consent = application.open_consent
    assert consent is not None
    last = len(application.walk.consents) == len(application.agreed) + 1
    steps = application.walk.total + 2
    return Consent(
        title="请您同意",
        person=_person(session),
        back=True,
        next_label=("提交" if last else "下一步") if session.agreed else "",
        step=steps,
        steps=steps,
        text=_text(session, consent.text),
        agree_label=f"我已征得本人同意：{consent.agree}" if session.helper else consent.agree,
        agreed=session.agreed,
    )


def _result(session: Session, application: Application) -> Result:
    case = session.submitted_case
    assert case is not None
    paper, paper_text = _PAPER[session.print]
    _, _, numbered = PAPERS[application.service.act]
    return Result(
        title=_DONE[application.service.act],
        person=_person(session),
        next_label="" if session.print is Print.PRINTING else "完成，收起信息",
        number=case.number,
        numbered=numbered,
        service=application.service.name,
        state=session.case_state.word,
        state_text=session.case_state.text,
        then=[
            *(f"{name}：回执号 {part.number}" for name, part in session.part_cases),
            *(line for one in application.walk.parts for line in elsewhere(session, one)),
            *(_text(session, text) for text in application.service.next_steps),
        ],
        qr=case.qr,
        paper=paper,
        paper_text=paper_text,
        code=session.code,
        payment="".join(fee_lines(session)[:1]),
    )


def _problem(session: Session) -> Problem:
    description = describe(session.code)
    return Problem(
        title=description.title,
        person=_person(session),
        next_label="再试一次" if session.application else "知道了",
        text=description.title,
        todo=description.todo,
        code=session.code,
    )
