"""Talks to the platform: signed requests on `requests`, with an expected failure for each way it can go wrong."""

import io
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import msgspec
import requests

from offline_cache.batch import encode_batch
from offline_cache.entry import Entry
from offline_cache.identity import Identity
from offline_cache.sealing import REQUEST_SUITE, suite
from sync.signature import sign
from sync.transport import AbortableAdapter, OpenSockets
from sync.wire import (
    BATCH_TYPE,
    AttachmentState,
    BatchAnswer,
    CatalogueRoot,
    EnrolmentAnswer,
    EnrolmentRequest,
    FeedAnswer,
    KeyChange,
    KeyChanged,
    Problem,
    SealedAnswer,
    SealedQuestion,
    UrgentAnswer,
    key_change_message,
)

T = TypeVar("T")
CONNECT_S: Final = 5.0
READ_S: Final = 20.0
WHOLE_S: Final = 120.0
"""The longest that one request may take in all, beyond what it was asked to wait: 8 kB a second for the largest
batch. Without it, a line that gives a byte now and then holds the agent for ever."""
MAX_ANSWER_BYTES: Final = 4_000_000


class PlatformError(Exception):
    """The platform did not do what was asked. `code` says why, `retry_after_s` what it asked for.

    platform.unreachable: no connection. platform.certificate: it does not prove who it is. platform.not-ours: something
    else answers in its place (a captive portal, a proxy). platform.fault: it answers 5xx or 429. platform.older: it
    does not know what was asked. Any other code is the platform's own refusal (sync.wire.REFUSALS).
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
    """One for each thread. now: the platform's time, as far as it is known. authorities: a file of certificates to
    believe instead of the usual ones."""

    def __init__(
        self, url: str, identity: Identity | None, now: Callable[[], datetime], authorities: Path | None = None
    ) -> None:
        """identity: None before enrolment; only `enrol` works then."""
        self._url = url
        self._identity = identity
        self._now = now
        self._sockets = OpenSockets()
        self.session = requests.Session()
        """What else goes over this client's connections ends with them, too."""
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, AbortableAdapter(self._sockets))
        if authorities is not None:
            self.session.verify = str(authorities)

    def close(self) -> None:
        self.session.close()

    def abort(self) -> None:
        """From any thread: what is under way, and whatever comes, fails as platform.unreachable."""
        self._sockets.abort(for_good=True)

    def enrol(self, request: EnrolmentRequest) -> EnrolmentAnswer:
        prepared = self.session.prepare_request(
            requests.Request("POST", f"{self._url}/v1/enrolments", data=msgspec.json.encode(request))
        )
        return self._send(prepared, EnrolmentAnswer, READ_S)

    def put_entries(self, journal: bytes, first: int, entries: list[Entry]) -> BatchAnswer:
        """entries: consecutive, the first with sequence `first`."""
        return self._ask("PUT", f"/journals/{journal.hex()}/{first}", encode_batch(entries), BatchAnswer, BATCH_TYPE)

    def put_urgent(self, entries: list[Entry]) -> UrgentAnswer:
        """Entries out of their turn; each is sent again in its journal."""
        return self._ask("PUT", "/urgent", encode_batch(entries), UrgentAnswer, BATCH_TYPE)

    def feed(self, after: int, wait_s: float, key_id: str, epoch: str = "") -> FeedAnswer:
        """Items after the cursor; the platform holds the answer back up to `wait_s` seconds for one. key_id: of the
        platform's key as it is known here."""
        query = urlencode({"after": after, "wait": f"{wait_s:g}", "key": key_id, "epoch": epoch})
        return self._ask("GET", f"/feed?{query}", b"", FeedAnswer, wait_s=wait_s)

    def attachment(self, digest: bytes) -> AttachmentState:
        return self._ask("GET", f"/attachments/{digest.hex()}", b"", AttachmentState)

    def send_chunk(
        self, digest: bytes, offset: int, size: int, chunk: bytes, counted: Callable[[int], None]
    ) -> AttachmentState:
        """size: of the whole attachment. counted: is told of bytes as they go out, also when the rest does not."""
        path = f"/attachments/{digest.hex()}?offset={offset}&size={size}"
        prepared = self._signed("PATCH", path, chunk, {"Content-Type": "application/octet-stream"})
        prepared.body = _Counted(chunk, counted)  # type: ignore[assignment] # requests takes what can be read, too
        return self._send(prepared, AttachmentState, READ_S)

    def catalogue_root(self) -> CatalogueRoot:
        return self._ask("GET", "/catalogue", b"", CatalogueRoot)

    def ask(self, question: SealedQuestion) -> SealedAnswer:
        return self._ask("POST", "/questions", msgspec.json.encode(question), SealedAnswer, "application/json")

    def change_request_key(self, private_key: bytes) -> None:
        """From its answer on, the platform believes the new key only."""
        assert self._identity is not None
        key = suite(REQUEST_SUITE).signing_key(private_key)
        change = KeyChange(key.public, key.sign(key_change_message(self._identity.kiosk, key.public)))
        self._ask("POST", "/request-key", msgspec.json.encode(change), KeyChanged, "application/json")

    def _ask(self, method: str, path: str, body: bytes, kind: type[T], media_type: str = "", wait_s: float = 0.0) -> T:
        headers = {"Content-Type": media_type} if media_type else {}
        return self._send(self._signed(method, path, body, headers), kind, READ_S + wait_s)

    def _signed(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> requests.PreparedRequest:
        """path: below the kiosk's own."""
        assert self._identity is not None
        url = f"{self._url}/v1/kiosks/{self._identity.kiosk}{path}"
        prepared = self.session.prepare_request(requests.Request(method, url, data=body or None, headers=headers))
        sign(prepared, body, self._identity.kiosk, self._identity.http_key, self._now())
        return prepared

    def _send(self, prepared: requests.PreparedRequest, kind: type[T], read_s: float) -> T:
        watch = threading.Timer(WHOLE_S + read_s, lambda: self._sockets.abort(for_good=False))
        watch.daemon = True
        watch.start()
        try:
            settings = self.session.merge_environment_settings(prepared.url, {}, True, self.session.verify, None)
            with self.session.send(prepared, timeout=(CONNECT_S, read_s), allow_redirects=False, **settings) as answer:
                body = _bounded(answer)
                return _understand(answer, body, kind)
        except requests.exceptions.SSLError as error:
            message = f"{self._url} does not prove who it is: is the clock right, is a proxy between?"
            raise PlatformError("platform.certificate", message) from error
        except (requests.RequestException, OSError) as error:
            message = f"{self._url} does not answer ({type(error).__name__})"
            raise PlatformError("platform.unreachable", message) from error
        finally:
            watch.cancel()


class _Counted(io.BytesIO):
    """A body that tells how much of it went out."""

    def __init__(self, content: bytes, counted: Callable[[int], None]) -> None:
        super().__init__(content)
        self._counted = counted

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self._counted(len(found))
        return found


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
        if status in (200, 201):
            return msgspec.json.decode(body, type=kind)
        if media == "application/problem+json":
            problem = msgspec.json.decode(body, type=Problem)
            code = "platform.older" if status in (404, 405) else problem.code
            raise PlatformError(code, problem.title, wanted=problem.next, server_ms=problem.server_ms)
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
