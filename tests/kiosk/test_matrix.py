"""Every service, for everybody: each way through each definition is played in the session, online and offline, with and
without a printer, to its outcome. Nobody is left without a way on."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec
import pytest

from devices.contract import Card
from kiosk.actions import Agree, Answer, Choose, Next, Print, Sign
from kiosk.effects import AskPlatform, End, PrintPaper, Submit, SubmitAll
from kiosk.online import (
    Done,
    FoundAuthorisation,
    FoundChecked,
    FoundCode,
    FoundHeld,
    FoundSlots,
    FoundUpload,
    WantArrived,
    WantAuthorisation,
    WantCode,
    WantCodeChecked,
    WantSlots,
    WantUpload,
)
from kiosk.pages import AnyPage, Consent, Guide, Menu, NotEligible, Result, Review, Services, Signature
from kiosk.pages import Question as QuestionPage
from kiosk.parts.held import Looking
from kiosk.receipt import CHINA_TIME, Submitted
from kiosk.saying import CHINESE
from kiosk.services import answers as checks
from kiosk.services.definition import Choice, Question
from kiosk.services.exploring import NOW, paths
from kiosk.services.flow import Flow, Ineligible, Ready, Situation
from kiosk.services.texts import birthday
from kiosk.session_state import At
from kiosk.setting import Works
from kiosk.states import DELIVERED, QUEUED
from tests.kiosk.world import ACCOUNT, COMPANY, CREDIT_CODE, NAME, PHONE, Hand, built_in, card_of

CATALOGUE = built_in()
ID_NUMBER = card_of("younger").id_number
TEXTS = ["测试", PHONE, ACCOUNT, ID_NUMBER, f"{ID_NUMBER}42", "2020", "12", "A1234567", "1"]
CASE = Submitted("K0001-000002-F", 1_795_400_000_000, b"t" * 16, b"d" * 32, b"s" * 64, "http://platform.example")
DONE = Done("BJ20260115000001", "accepted", "约好了", 1_795_400_000_000, b"t" * 16, "http://platform.example")
CHILD = 14
PAPERS = {"present": ("confirmed", ""), "absent": ("failed-clean", "printer.absent"), "lost": ("unknown", "printer.x")}


@dataclass(frozen=True)
class Way:
    """end: the rule that refuses, or `ready`."""

    situation: Situation
    answers: Mapping[str, str]
    end: str


def ways(flow: Flow) -> Iterator[Way]:
    """One for each end in each state of the network, of people with a card who come themselves."""
    seen: set[tuple[object, ...]] = set()
    for situation, given, walk in paths(flow):
        values = situation.values
        end = walk.then.rule.id if isinstance(walk.then, Ineligible) else "ready"
        kind = (end, values["network"], values["applicant"])
        if values["role"] != "self" or values["identified"] != "card" or situation.held or kind in seen:
            continue
        if values["applicant"] == "company" and int(values["age"]) < CHILD:
            continue  # nobody so young acts for a company: kiosk.parts.company says so before any question
        seen.add(kind)
        yield Way(situation, given, end)


def wall(flow: Flow, way: Way) -> datetime:
    """A moment at which season and hours are as the way wants them."""
    wanted = {name: way.situation.values.get(name, "open") for name in ("season", "hours")}
    wanted = {name: "open" if value == "open" else "closed" for name, value in wanted.items()}
    moments = (NOW + timedelta(days=day, hours=hour) for day, hour in itertools.product(range(0, 366, 3), (0, 13)))
    return next(moment for moment in moments if flow.on(moment) == wanted).replace(tzinfo=CHINA_TIME)


def card(values: Mapping[str, object], now: datetime) -> Card:
    age = values["age"]
    assert isinstance(age, int)
    if values.get("applicant") == "company":
        age = max(age, 18)
    today = now.date()
    birth = birthday(date(today.year, today.month, min(today.day, 28)), -max(age, 0))
    sex = values["sex"] if values["sex"] in ("男", "女") else "女"
    address = "四川省青禾县柳溪镇" if values["residence"] == "local" else "四川省远山县"
    return msgspec.structs.replace(
        card_of("elder"), birth=birth.isoformat(), sex=str(sex), address=address, newest_address=""
    )


def answer(question: Question, wanted: str, today: date) -> str:
    """What the way wants, or anything that passes."""
    offered = [question.low, *TEXTS, (today + timedelta(days=40)).strftime("%Y%m%d"), "20200101"]
    options = [option.value for option in question.options]
    for value in [wanted, *options, *map(str, offered)]:
        if not checks.problem(question, value, today):
            return value
    raise AssertionError(f"no sample answers {question.id}: {question.pattern_hint}")


def moved(date_answer: str, now: datetime) -> str:
    """Dates of a way are told from the day on which definitions are explored."""
    return f"{int(date_answer[:4]) + now.year - NOW.year}{date_answer[4:]}"


def play(
    flow: Flow, way: Way, paper: str, language: str = CHINESE, seen: Callable[[AnyPage], None] = lambda _: None
) -> Hand:
    """seen: gets each page."""
    now = wall(flow, way)
    works = Works(**{name: way.situation.values[name] in ("up", "yes") for name in ("network", "camera", "upload")})
    person = card(way.situation.values, now)
    hand = Hand(catalogue=CATALOGUE, works=works, card=person, wall=now, language=language).open()
    seen(hand.page)
    hand.act(Choose(flow.service.service))
    for _ in range(200):
        page, session = hand.page, hand.session
        seen(page)
        if isinstance(page, QuestionPage) and page.question == "pin":
            for digit in "274951":
                hand.act(Answer(hand.page.value + digit))
            hand.act(Next())
            hand.session.pin_tried(accepted=True, wait_s=0.0)
        elif isinstance(page, QuestionPage) and page.question == "code":
            hand.act(Answer("274951"), Next())
        elif isinstance(session.part, Looking):
            hand.act(Choose("yes"))
            hand.answered(FoundHeld(way.situation.held, more=False))
            hand.act(Next())
        elif isinstance(page, QuestionPage) and page.question == "slot":
            hand.act(Answer(page.options[0].value), Next())
        elif isinstance(page, QuestionPage) and page.kind == "credit-code":
            hand.act(Answer(CREDIT_CODE), Next())
        elif isinstance(page, Menu):
            offered = {option.value for option in page.options} & {way.situation.values["applicant"], "later", "typed"}
            hand.act(*(Choose(str(value)) for value in offered) if offered else [Next()])
        elif isinstance(page, QuestionPage):
            assert session.application is not None
            question = session.application.question
            assert question is not None
            wanted = way.answers.get(question.id, "")
            wanted = moved(wanted, now) if question.kind == "date" and wanted.isdecimal() else wanted
            hand.act(Answer(answer(question, wanted, now.date())), Next())
            assert hand.page != page, (question.id, getattr(hand.page, "error", ""))
        elif isinstance(page, Guide | Review):
            hand.act(Next())
        elif isinstance(page, Consent):
            hand.act(Agree(True), Next())
        elif isinstance(page, Signature):
            hand.act(Sign(NAME), Next())
        elif isinstance(page, Result | NotEligible):
            break
        for effect in hand.effects():
            report(hand, effect, paper)
    return hand


def report(hand: Hand, effect: object, paper: str) -> None:
    match effect:
        case Submit():
            hand.session.submitted(CASE, QUEUED)
            hand.session.state_changed([DELIVERED if hand.works.network else QUEUED])
        case SubmitAll(parts):
            hand.session.submitted(CASE, QUEUED, [CASE] * len(parts))
        case AskPlatform(_, WantSlots()):
            hand.answered(FoundSlots([Choice(value="s1", label="明天上午")]))
        case AskPlatform(_, WantAuthorisation()):
            hand.answered(FoundAuthorisation(True, COMPANY, "active", "agent", ""))
        case AskPlatform(_, WantCode()):
            hand.answered(FoundCode("0018"))
        case AskPlatform(_, WantCodeChecked()):
            hand.answered(FoundChecked(b"t" * 32))
        case AskPlatform(_, WantUpload() | WantArrived()):
            hand.answered(FoundUpload(1, 1800, "http://platform.example/u/x"))
        case AskPlatform():
            hand.answered(DONE)
        case PrintPaper():
            hand.session.printed(*PAPERS[paper])
    for following in hand.effects():
        report(hand, following, paper)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("flow", CATALOGUE.flows.values(), ids=CATALOGUE.flows)
def test_every_way_ends_in_an_outcome(flow: Flow, paper: str) -> None:
    found = list(ways(flow))
    assert {way.end for way in found} >= {"ready"}, "somebody is served"
    for way in found:
        hand = play(flow, way, paper)
        page = hand.page
        submitted = [effect for effect in hand.performed if isinstance(effect, Submit | SubmitAll)]
        if way.end == "ready":
            assert isinstance(page, Result), (way, page)
            assert page.number, "a short code that can be written down"
            assert len(submitted) == (0 if flow.service.mode == "online" else 1)
            if flow.service.paper != "none":
                assert page.paper == {"present": "confirmed", "absent": "failed", "lost": "unknown"}[paper]
        else:
            assert isinstance(page, NotEligible), (way, page)
            assert page.reason
            assert all(fact.value for fact in page.facts)
            assert not submitted
            hand.act(Print())
            for effect in hand.effects():
                report(hand, effect, paper)
            assert hand.page.paper
            hand.act(Next())
            assert isinstance(hand.page, Services)
        if isinstance(page, Result):
            hand.act(Next())
            assert hand.session.at is At.ENDED
            assert isinstance(hand.effects()[-1], End)


def test_the_matrix_reaches_every_rule() -> None:
    """Beside those of people without a card and of helpers, who have tests of their own."""
    for name, flow in CATALOGUE.flows.items():
        ends = {way.end for way in ways(flow)}
        missed = {rule.id for rule in flow.service.eligibility} - ends
        assert all("role" in flow.require[rule].names or "identified" in flow.require[rule].names for rule in missed), (
            name, missed,
        )  # fmt: skip


def test_walks_that_are_ready_want_a_consent() -> None:
    for flow in CATALOGUE.flows.values():
        assert all(walk.consents for *_, walk in itertools.islice(paths(flow), 2000) if isinstance(walk.then, Ready))
