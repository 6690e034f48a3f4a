"""What a printer sends is told apart, however it is cut and whatever stands between."""

from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.escpos.answers import (
    AnswerParser,
    AutomaticStatus,
    Completed,
    Executed,
    PrinterAnswer,
    StatusByte,
)

_BITS = st.integers(0, 255)
ANSWERS: st.SearchStrategy[tuple[bytes, PrinterAnswer]] = st.one_of(
    _BITS.map(lambda bits: bits & 0x6C | 0x12).map(lambda byte: (bytes([byte]), StatusByte(byte))),
    _BITS.map(lambda bits: bits & 0x6F).map(lambda byte: (bytes([byte]), Executed())),
    st.tuples(_BITS, _BITS, _BITS, _BITS)
    .map(lambda bits: bytes([bits[0] & 0x6C | 0x10, *(rest & 0x6F for rest in bits[1:])]))
    .map(lambda raw: (raw, AutomaticStatus(raw))),
    st.binary(min_size=4, max_size=4).map(lambda process: (b"\x37\x22" + process + b"\x00", Completed(process))),
)
XON_XOFF = st.sampled_from([b"", b"\x11", b"\x13", b"\x91"])


@given(st.lists(st.tuples(XON_XOFF, ANSWERS)), st.lists(st.integers(1, 5)))
def test_answers_are_told_apart(sent: list[tuple[bytes, tuple[bytes, PrinterAnswer]]], cuts: list[int]) -> None:
    stream = b"".join(noise + raw for noise, (raw, _) in sent)
    parser, found = AnswerParser(), []
    for cut in cuts:
        found += parser.feed(stream[:cut])
        stream = stream[cut:]
    found += parser.feed(stream)
    assert found == [answer for _, (_, answer) in sent]


@given(st.binary(max_size=200))
def test_no_bytes_break_it_and_all_are_accounted_for(stream: bytes) -> None:
    parser = AnswerParser()
    found = parser.feed(stream)
    used = sum({StatusByte: 1, Executed: 1, AutomaticStatus: 4, Completed: 7}[type(answer)] for answer in found)
    assert used + parser.passed_over <= len(stream)
    assert len(stream) - used - parser.passed_over < 7


def test_the_rest_of_an_automatic_status_is_no_answer_to_a_barrier() -> None:
    parser = AnswerParser()
    assert parser.feed(b"\x10\x00") == []
    assert parser.feed(b"\x00\x00\x00") == [AutomaticStatus(b"\x10\x00\x00\x00"), Executed()]
