"""What the screen shows at each step: one struct a page. Pure: the session makes them, `ui/` draws them.

Every text is ready to be shown, in the session's language; nothing here is computed by the screen. `person` is
masked (张**). Actions that a page takes are named in its docstring; the screen calls `Terminal.act` with them.
"""

import msgspec


class Page(msgspec.Struct, frozen=True, kw_only=True, tag_field="page"):
    """Common to all pages. person: empty while nobody is identified. back: whether the back place is live."""

    title: str
    person: str = ""
    back: bool = False
    back_label: str = ""
    """Empty: 返回."""
    next_label: str = ""
    """Empty: the next place is not live."""
    step: int = 0
    """How far the application is, 1-based; 0: no steps are shown."""
    steps: int = 0


class Welcome(Page, frozen=True, kw_only=True, tag="welcome"):
    """Lay your card on the reader. notice: an honest sentence when something is missing, with its code."""

    hint: str
    services: list[str]
    notice: str = ""
    code: str = ""
    help: str = ""
    """Whom to ask."""
    languages: list["Option"] = []
    """Others than this page's, each by its own name. Actions: speak(value)."""


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """note: that it cannot be done now, or that the citizen may be entitled to it."""

    service: str
    name: str
    summary: str
    note: str = ""


class Services(Page, frozen=True, kw_only=True, tag="services"):
    """Those offered first. Actions: choose(service), cases(), next() and back() turn the page where there are more."""

    tiles: list[Tile]
    cases: int
    """How many cases of this card were handed in here."""
    has_card: bool = True
    """Without a card nobody sees cases, or acts for others."""
    draft: str = ""
    """Name of the service that can be gone on with (action: resume()); empty: none."""
    languages: list["Option"] = []
    """As on the welcome page."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    value: str
    question: str = ""
    """On the review page: the question that this row changes; empty: fixed."""


class Guide(Page, frozen=True, kw_only=True, tag="guide"):
    """What the service is, before it starts: minutes, materials, fee, paper. Actions: next()."""

    text: str
    facts: list[Fact]


class Option(msgspec.Struct, frozen=True, kw_only=True):
    value: str
    label: str


class Question(Page, frozen=True, kw_only=True, tag="question"):
    """One question. kind: choice (options), digits (number pad), credit-code (its own pad) or text. value: the present
    answer. error: a plain sentence on what is wrong with it. options: of a choice; else other ways than to answer
    (action: choose(value)). Actions: answer(value), next()."""

    question: str
    text: str
    help: str
    kind: str
    value: str = ""
    error: str = ""
    options: list[Option] = []
    max_length: int = 0
    group: int = 0
    """Digits are shown in groups of this many; 0: not grouped."""
    sound: str = ""
    """Of a text: letters that are no character yet. Actions: key(value), pick(candidate), pick("") for others."""
    candidates: list[str] = []
    more: bool = False


class NotEligible(Page, frozen=True, kw_only=True, tag="not-eligible"):
    """The honest answer and what to do instead. Actions: next() goes to the services, print() prints this sheet."""

    reason: str
    facts: list[Fact]
    paper: str = ""
    """What became of the sheet: empty, or a sentence."""
    can_print: bool = False
    has_answers: bool = False
    """What was filled in can be printed, too: print_with_answers()."""


class Review(Page, frozen=True, kw_only=True, tag="review"):
    """Check your answers. Actions: change(question), next()."""

    facts: list[Fact]


class Consent(Page, frozen=True, kw_only=True, tag="consent"):
    """Actions: agree(yes), next() (live once agreed)."""

    text: str
    agree_label: str
    agreed: bool


class Signature(Page, frozen=True, kw_only=True, tag="signature"):
    """Sign with a finger. text: what for. strokes: what is drawn, each a flat list x, y, x, y …, from 0 to 1000 over
    the field, which is `ratio` times as wide as high. Actions: sign(strokes), choose("cannot") for who cannot write,
    next() when labelled."""

    text: str
    hint: str
    strokes: list[list[int]]
    ratio: float
    clear_label: str
    cannot_label: str


class Search(Page, frozen=True, kw_only=True, tag="search"):
    """What is typed, and what is found. Actions: key(value), answer(value), choose(value), next() for more."""

    typed: str
    hint: str
    rows: list[Option]


class Menu(Page, frozen=True, kw_only=True, tag="menu"):
    """Something to know and something to choose. Actions: choose(value), next() when labelled. big: an amount, or what
    else is to be seen from afar. qr: the text of a code that a phone scans; qr_hint: beside it."""

    text: str
    big: str = ""
    qr: str = ""
    qr_hint: str = ""
    facts: list[Fact] = []
    options: list[Option] = []


class Working(Page, frozen=True, kw_only=True, tag="working"):
    """Something durable is being done; no action is live."""

    text: str


class Result(Page, frozen=True, kw_only=True, tag="result"):
    """The case is safe. state: 待发送 or 已送达 … with what it means. qr: the text of the receipt's QR code.
    paper: printing, confirmed, failed or unknown. Actions: came_out(yes) when paper is unknown, print() when it
    failed, next() ends the session."""

    number: str
    numbered: str
    """What the number is called."""
    service: str
    state: str
    state_text: str
    then: list[str]
    qr: str
    paper: str
    paper_text: str
    code: str = ""
    parts: list["PartRow"] = []
    """Of a bundle; then each part has its own number."""
    payment: str = ""
    """Whether the fee was paid; how it can be, the paper and `then` say. Empty: nothing is to be paid."""


class PartRow(msgspec.Struct, frozen=True, kw_only=True):
    """One case of a bundle."""

    name: str
    number: str
    state: str


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    service: str
    number: str
    platform_number: str
    submitted: str
    state: str
    text: str
    position: int = 0
    """Names the case to the kiosk; 0: it was handed in elsewhere."""
    entry_id: str = ""
    """As hex digits."""
    kind: str = ""
    """The platform's name for the state; empty before it told one."""
    bundle: str = ""
    """As hex digits: the same in all that were handed in together."""
    together: str = ""
    """Names of the others that were handed in with it."""
    rated: bool = False
    service_id: str = ""
    """Empty: not known."""
    trouble: str = ""
    """The code of why the platform's word cannot be read."""
    certificate: bool = False
    """One was issued."""
    payment: str = ""
    """`due`, or the order's state; empty: nothing is to be paid, or nobody said so."""
    fen: int = 0


class Cases(Page, frozen=True, kw_only=True, tag="cases"):
    """My cases handed in here with this card, newest first. paper, paper_text, code: what became of a copy, as on the
    result page; empty before one was asked for. Actions: reprint(position), came_out(yes)."""

    cases: list[CaseRow]
    paper: str = ""
    paper_text: str = ""
    code: str = ""


class Problem(Page, frozen=True, kw_only=True, tag="problem"):
    """Something does not go on here. code: stable, for the technician and the phone. Actions: next() when labelled."""

    text: str
    todo: str
    code: str
    help: str = ""
    """Whom to ask, where nobody is identified."""


class OverviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """severity: ok, warning or error."""

    area: str
    name: str
    severity: str
    text: str
    code: str


class Overview(Page, frozen=True, kw_only=True, tag="overview"):
    """The technician's findings. Actions: choose(area), next() looks again, back() ends."""

    rows: list[OverviewRow]


class Device(Page, frozen=True, kw_only=True, tag="device"):
    """One thing that was looked at, for the technician. result: of the live test. Actions: next() tests, restart()."""

    facts: list[Fact]
    history: list[Fact]
    result: str = ""
    can_restart: bool = False


AnyPage = (
    Welcome
    | Services
    | Guide
    | Question
    | NotEligible
    | Review
    | Consent
    | Signature
    | Search
    | Menu
    | Working
    | Result
    | Cases
    | Problem
    | Overview
    | Device
)


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """The line on top of every page. link: 联网 / 未联网 in plain words. place: the kiosk's name and number."""

    place: str
    link: str
    printer: str
    """Empty when the printer works."""


class IdleWarning(msgspec.Struct, frozen=True, kw_only=True):
    """Are you still there? seconds: left before the session ends. Action: stay()."""

    text: str
    seconds: int
