"""`python -m tests.fuzz.parsers TARGET [libFuzzer's options]`: bytes by coverage, for every parser of what devices
send."""

import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports():
    from devices.contract import decode_from_driver
    from devices.drivers.escpos.answers import AnswerParser
    from devices.drivers.escpos.status import automatic_status
    from devices.drivers.sam_v.answer import AnswerError, parse_address, parse_read
    from devices.drivers.sam_v.card import CardTextError, has_valid_check_digit, parse_text
    from devices.drivers.sam_v.frame import FrameParser, encode


def frames(data: bytes) -> None:
    """A whole frame behind any noise that holds no preamble is found."""
    parser = FrameParser()
    cut = len(data) // 2
    found = parser.feed(data[:cut]) + parser.feed(data[cut:])
    assert all(encode(body) in data for body in found)
    assert parser.pending <= len(data)


def card_text(data: bytes) -> None:
    try:
        card = parse_text(data[:256].ljust(256, b" "))
    except CardTextError:
        return
    has_valid_check_digit(card)


def read_answer(data: bytes) -> None:
    for fingerprint in (False, True):
        try:
            parts = parse_read(data, fingerprint=fingerprint)
        except AnswerError:
            continue
        assert sum(map(len, parts)) <= len(data)


def address(data: bytes) -> None:
    try:
        parse_address(data[:70].ljust(70, b"\0"))
    except AnswerError:
        return


def printer_answers(data: bytes) -> None:
    parser = AnswerParser()
    for answer in parser.feed(data):
        if hasattr(answer, "value") and isinstance(answer.value, bytes):
            automatic_status(answer)  # type: ignore[arg-type]
    assert parser.passed_over <= len(data)


def host_message(data: bytes) -> None:
    try:
        decode_from_driver(data)
    except ValueError:
        return


TARGETS: dict[str, Callable[[bytes], None]] = {
    found.__name__: found for found in (frames, card_text, read_answer, address, printer_answers, host_message)
}

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
