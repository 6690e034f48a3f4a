"""Whatever anybody taps, and however storage and printer behave: there is a way on and a way out, nothing is
submitted twice or without consent, nothing unknown is printed again, and nothing personal outlives the end."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk import actions
from kiosk.effects import (
    AskPlatform,
    Effect,
    LoadCases,
    LoadCopy,
    OpenCard,
    PrintPaper,
    Submit,
    SubmitAll,
    Tell,
    TryPin,
)
from kiosk.online import (
    Done,
    FoundAside,
    FoundAuthorisation,
    FoundCalled,
    FoundCases,
    FoundChecked,
    FoundCode,
    FoundHeld,
    FoundSlots,
    OnlineCase,
    WantAside,
    WantAuthorisation,
    WantCalled,
    WantCases,
    WantCode,
    WantCodeChecked,
    WantDone,
    WantHeld,
    WantSlots,
    WantTakenUp,
)
from kiosk.pages import CaseRow
from kiosk.parts.help import CallAttendant, Helping
from kiosk.parts.leaving import Leaving
from kiosk.parts.one_case import OneCase
from kiosk.proof import TYPED
from kiosk.receipt import Copy, Submitted
from kiosk.services.definition import Choice
from kiosk.session_state import At, DraftFound, Print
from kiosk.setting import Works
from kiosk.states import DELIVERED, QUEUED
from kiosk.submitting import demanded
from kiosk.typed_number import card_of_number
from offline_cache.assurance import reaches
from offline_cache.bodies import Supplement
from tests.kiosk.test_matrix import answer
from tests.kiosk.world import ACCOUNT, ANSWERS, COMPANY, CREDIT_CODE, NAME, PHONE, Hand, built_in, card_of, child_card

CATALOGUE = built_in()
FOUND = {
    WantSlots: FoundSlots([Choice(value="s1", label="明天上午")]),
    WantDone: Done("BJ1", "accepted", "约好了", 1, b"t" * 16, "http://p.example"),
    WantCases: FoundCases(
        [OnlineCase(b"b" * 16, "BJ2", "K0009-000003-F", "dibao", "returned", "请补", 1, rated=False)]
    ),
    WantAside: FoundAside(b""),
    WantAuthorisation: FoundAuthorisation(True, COMPANY, "active", "agent", ""),
    WantTakenUp: FoundAside(b""),
    WantCode: FoundCode("0018"),
    WantCodeChecked: FoundChecked(b"t" * 32),
    WantHeld: FoundHeld(frozenset(["disability-card"]), more=True),
    WantCalled: FoundCalled(1),
}
HERE = CaseRow(
    service="低保", service_id="dibao", number="K0001-000002-F", platform_number="BJ1", submitted="", state="补正",
    text="请补", position=1, entry_id="aa" * 16, kind="returned",
)  # fmt: skip
VALUES = st.sampled_from(["social", "bank", "yes", "no", ACCOUNT, PHONE, "", " ", "1", "6" * 30, "\u202e字", "274951"])
ACTIONS = st.one_of(
    st.sampled_from(
        [
            actions.Next(),
            actions.Next(),
            actions.Next(),
            actions.Back(),
            actions.Stay(),
            actions.Choose("gaoling-jintie"),
            actions.ShowCases(),
            actions.Open("search"),
            actions.Open("help"),
            actions.Key("g"),
            actions.Choose("event:aging"),
            actions.Choose("huidian"),
            actions.Choose("shenfenzheng-huanbu"),
            actions.Choose("daiyu-zige-renzheng"),
            actions.Choose("canjiren-fuwu"),
            actions.Choose("linmu-caifa"),
            actions.Choose("danwei-canbao"),
            actions.Choose("company"),
            actions.Choose("person"),
            actions.Answer(CREDIT_CODE),
            actions.Choose("later"),
            actions.Choose("typed"),
            actions.Choose("canbao-zhengming"),
            actions.Choose("canji-huli-butie"),
            actions.Choose("prove"),
            actions.Choose("again"),
            actions.Choose("other"),
            actions.Choose("keep"),
            actions.Choose("linshi-jiuzhu"),
            actions.Sign(NAME),
            actions.Sign([]),
            actions.Choose("cannot"),
            actions.Choose("call"),
            actions.Choose("staff"),
            actions.Choose("nobody"),
            actions.Choose("drop"),
            actions.Choose("K0009-000003-F"),
            actions.Choose("K0001-000002-F"),
            actions.Reprint(1),
            actions.Choose("supplement"),
            actions.Choose("way:promise"),
            actions.Choose("way:later"),
            actions.Choose("withdraw"),
            actions.Choose("withdraw:yes"),
            actions.Choose("consent"),
            actions.Choose("consent:money"),
            actions.Choose("consent:yes"),
            actions.Choose("rate"),
            actions.Choose("score:4"),
            actions.Open("agent"),
            actions.Speak("en"),
            actions.Speak("zh"),
            actions.Leave(),
            actions.Pick(""),
            actions.Resume(),
            actions.Print(),
            actions.Agree(True),
            actions.Agree(False),
            actions.CameOut(True),
            actions.CameOut(False),
        ]
    ),
    VALUES.map(actions.Answer),
    st.sampled_from([*ANSWERS, "nothing"]).map(actions.Change),
)


class SessionMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.hand: Hand | None = None
        self.waiting: list[Effect] = []
        self.submissions: list[Submit] = []
        self.prints_unsettled = 0

    @precondition(lambda self: self.hand is None)
    @rule(
        person=st.sampled_from(["elder", "younger", "elsewhere", "permit", "foreigner", "expired", "child"]),
        network=st.booleans(),
    )
    def lay_card(self, person: str, network: bool) -> None:
        card = child_card() if person == "child" else card_of(person)
        self.hand = Hand(catalogue=CATALOGUE, works=Works(network=network), card=card)
        self._collect()

    @precondition(lambda self: self.hand is None)
    @rule()
    def type_number(self) -> None:
        self.hand = Hand(catalogue=CATALOGUE, card=card_of_number(card_of("younger").id_number))
        self._collect()

    @precondition(lambda self: self.hand)
    @rule(person=st.sampled_from(["elder", "expired"]))
    def lay_another_card(self, person: str) -> None:
        before = self.hand.session.person
        if self.hand.session.owner_laid(card_of(person)):
            assert self.hand.session.helper
        else:
            assert self.hand.session.person == before, "a guardian's card takes nobody's place"
        self._collect()

    @precondition(lambda self: self.hand)
    @rule(network=st.booleans())
    def network_comes_or_goes(self, network: bool) -> None:
        self.hand.works = Works(network=network)

    @precondition(lambda self: self.hand)
    @rule(action=ACTIONS)
    def tap(self, action: actions.Action) -> None:
        before = self.hand.session.print
        self.hand.act(action)
        if before is Print.UNKNOWN:
            assert self.hand.session.print is not Print.PRINTING
        self._collect()

    @precondition(lambda self: self.hand)
    @rule()
    def answer_rightly(self) -> None:
        application = self.hand.session.application
        if self.hand.session.at is At.QUESTION and application.question:
            question = application.question
            right = answer(question, ANSWERS.get(question.id, ""), self.hand.wall.date())
            self.hand.act(actions.Answer(right), actions.Next())
            assert application.error == ""
            self._collect()

    @precondition(lambda self: self.hand and self.hand.session.at is At.SERVICES and self.hand.session.has_card)
    @rule(
        taps=st.sampled_from(
            [
                [actions.Reprint(1)],
                [actions.Choose(HERE.number), actions.Choose("withdraw"), actions.Choose("withdraw:yes")],
                [actions.Choose(HERE.number), actions.Choose("supplement"), actions.Choose("way:later")],
                [actions.Choose(HERE.number), actions.Choose("consent"), actions.Choose("consent:money")],
            ]
        ),
        helped=st.booleans(),
        well=st.booleans(),
    )
    def go_to_a_case(self, taps: list[actions.Action], helped: bool, well: bool) -> None:
        """All the way, which hardly anybody finds by chance."""
        self.hand.act(actions.Back(), actions.ShowCases())
        self.hand.session.cases_loaded([HERE])
        self.hand.act(*taps, *([actions.Open("help")] if helped else []))
        self._collect()
        self.waiting.sort(key=lambda effect: not isinstance(effect, LoadCopy | Tell))
        if self.waiting and isinstance(self.waiting[0], LoadCopy | Tell):
            self._report(well, "confirmed", None)

    @precondition(lambda self: self.waiting)
    @rule(
        well=st.booleans(),
        outcome=st.sampled_from(["confirmed", "failed-clean", "unknown"]),
        draft=st.sampled_from([None, "", CREDIT_CODE]),
    )
    def world_reports(self, well: bool, outcome: str, draft: str | None) -> None:
        self._report(well, outcome, draft)

    def _report(self, well: bool, outcome: str, draft: str | None) -> None:
        session = self.hand.session
        match self.waiting.pop(0):
            case OpenCard():
                found = DraftFound("linmu-caifa", 2, {"place": "hill"}, "owner", draft) if draft else None
                if draft == "":
                    found = DraftFound("gaoling-jintie", 1, {"account_kind": "social"}, "account")
                session.opened(1, found) if well else session.failed("storage.disk")
            case Submit():
                case = Submitted("n", 1, b"t" * 16, b"d", b"s", "http://p.example")
                session.submitted(case, QUEUED) if well else session.failed("storage.full")
            case SubmitAll(parts):
                case = Submitted("n", 1, b"t" * 16, b"d", b"s", "http://p.example")
                made = [case] * len(parts)
                session.submitted(case, QUEUED, made) if well else session.failed("storage.full")
            case AskPlatform(_, wanted, ticket):
                session.answered(FOUND[type(wanted)], ticket) if well else session.not_answered("agent.silent", ticket)
            case Tell():
                session.told("" if well else "storage.disk")
                part = session.part
                while isinstance(part, Helping | CallAttendant):
                    part = part.over
                assert not isinstance(part, OneCase) or part.page().back, "what was told is known, help or no help"
            case TryPin():
                session.pin_tried(accepted=well, wait_s=0.0)
            case LoadCases():
                session.cases_loaded([HERE]) if well else session.failed("storage.disk")
            case LoadCopy():
                case = Submitted("n", 1, b"t" * 16, b"d", b"s", "http://p.example")
                copy = Copy(b"a" * 16, "dibao", "低保", case, QUEUED, 1)
                session.copy_loaded(copy) if well else session.copy_refused("print.copies")
                asked = [effect for effect in session.effects if isinstance(effect, PrintPaper)]
                assert bool(asked) == (session.print is Print.PRINTING), "a copy comes, or it is said why not"
            case PrintPaper():
                session.printed(outcome, "" if outcome == "confirmed" else "printer.no-answer")
                session.state_changed([DELIVERED] * max(1, len(session.part_cases)))
        self._collect()

    @precondition(lambda self: self.hand)
    @rule(seconds=st.sampled_from([1, 14, 35, 61, 90]))
    def time_passes(self, seconds: int) -> None:
        self.hand.now += seconds
        self.hand.session.tick()
        self._collect()

    @precondition(lambda self: self.hand and self.hand.session.at is At.ENDED)
    @rule()
    def next_citizen(self) -> None:
        self.hand = None
        self.waiting = []

    def teardown(self) -> None:
        """Everybody goes, and nothing is heard any more."""
        if self.hand is None or self.hand.session.at in (At.OPENING, At.SUBMITTING):
            return
        for _ in range(4):
            self.hand.now += 600
            self.hand.session.tick()
        assert self.hand.session.at is At.ENDED

    def _collect(self) -> None:
        for effect in self.hand.effects():
            if isinstance(effect, Submit):
                application = self.hand.session.application
                assert application.agreed >= {one.id for one in application.walk.consents} != set()
                assert application.company == effect.company
                assert application.service.applicant != "person" or effect.company is None
                assert reaches(effect.assurance, demanded(application))
                known = [one for one in self.submissions if one.entry_id == effect.entry_id]
                assert all(one.applicant == effect.applicant for one in known)
                self.submissions.append(effect)
            if isinstance(effect, Tell):
                self._is_for_this_person(effect)
            if isinstance(
                effect, OpenCard | Submit | SubmitAll | LoadCases | LoadCopy | PrintPaper | AskPlatform | Tell | TryPin
            ):
                self.waiting.append(effect)

    def _is_for_this_person(self, effect: Tell) -> None:
        """A helper hands in more, in their own name, and takes nothing back; what was done is not done again."""
        helper = self.hand.session.helper
        if isinstance(effect.body, Supplement):
            assert effect.body.agent == helper
            assert (effect.body.answers.get("way") == "promise") == (effect.body.signature is not None)
        else:
            assert helper is None

    @invariant()
    def there_is_a_page(self) -> None:
        if self.hand:
            page = self.hand.page
            assert page.title

    @invariant()
    def there_is_a_way_out(self) -> None:
        if self.hand is None or self.hand.session.at in (At.ENDED, At.SUBMITTING):
            return
        if isinstance(self.hand.session.part, Leaving):
            return
        assert self.hand.page.person, "the place for leaving is live on every page of a session"

    @invariant()
    def nothing_personal_outlives_the_end(self) -> None:
        if self.hand and self.hand.session.at is At.ENDED:
            session = self.hand.session
            left = (session.application, session.draft, session.submitted_case, session.part, session.guardian)
            assert left == (None,) * 5
            assert (session.proof, session.holding.kinds) == (TYPED, frozenset())


TestSessionMachine = SessionMachine.TestCase
TestSessionMachine.settings = settings(max_examples=150, stateful_step_count=40)
