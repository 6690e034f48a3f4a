"""The sealing suites. `sm-1` has to agree with another implementation of the same standards: gmalglib."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from gmalglib.sm2 import SM2
from hypothesis import given
from hypothesis import strategies as st

from offline_cache import sm2
from offline_cache.sealing import SUITES, SealingError, suite

SUITE = pytest.mark.parametrize("name", SUITES)
PRIVATE = sm2.generate()
PEER = SM2(PRIVATE[:32])


def raw_ciphertext(der: bytes) -> bytes:
    """GM/T 0009's SM2Cipher as the bare C1 ‖ C3 ‖ C2."""
    parts, at = [], 2 if der[1] < 0x80 else 2 + (der[1] & 0x7F)
    while at < len(der):
        length = der[at + 1]
        parts.append(der[at + 2 : at + 2 + length])
        at += 2 + length
    x, y, digest, text = parts
    return b"\4" + x[-32:].rjust(32, b"\0") + y[-32:].rjust(32, b"\0") + digest + text


def der_ciphertext(raw: bytes) -> bytes:
    def number(octets: bytes) -> bytes:
        short = octets.lstrip(b"\0")
        short = b"\0" + short if not short or short[0] & 0x80 else short
        return bytes([2, len(short)]) + short

    digest, text = raw[65:97], raw[97:]
    inner = number(raw[1:33]) + number(raw[33:65]) + bytes([4, 32]) + digest + bytes([4, len(text)]) + text
    return bytes([0x30, *([len(inner)] if len(inner) < 0x80 else [0x81, len(inner)])]) + inner


@given(st.binary(max_size=500))
def test_our_sm2_signature_is_believed_by_another_implementation(message: bytes) -> None:
    r, s = decode_dss_signature(sm2.PrivateKey(PRIVATE).sign(message))
    assert PEER.verify(message, r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@given(st.binary(max_size=500))
def test_its_signature_is_believed_by_ours(message: bytes) -> None:
    raw = PEER.sign(message)
    signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    assert sm2.PublicKey(PRIVATE[32:]).verify(signature, message)
    assert not sm2.PublicKey(PRIVATE[32:]).verify(signature, message + b"x")


@given(st.binary(min_size=1, max_size=60))
def test_each_decrypts_what_the_other_encrypted(plain: bytes) -> None:
    assert PEER.decrypt(raw_ciphertext(sm2.PublicKey(PRIVATE[32:]).encrypt(plain))) == plain
    assert sm2.PrivateKey(PRIVATE).decrypt(der_ciphertext(PEER.encrypt(plain))) == plain


def test_a_generated_key_is_the_point_of_its_scalar() -> None:
    assert SM2.get_pk(PRIVATE[:32]) == PRIVATE[32:]


@pytest.mark.parametrize(
    "public",
    [b"", b"\4" + bytes(64), b"\2" + PRIVATE[33:], PRIVATE[32:-1]],
    ids=["empty", "zeros", "compressed", "short"],
)
def test_what_is_no_point_is_refused(public: bytes) -> None:
    with pytest.raises(ValueError, match="SM2"):
        sm2.PublicKey(public)


def test_sm3_is_the_standards() -> None:
    """GB/T 32905, appendix A.1."""
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert suite("sm-1").digest(b"abc").hex() == expected


@SUITE
def test_only_the_platforms_key_opens_and_only_as_the_same_entry(name: str) -> None:
    algorithms = suite(name)
    key, other = (algorithms.opening_key(algorithms.new_opening_key()) for _ in range(2))
    sealed = algorithms.sealing_key(key.public).seal("王桂兰".encode(), b"entry 1")
    assert key.open(sealed, b"entry 1").decode() == "王桂兰"
    for opened_by, bound_to in ((other, b"entry 1"), (key, b"entry 2")):
        with pytest.raises(SealingError):
            opened_by.open(sealed, bound_to)


@SUITE
@given(place=st.integers(0, 1 << 16), change=st.integers(1, 255))
def test_any_changed_byte_of_a_sealed_text_is_found(name: str, place: int, change: int) -> None:
    algorithms = suite(name)
    key = algorithms.opening_key(KEYS[name])
    sealed = bytearray(algorithms.sealing_key(key.public).seal(b"plain" * 20, b"x"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(SealingError):
        key.open(bytes(sealed), b"x")


KEYS = {name: suite(name).new_opening_key() for name in SUITES}


@SUITE
@given(raw=st.binary(max_size=300))
def test_no_bytes_break_opening(name: str, raw: bytes) -> None:
    with pytest.raises(SealingError):
        suite(name).opening_key(KEYS[name]).open(raw, b"x")


@SUITE
def test_a_locked_file_opens_with_its_own_key_only(name: str) -> None:
    algorithms = suite(name)
    key, other = b"k" * algorithms.file_key_bytes, b"o" * algorithms.file_key_bytes
    locked = algorithms.lock(key, b"photo")
    assert b"photo" not in locked
    assert algorithms.unlock(key, locked) == b"photo"
    for bad_key, bad in ((other, locked), (key, locked[:-1]), (key, b""), (key, locked[:5])):
        with pytest.raises(SealingError):
            algorithms.unlock(bad_key, bad)
