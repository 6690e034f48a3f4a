"""The format of a service definition. Pure: no I/O.

A definition says nothing about a region's values: texts name them as `{region.office}`, expressions as
`region.elder_age`. The format is versioned by `format`; a definition by its own `version`, which every case carries.
`docs/services.md` is the format's text for who writes one.
"""

from typing import Annotated, Final, Literal

import msgspec

from offline_cache.assurance import Level

Identifier = str
Minutes = Annotated[int, msgspec.Meta(ge=1, le=240)]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}\Z")]
"""An identifier that files are named by."""
Way = Literal["card", "held", "scan", "phone", "promise", "later"]
"""How a material may be given: read from the card; a certificate that the platform holds; put under the camera; sent
by the citizen's phone; a written promise (告知承诺); brought to a window within a deadline (容缺)."""
TRUST: Final[dict[Way, str]] = {"card": "A", "held": "A", "later": "B", "scan": "C", "phone": "C", "promise": "D"}
"""Trust class of a material by the way it was given. Source: facts page on services."""
Act = Literal["submit", "certificate", "pay"]
ACTS: Final[dict[str, Act]] = {"apply": "submit", "book": "submit", "report": "submit", "certificate": "certificate"}
"""Which act of `assurance` a service's `act` is."""


class _Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Choice(_Data, frozen=True, kw_only=True):
    """value: what expressions and the case read. label: what the citizen reads."""

    value: Identifier
    label: str


class Question(_Data, frozen=True, kw_only=True):
    """One question. kind `choice` has options; `digits`, `number` and `date` are typed on the number pad; `text` on a
    keyboard.

    id: lower-case letters, digits and _; expressions read the answer by it. ask: the question on the screen. label: the
    same in few words, for the review page and the receipt. help: one or two plain sentences below the question. when:
    an expression; the question is asked only where it is true. options: of a `choice`. pattern: a regular expression
    that a `digits` or `text` answer must match as a whole. pattern_hint: the same in plain words, shown where the
    answer does not match. check: what the last character proves: `luhn` (bank cards), `id-number` (GB 11643),
    `credit-code` (GB 32100). low, high: bounds of a `number`, both included. past: a `date` is not after today, or
    else not before; expressions read a date as the whole years since then. max_length: in characters. group: digits are
    shown in groups of so many; 0: in one. prefill: what of the card is offered as the answer. reuse: within a session
    an answer to another question of that name is offered; empty: never.
    """

    id: Identifier
    kind: Literal["choice", "digits", "number", "date", "text"]
    ask: str
    label: str
    help: str
    when: str = "true"
    options: list[Choice] = []
    pattern: str = ""
    pattern_hint: str = ""
    check: Literal["", "luhn", "id-number", "credit-code"] = ""
    low: int = 0
    high: int = 9_999_999
    past: bool = True
    max_length: int = 40
    group: int = 0
    prefill: Literal["", "name", "address", "id_number"] = ""
    reuse: Identifier = ""


class Material(_Data, frozen=True, kw_only=True):
    """One thing to hand in. id: lower-case letters, digits and _; no name in expressions. name: what it is called.
    ways: best first; those that do not work now are not offered. help: below the question how it is given. when: an
    expression; the material is wanted only where it is true. certificate: the kind of electronic certificate that
    stands for it where the platform holds one (`held`). days: working days to bring it (`later`)."""

    id: Identifier
    name: str
    ways: list[Way]
    help: str = ""
    when: str = "true"
    certificate: str = ""
    days: int = 0


class Line(_Data, frozen=True, kw_only=True):
    label: str
    value: str


class Alternative(_Data, frozen=True, kw_only=True):
    """What to do instead: where, when, what to bring. Never empty: nobody is sent away without a way on. reason: why it
    cannot be done here, in plain words. bring: what to take along. counter: one of the region's, which says where, when
    and whom to ask where nothing else is written. where: the place. when: from when on, or its hours. contact: whom to
    call."""

    reason: str
    bring: str
    counter: Identifier = ""
    where: str = ""
    when: str = ""
    contact: str = ""


class Alternatives(_Data, frozen=True, kw_only=True):
    """For each way in which it can fail here. elsewhere: where nothing more fitting is written. offline: the platform
    is not in reach. materials: what is wanted cannot be given here. identity: no way to identify works."""

    elsewhere: Alternative
    offline: Alternative | None = None
    materials: Alternative | None = None
    identity: Alternative | None = None


class Rule(_Data, frozen=True, kw_only=True):
    """Eligible only where `require` is true. id: names the rule. require: an expression. otherwise: the honest answer
    where it is false."""

    id: Identifier
    require: str
    otherwise: Alternative


class Consent(_Data, frozen=True, kw_only=True):
    """One consent, given on a page of its own. id: the case says by it what was agreed to. version: of its text, which
    the case keeps, too. text: what goes where, and what for. agree: the words on the button. when: an expression; it is
    wanted only where it is true. withdrawable: by its giver, afterwards, at any kiosk."""

    id: Identifier
    version: str
    text: str
    agree: str = "我同意"
    when: str = "true"
    withdrawable: bool = True


class Payment(_Data, frozen=True, kw_only=True):
    """A fee that is paid once the case is handed in, or later; how much it is only the platform knows. what: what for,
    on the payment's page. when: an expression; it is to be paid only where it is true. by: the choice question on
    whose answer the price depends; empty: one price. alternative: until when and where it can be paid otherwise."""

    what: str
    alternative: Alternative
    when: str = "true"
    by: Identifier = ""


class Season(_Data, frozen=True, kw_only=True):
    """The part of the year in which it can be handed in, both days included. It may go over the turn of the year.
    opens, closes: MM-DD, in quotes. otherwise: for all other days."""

    opens: str
    closes: str
    otherwise: Alternative


class Hours(_Data, frozen=True, kw_only=True):
    """The part of each day in which an online service answers; it may go over midnight. opens, closes: HH:MM, in
    quotes. otherwise: for the rest of the day."""

    opens: str
    closes: str
    otherwise: Alternative


class Codes(_Data, frozen=True, kw_only=True):
    """Opaque. base: 基本编码. implementation: 实施编码."""

    base: str = ""
    implementation: str = ""


class Service(_Data, frozen=True, kw_only=True):
    """A service. format: of this document. service: its id, and the file's name. version: goes up with each change, and
    is in every case. name: as people read it; no {…}. type: 事项类型, in quotes. codes: the province's, passed on as
    they are. applicant: who it is for; a company (单位) is acted for by the holder of the card, whose authorisation the
    platform checks; `either`: the citizen says which. office: who decides, for people; no {…}.
    counter: one of the region's, where the service is done by hand. summary: one line for its tile. about: what it
    is, for its first page. words: what people call it when they look for it. events: life events by which it is
    found. minutes: about how long it takes here. fee: in words. limit: how long the office takes, in words.
    mode `queue`: handed in, may wait in the journal while the kiosk is cut off. `decide`: handed in the same way,
    but only decided when the platform has it, which is said. `online`: done with the platform or not at all.
    act: `apply` hands in a case; `book` takes a slot, `certificate` asks for one, `report` is answered at once (these
    are online). paper: what is printed, which goes with the act; `none` saves paper. urgent: sent before everything
    else that waits. assurance: what identifies the citizen well enough for each act; a card where nothing is written.
    agent: somebody else may do it for the citizen (代办). signature: what the citizen signs for on the screen before
    it is handed in; written promises are always signed. visible: an expression over the identity; who it is false for
    never sees the service. season: when it is open; all the year where nothing is written. hours: the same of each day.
    eligibility: rules; each is decided as soon as all that it reads is known. questions: asked in this order.
    materials: asked about after the questions. consents: the last thing before it is handed in. payment: a fee that is
    paid here, or later. alternatives: what to do where it cannot be done here. next_steps: what happens after
    submission, in order, for the result page and the receipt.
    """

    format: Literal[1]
    service: FileName
    version: int
    name: str
    type: str
    codes: Codes = Codes()
    applicant: Literal["person", "company", "either"] = "person"
    office: str
    counter: Identifier
    summary: str
    about: str
    words: list[str] = []
    events: list[Identifier] = []
    minutes: Minutes
    fee: str
    limit: str
    mode: Literal["queue", "decide", "online"]
    act: Literal["apply", "book", "certificate", "report"] = "apply"
    paper: Literal["receipt", "slip", "none"] = "receipt"
    urgent: bool = False
    assurance: dict[Act, Level] = {}
    agent: bool = True
    signature: str = ""
    visible: str = "true"
    season: Season | None = None
    hours: Hours | None = None
    eligibility: list[Rule]
    questions: list[Question]
    materials: list[Material]
    consents: list[Consent]
    payment: Payment | None = None
    alternatives: Alternatives
    next_steps: list[str]

    def needs(self, act: Act) -> Level:
        return self.assurance.get(act, "card")
