"""A session's world for tests: the built-in catalogue, test persons' cards, and a clock that tests move."""

import base64
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import msgspec

from devices.contract import Card
from devices.drivers.sam_v.card import parse_text
from devices.virtual.people import card_photo, card_text, people
from kiosk import actions
from kiosk.actions import Action
from kiosk.effects import AskPlatform, Effect, OpenCard, PrintPaper, Submit
from kiosk.online import Found, FoundAside, WantTakenUp
from kiosk.pages import AnyPage
from kiosk.receipt import CHINA_TIME, Submitted
from kiosk.saying import CHINESE
from kiosk.services.catalogue import BUILT_IN, Catalogue, load_catalogue
from kiosk.services.findable import Findable
from kiosk.session import Session
from kiosk.session_pages import page
from kiosk.setting import Setting, Works
from kiosk.states import QUEUED

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA_TIME)
ACCOUNT = "6222020200112233446"
PHONE = "13800000018"
CREDIT_CODE = "91519901MA0000001U"
COMPANY = "青禾县柳溪竹木有限公司"
NAME = [[90, 220, 300, 210], [190, 210, 190, 780], [80, 800, 320, 780]]
"""A signature: 工, as strokes."""
ANSWERS = {"household": "yes", "account_kind": "social", "account": ACCOUNT, "phone": PHONE}


def card_of(person: str) -> Card:
    """As the reader's driver gives it."""
    found = people()[person]
    text = card_text(found)
    raw = base64.b64encode(text + card_photo(found)).decode()
    return msgspec.structs.replace(parse_text(text), raw=raw)


def child_card() -> Card:
    """An invented ten-year-old's."""
    born = {"name": "李小苗", "birth": "2016-05-05", "id_number": "519901201605050014", "valid_to": "2027-01-01"}
    return msgspec.structs.replace(card_of("younger"), **born)


def worker_card() -> Card:
    """An invented citizen's who is too young for a pension."""
    born = {"name": "周文", "birth": "1988-06-06", "id_number": "519901198806060011"}
    return msgspec.structs.replace(card_of("younger"), **born)


@cache
def built_in() -> Catalogue:
    """As this program came with it; nobody changes it."""
    return load_catalogue(BUILT_IN, "qinghe")


@dataclass
class Hand:
    """Drives one session as terminal and citizen together."""

    person: str = "elder"
    now: float = 1000.0
    catalogue: Catalogue = field(default_factory=built_in)
    find: Callable[[str], list[Findable]] = lambda _: []
    works: Works = field(default_factory=Works)
    card: Card | None = None
    """Another than the person's."""
    wall: datetime = NOW
    language: str = CHINESE
    performed: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        ids = itertools.count(1)
        setting = Setting(
            self.catalogue,
            "柳溪镇",
            lambda: self.wall,
            lambda: self.now,
            lambda: bytes([next(ids)]) * 16,
            works=lambda: self.works,
            find=lambda typed, _: self.find(typed),
        )
        self.session = Session(setting, self.card or card_of(self.person), language=self.language)

    @property
    def page(self) -> AnyPage:
        return page(self.session)

    def act(self, *wanted: Action) -> "Hand":
        for action in wanted:
            self.session.act(action)
        return self

    def effects(self) -> list[Effect]:
        """What the session asked for since the last call."""
        wanted, self.session.effects = self.session.effects, []
        self.performed += wanted
        return wanted

    def one(self, kind: type[Effect]) -> Effect:
        """The one effect of that kind among those asked for."""
        (found,) = [effect for effect in self.effects() if isinstance(effect, kind)]
        return found

    def answered(self, found: Found) -> None:
        """To the last question."""
        self.effects()
        tickets = [effect.ticket for effect in self.performed if isinstance(effect, AskPlatform)]
        self.session.answered(found, tickets[-1])

    def not_answered(self, code: str) -> None:
        self.effects()
        tickets = [effect.ticket for effect in self.performed if isinstance(effect, AskPlatform)]
        self.session.not_answered(code, tickets[-1])

    def open(self) -> "Hand":
        assert isinstance(self.one(OpenCard), OpenCard)
        self.session.opened(0, None)
        if self.works.network:
            asked = self.one(AskPlatform)
            assert isinstance(asked, AskPlatform)
            assert asked.wanted == WantTakenUp()
            self.answered(FoundAside(b""))
        return self

    def answer_all(self) -> "Hand":
        """From the guide to the review."""
        self.act(actions.Next())
        while self.page.__struct_config__.tag == "question":
            self.act(actions.Answer(ANSWERS[self.page.question]), actions.Next())
        return self

    def submit(self) -> Submit:
        """From the services to the submission."""
        self.open().act(actions.Choose("gaoling-jintie"))
        self.answer_all().act(actions.Next(), actions.Agree(True), actions.Next())
        effect = self.one(Submit)
        assert isinstance(effect, Submit)
        return effect

    def submitted(self) -> PrintPaper:
        """To the result, with the receipt being printed."""
        self.submit()
        case = Submitted(
            "K0001-000002-F", 1_795_400_000_000, b"t" * 16, b"d" * 32, b"s" * 64, "http://platform.example"
        )
        self.session.submitted(case, QUEUED)
        effect = self.one(PrintPaper)
        assert isinstance(effect, PrintPaper)
        return effect
