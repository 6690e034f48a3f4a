"""Talks to the platform: signed requests on `requests`, with an expected failure for each way it can go wrong."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec
import requests
from requests.adapters import HTTPAdapter

from offline_cache.batch import encode_batch
from offline_cache.entry import Entry
from offline_cache.identity import Identity
from sync.signature import sign
from sync.wire import BATCH_TYPE, BatchAnswer, EnrolmentAnswer, EnrolmentRequest, FeedAnswer, Problem

T = TypeVar("T")
CONNECT_S: Final = 5.0
READ_S: Final = 20.0
MAX_ANSWER_BYTES: Final = 4_000_000


class PlatformError(Exception):
    """The platform did not do what was asked. `code` says why, `retry_after_s` what it asked for.

    platform.unreachable: no connection. platform.not-ours: something else answers in its place (a captive portal, a
    proxy). platform.fault: it answers 5xx or 429. Any other code is the platform's own refusal (sync.wire.Problem).
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retry_after_s: float | None = None,
        wanted: int | None = None,
        server_ms: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s
        self.wanted = wanted
        self.server_ms = server_ms


class PlatformClient:
    """One for each thread. now: the platform's time, as far as it is known."""

    def __init__(self, url: str, identity: Identity | None, now: Callable[[], datetime]) -> None:
        """identity: None before enrolment; only `enrol` works then."""
        self._url = url
        self._identity = identity
        self._now = now
        self._session = requests.Session()
        self._session.mount("http://", HTTPAdapter(max_retries=0))
        self._session.mount("https://", HTTPAdapter(max_retries=0))

    def close(self) -> None:
        self._session.close()

    def enrol(self, request: EnrolmentRequest) -> EnrolmentAnswer:
        prepared = self._session.prepare_request(
            requests.Request("POST", f"{self._url}/v1/enrolments", data=msgspec.json.encode(request))
        )
        return self._send(prepared, EnrolmentAnswer, READ_S)

    def put_entries(self, journal: bytes, first: int, entries: list[Entry]) -> BatchAnswer:
        """entries: consecutive, the first with sequence `first`."""
        assert self._identity is not None
        body = encode_batch(entries)
        path = f"/v1/kiosks/{self._identity.kiosk}/journals/{journal.hex()}/{first}"
        return self._send(self._signed("PUT", path, body, {"Content-Type": BATCH_TYPE}), BatchAnswer, READ_S)

    def feed(self, after: int, wait_s: float, key_id: str) -> FeedAnswer:
        """Items after the cursor; the platform holds the answer back up to `wait_s` seconds for one. key_id: of the
        platform's key as it is known here."""
        assert self._identity is not None
        path = f"/v1/kiosks/{self._identity.kiosk}/feed?after={after}&wait={wait_s:g}&key={quote(key_id)}"
        return self._send(self._signed("GET", path, b"", {}), FeedAnswer, READ_S + wait_s)

    def _signed(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> requests.PreparedRequest:
        assert self._identity is not None
        prepared = self._session.prepare_request(
            requests.Request(method, self._url + path, data=body or None, headers=headers)
        )
        sign(prepared, body, self._identity.kiosk, self._identity.http_key, self._now())
        return prepared

    def _send(self, prepared: requests.PreparedRequest, kind: type[T], read_s: float) -> T:
        try:
            with self._session.send(
                prepared, timeout=(CONNECT_S, read_s), allow_redirects=False, stream=True
            ) as answer:
                body = _bounded(answer)
                return _understand(answer, body, kind)
        except (requests.RequestException, OSError) as error:
            raise PlatformError(
                "platform.unreachable", f"{self._url} does not answer ({type(error).__name__})"
            ) from error


def _bounded(answer: requests.Response) -> bytes:
    body = b""
    for piece in answer.iter_content(65536):
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise PlatformError("platform.not-ours", f"the answer is longer than {MAX_ANSWER_BYTES} bytes")
    return body


def _understand(answer: requests.Response, body: bytes, kind: type[T]) -> T:
    status = answer.status_code
    media = answer.headers.get("Content-Type", "").partition(";")[0]
    if status >= 500 or status == 429:
        raise PlatformError(
            "platform.fault", f"the platform answers {status}", retry_after_s=_retry_after(answer.headers)
        )
    try:
        if status == 200 or status == 201:
            return msgspec.json.decode(body, type=kind)
        if media == "application/problem+json":
            problem = msgspec.json.decode(body, type=Problem)
            raise PlatformError(problem.code, problem.title, wanted=problem.next, server_ms=problem.server_ms)
    except ValueError as error:
        raise _not_ours(status, media) from error
    raise _not_ours(status, media)


def _not_ours(status: int, media: str) -> PlatformError:
    return PlatformError(
        "platform.not-ours",
        f"something else answers in the platform's place ({status}, {media or 'no type'}): a log-in page or a proxy?",
    )


def _retry_after(headers: Any) -> float | None:
    """Seconds; dates are as rare as they are useless on a kiosk whose clock may be wrong."""
    value = str(headers.get("Retry-After", "")).strip()
    return float(value) if value.isascii() and value.isdigit() else None


def utc(ms: int) -> datetime:
    """Unix milliseconds as a time."""
    return datetime.fromtimestamp(ms / 1000, UTC)
