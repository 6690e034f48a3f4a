"""The platform's HTTP interface (docs/sync.md). Handlers check and translate; the work is in the modules they call."""

import asyncio
import base64
import binascii
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from litestar import Litestar, MediaType, Request, Response, get, post, put
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from central import cases, platform_key
from central.enrolment import EnrolmentError, enrol
from central.ingest import IngestError, Kiosk, alarm, find_kiosk, ingest
from central.opening import open_some
from central.pages import not_found_page, progress_page
from central.writer import Writer
from offline_cache.batch import BatchError, decode_batch
from offline_cache.sqlite import Connection
from sync.signature import SignatureError, verify
from sync.wire import (
    MAX_SKEW_S,
    BatchAnswer,
    EnrolmentAnswer,
    EnrolmentRequest,
    FeedAnswer,
    FeedItem,
    PlatformKeyInfo,
    Problem,
)

logger = logging.getLogger(__name__)

T = TypeVar("T")
MAX_BODY: Final = 8_000_000
MAX_WAIT_S: Final = 25.0
FEED_POLL_S: Final = 0.25
FEED_LIMIT: Final = 200


@dataclass
class Platform:
    """What the handlers share. public_address: where phones reach this platform."""

    data: Path
    writer: Writer
    public_address: str
    to_open: asyncio.Event
    stopping: asyncio.Event


class RefusedError(Exception):
    """An answer that is not 2xx, with a stable code."""

    def __init__(self, status: int, code: str, title: str, wanted: int | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.code = code
        self.wanted = wanted


@post("/v1/enrolments")
async def enrolments(request: Request[Any, Any, State]) -> EnrolmentAnswer:
    platform: Platform = request.app.state.platform
    try:
        given = msgspec.json.decode(await request.body(), type=EnrolmentRequest)
    except ValueError as error:
        raise RefusedError(400, "request.malformed", f"not an enrolment request: {error}") from error
    try:
        kiosk = await platform.writer.do(lambda connection: enrol(connection, given, _now_ms()))
    except EnrolmentError as error:
        raise RefusedError(403, error.code, str(error)) from error
    key = platform_key.current(platform.data, given.suite)
    return EnrolmentAnswer(
        kiosk=kiosk,
        platform_key_id=key.key_id,
        platform_public_key=key.public_key,
        public_address=platform.public_address,
        server_ms=_now_ms(),
    )


@put("/v1/kiosks/{kiosk:str}/journals/{journal:str}/{first:int}", status_code=200)
async def put_journal(request: Request[Any, Any, State], kiosk: str, journal: str, first: int) -> BatchAnswer:
    platform: Platform = request.app.state.platform
    body = await request.body()
    known = await _identify(request, kiosk, body)
    try:
        journal_id = bytes.fromhex(journal)
        batch = decode_batch(body)
    except (ValueError, BatchError) as error:
        raise RefusedError(400, "request.malformed", str(error)) from error
    if len(journal_id) != 16 or first < 1:
        raise RefusedError(400, "request.malformed", "the path is …/journals/{32 hex digits}/{first sequence}")
    try:
        answer = await platform.writer.do(
            lambda connection: ingest(connection, known, journal_id, first, batch.entries, _now_ms())
        )
    except IngestError as error:
        refusal = error
    else:
        platform.to_open.set()
        return answer
    if refusal.code != "journal.gap":
        logger.error("%s: journal %s, entry %s: %s", kiosk, journal, first, refusal.code)
        await platform.writer.do(
            lambda connection: alarm(connection, kiosk, journal_id, first, refusal.code, _now_ms())
        )
    raise RefusedError(409, refusal.code, str(refusal), refusal.wanted)


@get("/v1/kiosks/{kiosk:str}/feed")
async def feed(
    request: Request[Any, Any, State], kiosk: str, after: int = 0, wait: float = 0.0, key: str = ""
) -> FeedAnswer:
    platform: Platform = request.app.state.platform
    known = await _identify(request, kiosk, b"")
    newest = platform_key.current(platform.data, known.suite)
    changed = PlatformKeyInfo(newest.key_id, newest.public_key) if key != newest.key_id else None
    end = time.monotonic() + min(max(wait, 0.0), MAX_WAIT_S)
    while True:
        items = await platform.writer.do(lambda connection: _feed_items(connection, kiosk, after))
        if items or changed or time.monotonic() >= end or platform.stopping.is_set():
            cursor = items[-1].cursor if items else after
            return FeedAnswer(items=items, next=cursor, server_ms=_now_ms(), platform_key=changed)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(platform.stopping.wait(), FEED_POLL_S)


@get("/p/{token:str}", media_type=MediaType.HTML)
async def progress(request: Request[Any, Any, State], token: str) -> Response[str]:
    platform: Platform = request.app.state.platform
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    found = await platform.writer.do(lambda connection: cases.by_token(connection, raw))
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    if found is None:
        return Response(not_found_page(), status_code=404, media_type=MediaType.HTML, headers=headers)
    return Response(progress_page(found), media_type=MediaType.HTML, headers=headers)


@get("/healthz")
async def healthz(request: Request[Any, Any, State]) -> dict[str, int]:
    """200 when a read through the writer works."""
    platform: Platform = request.app.state.platform
    await platform.writer.do(lambda connection: connection.execute("SELECT 1").fetchone())
    return {"server_ms": _now_ms()}


class _Signed:
    """The request as the signature's library wants it."""

    def __init__(self, request: Request[Any, Any, State]) -> None:
        self.method = request.method
        self.url = str(request.url)
        self.headers = dict(request.headers.items())


async def _identify(request: Request[Any, Any, State], kiosk: str, body: bytes) -> Kiosk:
    platform: Platform = request.app.state.platform
    known = await platform.writer.do(lambda connection: find_kiosk(connection, kiosk))
    if known is None:
        raise RefusedError(403, "kiosk.unknown", f"no kiosk {kiosk} is enrolled here")
    try:
        verify(_Signed(request), body, kiosk, known.request_key, datetime.now(UTC), MAX_SKEW_S)
    except SignatureError as error:
        raise RefusedError(401, error.code, str(error)) from error
    return known


def _feed_items(connection: Connection, kiosk: str, after: int) -> list[FeedItem]:
    rows = connection.execute(
        "SELECT cursor, about, letter FROM feed WHERE kiosk = ? AND cursor > ? ORDER BY cursor LIMIT ?",
        (kiosk, after, FEED_LIMIT),
    )
    return [FeedItem(*row) for row in rows]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _problem(status: int, problem: Problem) -> Response[bytes]:
    return Response(msgspec.json.encode(problem), status_code=status, media_type="application/problem+json")


def _refused(_: Request[Any, Any, State], error: RefusedError) -> Response[bytes]:
    return _problem(error.status, Problem(error.code, str(error), _now_ms(), error.wanted))


def _http_error(_: Request[Any, Any, State], error: HTTPException) -> Response[bytes]:
    code = "server.fault" if error.status_code >= 500 else "request.malformed"
    return _problem(error.status_code, Problem(code, error.detail, _now_ms()))


def _fault(request: Request[Any, Any, State], error: Exception) -> Response[bytes]:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _problem(500, Problem("server.fault", "the platform failed; nothing of this request was kept", _now_ms()))


async def _keep_opening(platform: Platform) -> None:
    while not platform.stopping.is_set():
        while await platform.writer.do(
            lambda connection: open_some(connection, platform_key.keys(platform.data), _now_ms())
        ):
            pass
        platform.to_open.clear()
        await platform.to_open.wait()


def make_app(data: Path, public_address: str) -> Litestar:
    """Raises StorageError when the data folder cannot be used."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        writer = Writer(data)
        platform = Platform(data, writer, public_address, asyncio.Event(), asyncio.Event())
        app.state.platform = platform
        opening = asyncio.create_task(_keep_opening(platform))
        try:
            yield
        finally:
            platform.stopping.set()
            platform.to_open.set()
            await opening
            writer.close()

    handlers: list[Callable[..., Awaitable[Any]] | Any] = [
        enrolments, put_journal, feed, progress, healthz,
    ]  # fmt: skip
    return Litestar(
        handlers,
        lifespan=[lifespan],
        request_max_body_size=MAX_BODY,
        exception_handlers={RefusedError: _refused, HTTPException: _http_error, Exception: _fault},
        openapi_config=None,
        logging_config=None,
    )
