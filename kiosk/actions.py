"""What can be done on the screen. Pure: the screen makes them, the session takes them."""

import msgspec


class Next(msgspec.Struct, frozen=True):
    """The one fixed place for going on."""


class Back(msgspec.Struct, frozen=True):
    """One page back; answers are kept."""


class Leave(msgspec.Struct, frozen=True):
    """End the session; everything personal is wiped."""


class Stay(msgspec.Struct, frozen=True):
    """Still here: answers the idle warning. Any other action does so too."""


class Choose(msgspec.Struct, frozen=True):
    service: str


class Resume(msgspec.Struct, frozen=True):
    """Go on with the draft that a power cut interrupted."""


class ShowCases(msgspec.Struct, frozen=True):
    """My cases handed in here."""


class Answer(msgspec.Struct, frozen=True):
    """The present value of the question on the page; checked on Next."""

    value: str


class Change(msgspec.Struct, frozen=True):
    """From the review: go to one question and come back."""

    question: str


class Agree(msgspec.Struct, frozen=True):
    yes: bool


class CameOut(msgspec.Struct, frozen=True):
    """Answers "did the paper come out?"."""

    yes: bool


class Print(msgspec.Struct, frozen=True):
    """Print what the page offers: a sheet, or the receipt again when nothing came out. with_answers: on the sheet,
    what was filled in, too."""

    with_answers: bool = False


class Reprint(msgspec.Struct, frozen=True):
    """Another paper of a case's receipt, numbered as a copy. position: as in the case's row."""

    position: int


class Knock(msgspec.Struct, frozen=True):
    """A tap on the kiosk's name in the bar: several in a row ask for the technician's pages."""


class Restart(msgspec.Struct, frozen=True):
    """The technician wants a device's driver started anew."""


class Open(msgspec.Struct, frozen=True):
    """Lay a part over the page: `help`, `search` …"""

    what: str


class Speak(msgspec.Struct, frozen=True):
    """The screen goes on in this language."""

    language: str


class Key(msgspec.Struct, frozen=True):
    """A key of the letter pad: a letter, a digit or `delete`."""

    value: str


class Pick(msgspec.Struct, frozen=True):
    """One of the characters that were offered for a sound; empty: show others."""

    value: str


class Sign(msgspec.Struct, frozen=True):
    """All that is drawn in the signature's field now. strokes: see kiosk.strokes; none: it was wiped."""

    strokes: list[list[int]]


Action = (
    Next
    | Back
    | Leave
    | Stay
    | Choose
    | Resume
    | ShowCases
    | Answer
    | Change
    | Agree
    | CameOut
    | Print
    | Reprint
    | Knock
    | Restart
    | Open
    | Speak
    | Key
    | Pick
    | Sign
)
