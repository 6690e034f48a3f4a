"""What anybody may ask: a citizen's phone, a monitor, whoever connects a platform."""

import base64
import binascii
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath

from central import cases, certificates, downloads
from central.bundles import Bundled, language_of, together
from central.cases import CaseRecord
from central.contract import PageOperation, PublicOperation
from central.pages import (
    PRIVATE,
    certificate_page,
    headers,
    no_certificate_page,
    no_download_page,
    not_found_page,
    progress_page,
)
from central.platform import platform_of
from central.saying import CHINESE, saying_for
from central.store import Transaction


@get("/p/{token:str}", media_type=MediaType.HTML, operation_class=PageOperation, summary="A case's state, for phones")
async def progress(request: Request[Any, Any, State], token: FromPath[str]) -> Response[str]:
    """Names nobody. Not found: 404, with what to do."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raw = b""

    async def look(work: Transaction) -> tuple[CaseRecord, list[Bundled], str] | None:
        case = await cases.by_token(work, raw)
        return None if case is None else (case, await together(work, case), await language_of(work, case))

    found = await platform_of(request).store.do(look)
    say = saying_for(request, CHINESE if found is None else found[2])
    page = not_found_page(say) if found is None else progress_page(say, *found[:2])
    return Response(page, status_code=200 if found else 404, media_type=MediaType.HTML, headers=headers(say))


@get("/v/{code:str}", media_type=MediaType.HTML, operation_class=PageOperation, summary="Does a certificate hold?")
async def verification(request: Request[Any, Any, State], code: FromPath[str]) -> Response[str]:
    """For whoever holds the paper. Not found: 404, with what to do."""
    found = await platform_of(request).store.do(lambda work: certificates.by_code(work, code))
    say = saying_for(request)
    page = no_certificate_page(say) if found is None else certificate_page(say, found)
    return Response(page, status_code=200 if found else 404, media_type=MediaType.HTML, headers=headers(say))


@get("/c/{token:str}", operation_class=PageOperation, summary="A certificate's PDF, by a link of ten minutes")
async def download(request: Request[Any, Any, State], token: FromPath[str]) -> Response[bytes]:
    """For the phone that scanned the kiosk's screen. Not found, used up or too late: 404, with what to do."""
    platform = platform_of(request)
    pdf = await platform.store.do(lambda work: downloads.fetch(work, token, platform.now_ms()))
    if pdf is None:
        say = saying_for(request)
        page = no_download_page(say).encode()
        return Response(page, status_code=404, media_type=MediaType.HTML, headers=headers(say))
    named = {"Content-Disposition": 'attachment; filename="certificate.pdf"'}
    return Response(pdf, media_type="application/pdf", headers={**PRIVATE, **named})


@get("/healthz", operation_class=PublicOperation, summary="200 when the database answers; the platform's clock")
async def healthz(request: Request[Any, Any, State]) -> dict[str, int]:
    platform = platform_of(request)

    async def look(work: Transaction) -> None:
        await work.row("SELECT one FROM platform")

    await platform.store.do(look)
    return {"server_ms": platform.now_ms()}
