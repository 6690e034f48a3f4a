"""What anybody may ask: a citizen's phone, a monitor, whoever connects a platform."""

import base64
import binascii
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath

from central import cases, certificates, downloads
from central.bundles import Bundled, together
from central.cases import CaseRecord
from central.contract import PublicOperation
from central.pages import (
    PRIVATE,
    certificate_page,
    no_certificate_page,
    no_download_page,
    not_found_page,
    progress_page,
)
from central.platform import platform_of
from central.store import Transaction


@get("/p/{token:str}", media_type=MediaType.HTML, operation_class=PublicOperation, summary="A case's state, for phones")
async def progress(request: Request[Any, Any, State], token: FromPath[str]) -> Response[str]:
    """Names nobody. Not found: 404, with what to do."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raw = b""

    async def look(work: Transaction) -> tuple[CaseRecord, list[Bundled]] | None:
        case = await cases.by_token(work, raw)
        return None if case is None else (case, await together(work, case))

    found = await platform_of(request).store.do(look)
    page = not_found_page() if found is None else progress_page(*found)
    return Response(page, status_code=200 if found else 404, media_type=MediaType.HTML, headers=PRIVATE)


@get("/v/{code:str}", media_type=MediaType.HTML, operation_class=PublicOperation, summary="Does a certificate hold?")
async def verification(request: Request[Any, Any, State], code: FromPath[str]) -> Response[str]:
    """For whoever holds the paper. Not found: 404, with what to do."""
    found = await platform_of(request).store.do(lambda work: certificates.by_code(work, code))
    page = no_certificate_page() if found is None else certificate_page(found)
    return Response(page, status_code=200 if found else 404, media_type=MediaType.HTML, headers=PRIVATE)


@get("/c/{token:str}", operation_class=PublicOperation, summary="A certificate's PDF, by a link of ten minutes")
async def download(request: Request[Any, Any, State], token: FromPath[str]) -> Response[bytes]:
    """For the phone that scanned the kiosk's screen. Not found, used up or too late: 404, with what to do."""
    platform = platform_of(request)
    pdf = await platform.store.do(lambda work: downloads.fetch(work, token, platform.now_ms()))
    if pdf is None:
        page = no_download_page().encode()
        return Response(page, status_code=404, media_type=MediaType.HTML, headers=PRIVATE)
    named = {"Content-Disposition": 'attachment; filename="certificate.pdf"'}
    return Response(pdf, media_type="application/pdf", headers={**PRIVATE, **named})


@get("/healthz", operation_class=PublicOperation, summary="200 when the database answers; the platform's clock")
async def healthz(request: Request[Any, Any, State]) -> dict[str, int]:
    platform = platform_of(request)

    async def look(work: Transaction) -> None:
        await work.row("SELECT one FROM platform")

    await platform.store.do(look)
    return {"server_ms": platform.now_ms()}
