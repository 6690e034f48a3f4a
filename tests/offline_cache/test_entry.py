"""The chain: whatever is changed, left out or moved is found, and where."""

import os

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache import entry as entries
from offline_cache.entry import Clock, Entry, EntryError, Header
from offline_cache.number import is_receipt_number, receipt_number
from offline_cache.sealing import SealingError, UnknownSuiteError, suite, unpack

SUITE = suite("intl-1")
KEY = SUITE.signing_key(SUITE.new_signing_key())
JOURNAL = b"j" * 16


def chain(length: int, kiosk: str = "K0001") -> list[Entry]:
    previous = entries.genesis(SUITE, kiosk, JOURNAL)
    made = []
    for sequence in range(1, length + 1):
        body = b"sealed body %d" % sequence
        header = Header(
            format=entries.FORMAT,
            kiosk=kiosk,
            journal=JOURNAL,
            sequence=sequence,
            entry_id=sequence.to_bytes(16, "big"),
            kind="case.submitted",
            previous=previous,
            body_digest=SUITE.digest(body),
            suite="intl-1",
            platform_key="pk",
            definition="x@1",
            created_ms=1_800_000_000_000 + sequence,
            clock=Clock(1, None, 2, b"b" * 16, 3),
        )
        found, previous = entries.build(SUITE, KEY, header, body)
        made.append(found)
    return made


def verify(found: list[Entry], kiosk: str = "K0001") -> None:
    """As the platform and the kiosk do: every link, and the last signature."""
    previous = entries.genesis(SUITE, kiosk, JOURNAL)
    for sequence, one in enumerate(found, start=1):
        header, previous = entries.check_link(SUITE, one, previous, sequence)
    entries.check_signature(SUITE.verifying_key(KEY.public), found[-1], previous, header.created_ms)


def changed(data: bytes, place: int, change: int) -> bytes:
    at = place % len(data)
    return data[:at] + bytes([data[at] ^ change]) + data[at + 1 :]


def test_a_whole_chain_verifies() -> None:
    verify(chain(5))


@given(
    st.integers(min_value=0, max_value=4),
    st.sampled_from(["header", "body"]),
    st.integers(min_value=0),
    st.integers(min_value=1, max_value=255),
)
def test_any_changed_byte_is_found(which: int, part: str, place: int, change: int) -> None:
    found = chain(5)
    damaged = msgspec.structs.replace(found[which], **{part: changed(getattr(found[which], part), place, change)})
    found[which] = damaged
    with pytest.raises(EntryError):
        verify(found)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_signature_of_the_last_entry_is_found(place: int, change: int) -> None:
    found = chain(3)
    found[-1] = msgspec.structs.replace(found[-1], signature=changed(found[-1].signature, place, change))
    with pytest.raises(EntryError, match="not signed"):
        verify(found)


@pytest.mark.parametrize(
    ("order", "code"), [([0, 2], "entry.gap"), ([1, 0, 2], "entry.gap"), ([1, 2], "entry.gap"), ([0, 0], "entry.gap")]
)
def test_gaps_and_swaps_are_found(order: list[int], code: str) -> None:
    found = chain(3)
    with pytest.raises(EntryError) as error:
        verify([found[at] for at in order])
    assert error.value.code == code


def test_a_chain_cannot_be_moved_to_another_kiosk() -> None:
    with pytest.raises(EntryError) as error:
        verify(chain(2), "K0002")
    assert error.value.code == "entry.chain"


def test_a_dropped_body_leaves_the_chain_whole() -> None:
    found = chain(3)
    verify([msgspec.structs.replace(found[0], body=None), *found[1:]])


def test_the_signature_covers_the_time_of_submission() -> None:
    (found,) = chain(1)
    digest = entries.entry_digest(SUITE, found.header)
    with pytest.raises(EntryError):
        entries.check_signature(SUITE.verifying_key(KEY.public), found, digest, 1)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_header_decoder(raw: bytes) -> None:
    with pytest.raises(EntryError) as error:
        entries.decode_header(raw)
    assert error.value.code in ("entry.malformed", "entry.format")


def test_a_body_opens_only_as_the_body_of_its_entry() -> None:
    key = SUITE.opening_key(SUITE.new_opening_key())
    sealed = SUITE.sealing_key(key.public).seal(b"plain" * 100, entries.body_binding(b"a" * 16))
    assert key.open(sealed, entries.body_binding(b"a" * 16)) == b"plain" * 100
    for wrong in (
        lambda: key.open(sealed, entries.body_binding(b"b" * 16)),
        lambda: SUITE.opening_key(SUITE.new_opening_key()).open(sealed, entries.body_binding(b"a" * 16)),
        lambda: key.open(b"", b""),
    ):
        with pytest.raises(SealingError):
            wrong()


def test_a_bomb_is_not_inflated() -> None:
    import zstandard

    bomb = zstandard.compress(b"\0" * 50_000_000)
    with pytest.raises(SealingError, match="longer than"):
        unpack(bomb, 1_000_000)


@pytest.mark.parametrize("spoil", [lambda frame: frame[:-3], lambda frame: frame + b"x", lambda _: b"rubbish"])
def test_only_one_whole_frame_is_unpacked(spoil: object) -> None:
    import zstandard

    frame = zstandard.compress(b"hello" * 1000)
    assert unpack(frame, 10_000) == b"hello" * 1000
    with pytest.raises(SealingError):
        unpack(spoil(frame), 10_000)


def test_an_unknown_suite_is_named() -> None:
    with pytest.raises(UnknownSuiteError, match="intl-1"):
        suite("rot-13")


@given(st.integers(min_value=1, max_value=999_999), st.integers(min_value=0), st.sampled_from("0123456789ABCXYZ"))
def test_a_wrong_character_in_a_number_is_found(sequence: int, place: int, character: str) -> None:
    number = receipt_number("K0001", os.urandom(16), sequence)
    assert is_receipt_number(number)
    at = place % len(number)
    if number[at] not in ("-", character):
        assert not is_receipt_number(number[:at] + character + number[at + 1 :])
