"""The lines of the contract: a reply, an event, or a clear error."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import Event, Failure, Reply, decode_from_driver

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
FIELDS = st.dictionaries(
    st.sampled_from(["id", "result", "error", "event", "device", "data", "newer"]), JSON, max_size=7
)


@given(st.binary(max_size=200) | FIELDS.map(lambda fields: json.dumps(fields).encode()))
def test_any_line_is_understood_or_refused(line: bytes) -> None:
    try:
        found = decode_from_driver(line)
    except ValueError:
        return
    if isinstance(found, Reply):
        assert (found.result is None) != (found.error is None)
    else:
        assert isinstance(found, Event)


@given(st.integers(), st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_a_reply_comes_through(number: int, result: dict[str, Any]) -> None:
    line = json.dumps({"id": number, "result": result, "newer": 1}).encode()
    assert decode_from_driver(line) == Reply(id=number, result=result)


def test_a_failure_comes_through() -> None:
    reply = Reply(id=1, error=Failure(code="card.none", detail="x"))
    assert decode_from_driver(msgspec.json.encode({"id": 1, "error": {"code": "card.none", "detail": "x"}})) == reply


@pytest.mark.parametrize("line", [b"", b"[]", b'{"id": 1}', b'{"id": 1, "result": {}, "error": {"code": "x.y"}}'])
def test_what_is_neither_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- msgspec's errors and ours have nothing else in common
        decode_from_driver(line)
