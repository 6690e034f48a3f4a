"""The reader's frames: whatever comes down the line, the next good frame is found."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.sam_v.frame import MAX_BODY, PREAMBLE, FrameParser, encode

BODIES = st.binary(min_size=2, max_size=200)


def fed(parser: FrameParser, stream: bytes, cuts: list[int]) -> list[bytes]:
    found: list[bytes] = []
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    for start, end in pairwise(edges):
        found += parser.feed(stream[start:end])
    return found


def test_the_requests_are_those_of_the_standard() -> None:
    assert encode(b"\x20\x01").hex() == "aaaaaa96690003200122"
    assert encode(b"\x20\x02").hex() == "aaaaaa96690003200221"
    assert encode(b"\x30\x01").hex() == "aaaaaa96690003300132"
    assert encode(b"\x11\xff").hex() == "aaaaaa9669000311ffed"


@given(st.lists(BODIES, max_size=5), st.lists(st.integers(min_value=0), max_size=8))
def test_frames_survive_any_splitting(bodies: list[bytes], cuts: list[int]) -> None:
    parser = FrameParser()
    assert fed(parser, b"".join(map(encode, bodies)), cuts) == bodies
    assert (parser.wrong, parser.noise) == (0, 0)


@given(st.binary(max_size=60).filter(lambda noise: PREAMBLE[:1] not in noise), BODIES)
def test_noise_before_a_frame_is_passed_over(noise: bytes, body: bytes) -> None:
    assert FrameParser().feed(noise + encode(body)) == [body]


@given(BODIES, st.integers(min_value=7), st.integers(min_value=1, max_value=255), BODIES)
def test_a_changed_byte_costs_one_frame_only(body: bytes, place: int, change: int, following: bytes) -> None:
    frame = bytearray(encode(body))
    frame[7 + place % (len(frame) - 7)] ^= change
    parser = FrameParser()
    found = parser.feed(bytes(frame) + encode(following))
    assert body not in found[:-1]
    assert found[-1:] == [following]
    assert parser.wrong >= 1


@given(st.binary(max_size=500), st.lists(st.integers(min_value=0), max_size=5))
def test_no_bytes_break_the_parser(stream: bytes, cuts: list[int]) -> None:
    parser = FrameParser()
    for body in fed(parser, stream, cuts):
        assert 2 <= len(body) <= MAX_BODY
    assert parser.pending <= len(stream)


def test_a_length_that_no_frame_has_is_noise() -> None:
    parser = FrameParser()
    assert parser.feed(PREAMBLE + b"\xff\xff" + encode(b"\x00\x00\x90")) == [b"\x00\x00\x90"]
    assert parser.wrong == 1
