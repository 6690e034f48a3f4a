"""What the reader's data hold: the read answer with its lengths, the newest address. Pure. Source: facts page on
cards."""

from typing import Final, NamedTuple

ADDRESS_BYTES: Final = 70


class AnswerError(ValueError):
    """The data are shorter than they say, or longer."""


class ReadAnswer(NamedTuple):
    """fingerprint: empty where the card has none, or was not asked for it."""

    text: bytes
    photo: bytes
    fingerprint: bytes


def parse_read(data: bytes, *, fingerprint: bool) -> ReadAnswer:
    """The data of 30 01, or of 30 10 when `fingerprint`. Raises AnswerError."""
    count = 3 if fingerprint else 2
    at = 2 * count
    if len(data) < at:
        raise AnswerError("the read answer has no lengths")
    lengths = [int.from_bytes(data[2 * one : 2 * one + 2], "big") for one in range(count)]
    if len(data) != at + sum(lengths):
        raise AnswerError(f"the read answer announces {sum(lengths)} bytes and holds {len(data) - at}")
    parts = []
    for length in lengths:
        parts.append(data[at : at + length])
        at += length
    return ReadAnswer(parts[0], parts[1], parts[2] if fingerprint else b"")


def parse_address(data: bytes) -> str:
    """The data of 30 03. Raises AnswerError."""
    if len(data) != ADDRESS_BYTES:
        raise AnswerError(f"the address has {len(data)} bytes instead of {ADDRESS_BYTES}")
    try:
        return data.decode("utf-16-le").rstrip(" \0")
    except UnicodeDecodeError as error:
        raise AnswerError("the address is not text") from error
