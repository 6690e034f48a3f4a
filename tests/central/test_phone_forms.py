"""What phones and others send is taken apart safely, however it is cut and whatever it is called."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.filepost import encode_multipart_formdata

from central.phone_files import MAX_FILE, FormError, files, media_type
from central.phone_uploads import ClosedError, token_digest, token_text

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
BOUNDARY = "boundary"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def taken(body: Sequence[bytes], content_type: str = TYPE) -> list[bytes | str]:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in body:
            yield piece

    async def run() -> list[bytes | str]:
        return [found async for found in files(content_type, pieces())]

    return asyncio.run(run())


def cut(whole: bytes, at: list[int]) -> list[bytes]:
    """whole in pieces that end at those places."""
    places = [0, *sorted({place % (len(whole) + 1) for place in at}), len(whole)]
    return [whole[start:end] for start, end in pairwise(places)]


@given(NAMES, st.lists(st.binary(max_size=300), max_size=4), st.lists(st.integers(0, 5000), max_size=6))
def test_every_picture_comes_whole_whatever_its_name_and_cuts(name: str, tails: list[bytes], at: list[int]) -> None:
    fields = [("files", (name, JPEG + tail, "text/html")) for tail in tails]
    body, _ = encode_multipart_formdata([*fields, ("words", "nothing")], boundary=BOUNDARY)
    # Whoever knows the boundary may write it into a picture: that is another form then, and no picture of ours.
    if any(BOUNDARY.encode() in tail for tail in tails) or BOUNDARY in name:
        return
    assert taken(cut(body, at)) == [JPEG + tail for tail in tails]


@given(st.lists(st.binary(max_size=200), max_size=5), st.text(max_size=60))
def test_whatever_comes_is_a_file_or_refused(body: list[bytes], content_type: str) -> None:
    for kind in (content_type, TYPE):
        try:
            found = taken(body, kind)
        except FormError:
            continue
        assert all(isinstance(one, str) or media_type(one) for one in found)


@given(st.integers(2, 200))
def test_a_form_that_breaks_off_gives_what_was_whole(left: int) -> None:
    body, _ = encode_multipart_formdata([("a", ("a", JPEG)), ("b", ("b", JPEG + b"x" * 400))], boundary=BOUNDARY)
    found: list[bytes | str] = []

    async def pieces() -> AsyncIterator[bytes]:
        yield body[: -1 - left]

    async def run() -> None:
        async for one in files(TYPE, pieces()):
            found.append(one)

    with pytest.raises(FormError):
        asyncio.run(run())
    assert found[:1] == [JPEG]


def test_a_file_is_held_to_its_limit_and_the_next_is_taken() -> None:
    fields = [("a", ("a", JPEG + b"\0" * MAX_FILE)), ("b", ("b", JPEG))]
    body, _ = encode_multipart_formdata(fields, boundary=BOUNDARY)
    pieces = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    assert taken(pieces) == ["size", JPEG]


@given(st.binary(min_size=32, max_size=32))
def test_a_token_is_found_by_its_text_only(token: bytes) -> None:
    text = token_text(token)
    assert token_digest(text) == sha256(token).digest()
    for other in (text + "=", text[:-1], f" {text}", text + "\n"):
        with pytest.raises(ClosedError):
            token_digest(other)


@given(st.text(max_size=60) | st.text("AZaz09_-", min_size=43, max_size=43))
def test_what_is_no_token_is_refused_and_what_is_one_is_written_in_one_way(text: str) -> None:
    try:
        digest = token_digest(text)
    except ClosedError:
        return
    assert len(text) == 43
    assert len(digest) == 32
