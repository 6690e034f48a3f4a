"""What proves more of a citizen than a card does, and what certificates they hold already: questions and their
answers. Pure: parts of sync.question."""

from typing import Final, Literal

import msgspec

CODE_DIGITS: Final = 6
MAX_KINDS: Final = 20


class SendCode(msgspec.Struct, frozen=True, tag="send-code"):
    """Send a one-time code by SMS to the phone that the office has on record for this person. A code that was sent
    before counts no more."""


class CheckCode(msgspec.Struct, frozen=True, tag="check-code"):
    """Is this the code that was sent?"""

    code: str


class HeldCertificates(msgspec.Struct, frozen=True, tag="held"):
    """Which of these kinds of certificates of this person does the platform hold? Asked with the person's consent."""

    kinds: list[str]


class CodeSent(msgspec.Struct, frozen=True, tag="code-sent"):
    """tail: the last four digits of the phone it went to; empty where nothing was sent. why: `phone`, none is on
    record; `gateway`, this platform sends no SMS."""

    tail: str
    why: Literal["", "phone", "gateway"] = ""


class CodeChecked(msgspec.Struct, frozen=True, tag="code-checked"):
    """assured: for `Question.assured` of what is asked next, for ten minutes, at this kiosk; empty where the code was
    none. why: `wrong`; `void`: too old, used, or tried too often: a new one is wanted."""

    assured: bytes
    why: Literal["", "wrong", "void"] = ""


class Held(msgspec.Struct, frozen=True, tag="held"):
    """kinds: those of the kinds asked about that are held and hold. more: whether others would be told to somebody who
    proved more than a card (card+code); it says nothing of whether they are held."""

    kinds: list[str]
    more: bool = False
