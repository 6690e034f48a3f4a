"""What the screen shows at each place of a session. Pure."""

from typing import Any

from kiosk import bringing
from kiosk.advice_page import advice_page
from kiosk.applicant import masked_name, masked_number, number_instead
from kiosk.application import Application
from kiosk.codes import described
from kiosk.handing_in import UNKNOWN
from kiosk.pages import (
    AnyPage,
    Consent,
    Fact,
    Guide,
    NotEligible,
    Option,
    PartRow,
    Problem,
    Question,
    Result,
    Review,
    Services,
    Tile,
    Working,
)
from kiosk.saying import to_say
from kiosk.services import answers as checks
from kiosk.services import definition
from kiosk.services.bundle import PartState
from kiosk.services.flow import Flow
from kiosk.services.paper import PAPER_OF
from kiosk.services.signed import to_sign
from kiosk.services.texts import advised, render
from kiosk.session import Session
from kiosk.session_paper import elsewhere, fee_lines, what_follows
from kiosk.session_state import At, Print
from kiosk.setting import TILES
from kiosk.submitting import demanded

_PAPER = {
    Print.NONE: ("", ""),
    Print.PRINTING: ("printing", to_say("正在打印回执……")),
    Print.CONFIRMED: ("confirmed", to_say("回执已打印，请取走。")),
    Print.FAILED: ("failed", to_say("回执没有打印出来。您的申请已经提交，不受影响。请用手机拍下这一页。")),
    Print.UNKNOWN: ("unknown", to_say("打印机没有回话。纸出来了吗？")),
}
_SLIP = {
    **_PAPER,
    Print.PRINTING: ("printing", to_say("正在打印凭条……")),
    Print.CONFIRMED: ("confirmed", to_say("凭条已打印，请取走。")),
    Print.FAILED: ("failed", to_say("凭条没有打印出来。事情已经交上去，不受影响。请用手机拍下这一页。")),
}
_DONE = {
    "apply": to_say("已提交"),
    "book": to_say("约好了"),
    "report": to_say("办好了"),
    "certificate": to_say("已申请"),
}
_NUMBERS = {
    "apply": to_say("回执号"),
    "book": to_say("预约号"),
    "report": to_say("办件号"),
    "certificate": to_say("办件号"),
}
_SUBMITTING = {False: to_say("正在加密保存，请稍等……"), True: to_say("正在和办事平台办理，请稍等……")}
_PARTS = {
    "ready": to_say("一起交"),
    "refused": to_say("这次不能办"),
    "waiting": to_say("要等前面的事办好"),
    "left": to_say("这次不办"),
    "not-needed": to_say("不用办"),
}
_NOT_NOW = {
    "network": to_say("没有网络，现在办不了"),
    "season": to_say("现在不在办理期"),
    "hours": to_say("现在不在办理时间"),
}
_PRINTS = {
    "receipt": to_say("一张回执"),
    "slip": to_say("一张凭条"),
    "none": to_say("不打印"),
}
ALSO = 3
"""So many services are named on the result's page beside the one that was handed in."""


def page(session: Session) -> AnyPage:
    application, say = session.application, session.setting.say
    if session.part is not None:
        return session.part.page()
    match session.at:
        case At.SERVICES:
            return _services(session)
        case At.PROBLEM:
            return _problem(session)
        case At.SUBMITTING:
            text = say(_SUBMITTING[bool(application and application.service.mode == "online")])
            return Working(title=say("正在提交"), person=_person(session), text=text)
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
            return Working(title=say("请稍等"), person=_person(session), text=say("正在打开，请把卡放稳……"))


def _person(session: Session) -> str:
    return session.shown_person


def _text(session: Session, text: str) -> str:
    setting = session.setting
    return render(text, setting.catalogue.region, session.person.birth, setting.say)


def _services(session: Session) -> Services:
    at, pages, say = session.tile_page, session.tile_pages, session.setting.say
    flows = session.offered[at * TILES : (at + 1) * TILES]
    place = say("（第{page}页，共{pages}页）", page=at + 1, pages=pages) if pages > 1 else ""
    return Services(
        title=say("您要办什么事？") + place,
        person=_person(session),
        back=at > 0,
        next_label="" if pages == 1 else say("更多的事") if at + 1 < pages else say("回到第1页"),
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
        languages=session.languages,
    )


def _note(session: Session, flow: Flow) -> str:
    situation = session.situation()
    refuses = flow.exit_now(situation)
    if refuses is None:
        return session.setting.say("您可能可以办") if flow.is_likely(situation, session.known) else ""
    return session.setting.say(_NOT_NOW.get(refuses.id, ""))


def _part(session: Session, one: PartState) -> str:
    say = session.setting.say
    if one.rule is None:
        return say(_PARTS[one.state])
    return say("{part}：{text}", part=say(_PARTS[one.state]), text=_text(session, one.rule.otherwise.reason))


def _answer(session: Session, question: definition.Question, answer: str) -> str:
    shown = checks.shown(question, answer, session.setting.say)
    return _text(session, shown) if question.kind == "choice" else shown


def _guide(session: Session, application: Application) -> Guide:
    service, say = application.service, session.setting.say
    wanted = say("；").join(one.name for one in application.flow.materials)
    return Guide(
        title=service.name,
        person=_person(session),
        back=True,
        next_label=say("开始办理"),
        text=_text(session, service.about) + _unchecked(session, application),
        facts=[
            Fact(label=say("大约要"), value=say("{minutes}分钟", minutes=service.minutes)),
            Fact(label=say("费用"), value=_text(session, service.fee)),
            *_fee_facts(session, service),
            Fact(label=say("要准备"), value=_text(session, wanted) or say("身份证")),
            *_proof_facts(session, application),
            Fact(label=say("打印"), value=say(_PRINTS[service.paper])),
            Fact(label=say("办理时限"), value=_text(session, service.limit)),
            Fact(label=say("谁来办"), value=service.office),
        ],
    )


def _proof_facts(session: Session, application: Application) -> list[Fact]:
    """What more than a card will be wanted, before anything is typed."""
    say, wanted = session.setting.say, demanded(application)
    if session.proof.reaches(wanted):
        return []
    if wanted == "card+code":
        how = say("要收短信验证码；收不到的，请工作人员当面核对")
    else:
        how = say("要工作人员当面核对，请先看看有没有工作人员")
    return [Fact(label=say("核对本人"), value=how)]


def _unchecked(session: Session, application: Application) -> str:
    """What a company's agent has to know whom nobody could be asked about."""
    if application.company is None or application.company.name:
        return ""
    return session.setting.say("您替单位办事的授权还没有核对，平台收到后再核对；没有授权的，会退回来。")


def _fee_facts(session: Session, service: definition.Service) -> list[Fact]:
    """How the fee can be paid is said before anybody starts."""
    say, payment = session.setting.say, service.payment
    if payment is None:
        return []
    if session.setting.works().network:
        text = say("交上以后，可以在这里用手机扫码缴，也可以以后缴")
    else:
        other = advised(payment.alternative, session.setting.catalogue.region, session.person.birth, say)
        text = say("现在没联网，这里不能缴。以后可以这样缴：{where}", where=other.where)
    return [Fact(label=say("怎么缴"), value=text)]


def _question(session: Session, application: Application) -> Question:
    question = application.question
    assert question is not None
    say = session.setting.say
    options = [Option(value=option.value, label=_text(session, option.label)) for option in question.options]
    if checks.may_stay_open(question):
        options = [Option(value="unsaid", label=say("不会打字，先空着"))]
    typed: dict[str, Any] = {"value": application.typed, "max_length": question.max_length}
    if application.entry is not None:
        typed = application.entry.shown()
    return Question(
        title=application.service.name,
        person=_person(session),
        back=True,
        next_label=say("下一步"),
        step=application.place,
        steps=application.walk.total + 2,
        question=question.id,
        text=_text(session, question.ask),
        help=_text(session, question.help),
        kind=question.kind,
        error=application.error,
        options=options,
        group=question.group,
        **typed,
    )


def _not_eligible(session: Session, application: Application) -> NotEligible:
    say = session.setting.say
    advice = advised(application.advice, session.setting.catalogue.region, session.person.birth, say)
    title = say("{service}：现在不能在这里办", service=application.service.name)
    has_answers = bool(application.walk.asked)
    next_label = say("看看别的事")
    return advice_page(title, _person(session), advice, session.print, say, next_label, has_answers=has_answers)


def _review(session: Session, application: Application) -> Review:
    person, say = session.person, session.setting.say
    walk = application.walk
    fixed = [
        *_company(session, application),
        Fact(
            label=say("经办人") if application.company else say("姓名"),
            value=masked_name(person.name) or say("没有刷卡"),
        ),
        *([Fact(label=say("代办人"), value=masked_name(session.helper.name))] if session.helper else []),
        Fact(label=say("身份证号"), value=masked_number(person.id_number)),
    ]
    given = [
        Fact(
            label=_text(session, question.label),
            value=_reviewed(session, question, application.answers[question.id]),
            question=question.id,
        )
        for question in walk.asked
    ]
    given += [Fact(label=f"{one.service.name}", value=_part(session, one)) for one in walk.parts]
    held = {
        id_
        for ways in (walk.given, *(one.given or {} for one in walk.parts))
        for id_, way in ways.items()
        if way == "held"
    }
    given += [
        Fact(label=_text(session, one.name), value=session.setting.say("不用交，平台已有"))
        for one in application.flow.materials
        if one.id in held
    ]
    if application.slot is not None:
        given.append(Fact(label=say("预约的时间"), value=application.slot.label))
    return Review(
        title=say("请核对"),
        person=_person(session),
        back=True,
        next_label=say("都对，下一步"),
        step=walk.total + 1,
        steps=walk.total + 2,
        facts=[*fixed, *given],
    )


def _company(session: Session, application: Application) -> list[Fact]:
    """In full, to be checked: here only."""
    company, say = application.company, session.setting.say
    if company is None:
        return []
    return [
        Fact(label=say("单位"), value=company.name or say("授权还没有核对")),
        Fact(label=say("信用代码"), value=company.credit_code),
    ]


def _reviewed(session: Session, question: definition.Question, answer: str) -> str:
    """What was read from the guardian's card needs no checking."""
    if question.id == "guardian_id" and session.guardian and answer == session.guardian.id_number:
        return masked_number(answer)
    return _answer(session, question, answer)


def _consent(session: Session, application: Application) -> Consent:
    consent, say = application.open_consent, session.setting.say
    assert consent is not None
    walk = application.walk
    last = len(walk.consents) == len(application.agreed) + 1 and to_sign(application.service, walk) is None
    steps = walk.total + 2
    return Consent(
        title=say("请您同意"),
        person=_person(session),
        back=True,
        next_label=(say("提交") if last else say("下一步")) if session.agreed else "",
        step=steps,
        steps=steps,
        text=_text(session, consent.text),
        agree_label=_agreed(session, application, consent.agree),
        agreed=session.agreed,
    )


def _agreed(session: Session, application: Application, agree: str) -> str:
    """The words on the button; who agrees for a child is named."""
    say, guardian = session.setting.say, application.counted_answers().get("guardian_name")
    if guardian and session.helper:
        return say("我已征得监护人{name}同意：{agree}", name=masked_name(guardian), agree=agree)
    if guardian:
        return say("监护人{name}：{agree}", name=masked_name(guardian), agree=agree)
    return say("我已征得本人同意：{agree}", agree=agree) if session.helper else agree


def _result(session: Session, application: Application) -> Result:
    case, say = session.submitted_case, session.setting.say
    assert case is not None
    papers = _PAPER if PAPER_OF[application.service.act] == "receipt" else _SLIP
    paper, paper_text = papers[session.print]
    return Result(
        title=say(_DONE[application.service.act]),
        person=_person(session),
        back=session.print is not Print.PRINTING,
        back_label=say("办别的事"),
        next_label="" if session.print is Print.PRINTING else say("完成，收起信息"),
        number=case.number,
        numbered=say(_NUMBERS[application.service.act]),
        service=application.service.name,
        state=say(session.case_state.word),
        state_text=say.letter(session.case_state.text),
        then=[
            *bringing.lines(session),
            *(line for one in application.walk.parts for line in elsewhere(session, one)),
            *what_follows(session, application),
            *_also(session),
        ],
        qr=case.qr,
        paper=paper,
        paper_text=say(paper_text),
        code=session.code,
        parts=[
            PartRow(name=one.name, number=one.submitted.number, state=say(one.state.word)) for one in session.part_cases
        ],
        payment="".join(fee_lines(session)[:1]),
    )


def _also(session: Session) -> list[str]:
    say, names = session.setting.say, session.also_likely[:ALSO]
    return [say("您可能还可以办：{names}", names=say("、").join(names))] if names else []


def _after_problem(session: Session) -> str:
    say = session.setting.say
    if not session.application:
        return say("用身份证号接着办") if number_instead(session.code, session.person) else say("知道了")
    return say("看看别的事") if session.code == "question.often" else say("再试一次")


def _meanwhile(session: Session) -> str:
    """Where an act is done of which nobody knows whether it was done here."""
    application = session.application
    if session.code != UNKNOWN or application is None:
        return ""
    setting, other = session.setting, application.service.alternatives
    advice = advised(other.offline or other.elsewhere, setting.catalogue.region, session.person.birth, setting.say)
    return "\n" + setting.say("等不及的：{where}；{contact}", where=advice.where, contact=advice.contact)


def _problem(session: Session) -> Problem:
    say = session.setting.say
    description = described(session.code, say)
    return Problem(
        title=description.title,
        person=_person(session),
        back=session.may_correct,
        next_label=_after_problem(session),
        text=description.title,
        todo=description.todo + _meanwhile(session),
        code=session.code,
    )
