"""What a phone asks for that sends pictures of a paper (docs/sync.md, docs/security.md)."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import ClientException, InternalServerException
from litestar.params import FromPath, FromQuery

from central import phone_uploads
from central.contract import FormOperation, PageOperation
from central.pages import headers, in_language
from central.phone_files import MAX_FILE, FormError, PhoneFiles, files
from central.phone_pages import closed_page, upload_page
from central.phone_uploads import MAX_FILES, ClosedError, Opened
from central.platform import Platform, platform_of
from central.saying import Saying, saying_for
from central.store import Store
from offline_cache.sqlite import StorageError

logger = logging.getLogger(__name__)

MAX_FORM: Final = MAX_FILES * MAX_FILE + 1_000_000
AT_ONCE: Final = 16
"""Forms that one process takes at the same time: so many files are in memory."""
_STATUS: Final = {"unknown": 404, "expired": 410, "used": 410}
_WORST: Final = ("cut", "full", "size", "type", "ok", "nothing")
"""Of several files' fates the one that is said."""

Html = Response[str]
_places = asyncio.Semaphore(AT_ONCE)


@get("/u/{token:str}", media_type=MediaType.HTML, operation_class=PageOperation, summary="Send papers by phone")
async def upload(request: Request[Any, Any, State], token: FromPath[str], said: FromQuery[str] = "") -> Html:
    """For whoever scanned a kiosk's QR code. Not found: 404; over: 410; each with what to do."""
    say = saying_for(request)
    try:
        opened = await _opened(platform_of(request), token)
    except ClosedError as error:
        return _page(say, closed_page(say, error.why), _STATUS[error.why])
    return _page(say, upload_page(say, opened, token, said))


@post(
    "/u/{token:str}", status_code=303, media_type=MediaType.HTML, operation_class=FormOperation,
    summary="Pictures of a paper, as a form's files", request_max_body_size=MAX_FORM,
)  # fmt: skip
async def send(request: Request[Any, Any, State], token: FromPath[str]) -> Html:
    """Leads back to the page, which says what was taken; that is durable then."""
    platform, say = platform_of(request), saying_for(request)
    try:
        opened = await _opened(platform, token)
    except ClosedError:
        return _back(say, token)
    try:
        if (request.content_length or 0) > MAX_FORM:
            return _page(say, upload_page(say, opened, token, "size"), 413)
        if _places.locked():
            return _page(say, upload_page(say, opened, token, "busy"), 503)
        async with _places:
            fates = await _take(request, platform, token, opened)
    except ClosedError:
        return _back(say, token)
    except StorageError as error:
        logger.error("a phone's files are not kept: %s [%s]", error, error.code)  # noqa: TRY400
        return _page(say, upload_page(say, opened, token, "busy"), 503)
    return _back(say, token, next(fate for fate in _WORST if fate in fates))


@post(
    "/u/{token:str}/remove", status_code=303, media_type=MediaType.HTML, operation_class=PageOperation,
    summary="Take back a picture that was sent", request_max_body_size=1000,
)  # fmt: skip
async def remove(request: Request[Any, Any, State], token: FromPath[str]) -> Html:
    platform, say = platform_of(request), saying_for(request)
    row = parse_qs((await request.body()).decode("ascii", "replace")).get("file", [""])[0]
    if not row.isdecimal() or not row.isascii() or len(row) > 18:
        raise ClientException("no file is named")
    try:
        digest = phone_uploads.token_digest(token)
        await platform.store.do(lambda work: phone_uploads.remove(work, digest, int(row), platform.now_ms()))
    except ClosedError:
        return _back(say, token)
    return _back(say, token, "removed")


async def _opened(platform: Platform, token: str) -> Opened:
    digest = phone_uploads.token_digest(token)
    return await platform.store.do(lambda work: phone_uploads.find_open(work, digest, platform.now_ms()))


async def _take(request: Request[Any, Any, State], platform: Platform, token: str, opened: Opened) -> set[str]:
    """What became of each file. Raises ClosedError when the case was handed in meanwhile."""
    fates = {"nothing"}
    content_type = request.headers.get("content-type", "")
    try:
        async with aclosing(_pieces(request)) as pieces:
            async for found in files(content_type, pieces):
                fates.add(found if isinstance(found, str) else await _keep(platform, token, opened.suite, found))
    except FormError:
        fates.add("cut")
    return fates


async def _keep(platform: Platform, token: str, suite: str, content: bytes) -> str:
    folder, digest = PhoneFiles(platform.data), phone_uploads.token_digest(token)
    kept = await folder.keep(suite, content)
    try:
        await platform.store.do(lambda work: phone_uploads.add(work, digest, kept, platform.now_ms()))
    except ClosedError as error:
        folder.delete([kept.digest])
        if error.why != "full":
            raise
        return "full"
    return "ok"


async def _pieces(request: Request[Any, Any, State]) -> AsyncGenerator[bytes, None]:
    """The body as it comes. Raises FormError where the connection breaks off, or where it is too long."""
    try:
        async for piece in request.stream():
            yield piece
    except (InternalServerException, ClientException) as error:
        raise FormError("the connection broke off") from error


def _page(say: Saying, content: str, status: int = 200) -> Html:
    return Response(content, status_code=status, media_type=MediaType.HTML, headers=headers(say))


def _back(say: Saying, token: str, said: str = "") -> Html:
    """Whoever loads the page again sends nothing twice. said: empty where the page itself says what is the matter."""
    address = f"/u/{quote(token, safe='')}{in_language(say)}" + (f"&said={said}" if said else "")
    return Response("", status_code=303, media_type=MediaType.HTML, headers={**headers(say), "Location": address})


async def tidy(store: Store, data: Path, now_ms: int) -> None:
    """Delete what no case came for, and what was taken back. Raises StorageError."""
    folder = PhoneFiles(data)
    await store.do(lambda work: phone_uploads.forget_left(work, now_ms))
    found = await store.do(phone_uploads.dropped)
    if found:
        await asyncio.to_thread(folder.delete, [digest for _, digest in found])
        await store.do(lambda work: phone_uploads.gone(work, [row for row, _ in found]))


async def collect(store: Store, data: Path) -> None:
    """Delete what a crash left in the folder. Raises StorageError."""
    known = await store.do(phone_uploads.digests)
    for path in await asyncio.to_thread(PhoneFiles(data).leftovers, known):
        path.unlink(missing_ok=True)
