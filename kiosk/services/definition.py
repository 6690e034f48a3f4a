"""The format of a service definition and of a region. Pure: no I/O.

A definition says nothing about a region's values: texts name them as `{region.office}`. The format is versioned by
`format`; a definition by its own `version`, which every case carries.
"""

from typing import Literal

import msgspec

Identifier = str


class _Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Choice(_Data, frozen=True, kw_only=True):
    value: Identifier
    label: str


class Question(_Data, frozen=True, kw_only=True):
    """One question. kind `choice` has options; `digits` is typed on the number pad; `text` on a keyboard.

    when: an expression; the question is asked only where it is true. pattern: what a `digits` or `text` answer must
    match as a whole; pattern_hint says so in plain words. luhn: the last digit is a Luhn check digit (bank cards).
    """

    id: Identifier
    kind: Literal["choice", "digits", "text"]
    ask: str
    label: str
    help: str
    when: str = "true"
    options: list[Choice] = []
    pattern: str = ""
    pattern_hint: str = ""
    luhn: bool = False
    max_length: int = 40
    group: int = 0


class Line(_Data, frozen=True, kw_only=True):
    label: str
    value: str


class Alternative(_Data, frozen=True, kw_only=True):
    """What to do instead: where, when, what to bring. Never empty: nobody is sent away without a way on."""

    reason: str
    where: str
    when: str
    bring: str
    contact: str


class Rule(_Data, frozen=True, kw_only=True):
    """Eligible only where `require` is true; `otherwise` is the honest answer where it is not."""

    id: Identifier
    require: str
    otherwise: Alternative


class Consent(_Data, frozen=True, kw_only=True):
    id: Identifier
    version: str
    text: str
    agree: str


class Season(_Data, frozen=True, kw_only=True):
    """The part of the year in which it can be handed in, both days included; MM-DD. `otherwise`: for all other days.
    A season may go over the turn of the year."""

    opens: str
    closes: str
    otherwise: Alternative


class Service(_Data, frozen=True, kw_only=True):
    """mode `queue`: may wait in the journal while the kiosk is cut off. type: 事项类型. assurance: what identifies the
    citizen well enough for this act."""

    format: Literal[1]
    service: Identifier
    version: int
    name: str
    type: str
    office: str
    summary: str
    about: str
    words: list[str] = []
    """What people call it when they look for it."""
    minutes: int
    materials: list[str]
    fee: str
    limit: str
    mode: Literal["queue"]
    assurance: Literal["card"]
    questions: list[Question]
    season: Season | None = None
    eligibility: list[Rule]
    consent: Consent
    next_steps: list[str]
    """What happens after submission, in order, for the result page and the receipt."""


class Office(_Data, frozen=True, kw_only=True):
    address: str
    hours: str
    phone: str


class Region(_Data, frozen=True, kw_only=True):
    """addresses: how a card's address begins when its holder's household is in this region. directory: the name of the
    file in directories/ that lists what its offices do, if there is one. offices: by the name that the directory uses.
    first: services that are offered before all others, whatever people use.
    """

    format: Literal[1]
    region: Identifier
    version: int
    code: str
    name: str
    addresses: list[str]
    office: str
    office_address: str
    hours: str
    phone: str
    directory: str = ""
    offices: dict[str, Office] = {}
    first: list[Identifier] = []
