"""The OpenAPI document against the real platform: whatever a client makes of it, rightly or wrongly, signed by an
enrolled kiosk or not, no server error; and what is refused is refused as the contract says."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import schemathesis
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.serialization import encode_json
from schemathesis import GenerationMode

from central.app import contract
from sync.signature import sign
from sync.wire import BATCH_TYPE, REFUSALS
from tests.central.conftest import EITHER_DATABASE, Kiosk, Server


@schemathesis.serializer(BATCH_TYPE)
def _batch(_: Any, value: Any) -> bytes:
    """What was generated; every other one in a true frame, so that what lies behind it is met, too."""
    raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
    return zstandard.compress(raw) if len(raw) % 2 else raw


OPERATIONS = {
    found.ok().label: found.ok()
    for found in schemathesis.openapi.from_dict(json.loads(encode_json(contract()))).get_all_operations()
}
KNOWN = {(status, code) for code, (status, _) in REFUSALS.items()}
OTHER_STATUS = {404, 405, 413}
"""Of the framework, with request.malformed as code."""


@EITHER_DATABASE
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_no_request_makes_the_platform_fail(server: Server, kiosk: Kiosk, label: str) -> None:
    operation = OPERATIONS[label]
    cases = st.one_of(operation.as_strategy(), operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    with requests.Session() as session:

        @settings(max_examples=15, database=None, suppress_health_check=list(HealthCheck))
        @given(case=cases, signed=st.booleans())
        def try_one(case: Any, signed: bool) -> None:
            answer = session.send(_prepared(session, case, server.url, kiosk if signed else None), timeout=20)
            assert answer.status_code < 500, (answer.status_code, answer.text)
            if answer.status_code >= 400 and answer.headers["Content-Type"] != "text/html; charset=utf-8":
                code = answer.json()["code"]
                known = (answer.status_code, code) in KNOWN
                assert known or (answer.status_code in OTHER_STATUS and code == "request.malformed")

        try_one()
    assert server.answers()
    assert server.stop() == ""


def _prepared(session: requests.Session, case: Any, url: str, kiosk: Kiosk | None) -> requests.PreparedRequest:
    """As generated; with the enrolled kiosk in the path and its true signature, when it is one."""
    if kiosk is not None and isinstance(case.path_parameters, dict) and "kiosk" in case.path_parameters:
        case.path_parameters["kiosk"] = kiosk.identity.kiosk
    if isinstance(case.query, dict) and "wait" in case.query:
        case.query["wait"] = 0
    arguments = case.as_transport_kwargs(base_url=url)
    arguments["headers"] = {name: value for name, value in arguments["headers"].items() if not name.startswith("X-")}
    prepared = session.prepare_request(requests.Request(**arguments))
    if kiosk is not None:
        for name in ("Signature", "Signature-Input", "Content-Digest"):
            prepared.headers.pop(name, None)
        raw = prepared.body or b""
        prepared.body = raw.encode() if isinstance(raw, str) else raw
        sign(prepared, prepared.body, kiosk.identity.kiosk, kiosk.identity.http_key, datetime.now(UTC))
    return prepared
