"""Who is asking: a kiosk's signature, its time, and that the request was not met before."""

from datetime import UTC, datetime
from typing import Any, Final

from litestar import Request
from litestar.datastructures import State

from central.ingest import Kiosk, find_kiosk
from central.platform import Platform, RefusedError, platform_of
from central.store import Transaction
from sync.signature import SignatureError, Verified, verify
from sync.wire import MAX_SKEW_S

NONCES_KEPT_MS: Final = 3 * MAX_SKEW_S * 1000
"""Longer than a request can be replayed: what is older is refused as stale."""


class _Signed:
    """The request as the signature's library wants it."""

    def __init__(self, request: Request[Any, Any, State]) -> None:
        self.method = request.method
        self.url = str(request.url)
        self.headers = dict(request.headers.items())


async def identify(request: Request[Any, Any, State], kiosk: str) -> tuple[Kiosk, Verified]:
    """The kiosk that signed the request's head; the body is still to be checked. Raises RefusedError."""
    platform = platform_of(request)
    _make_room(platform)
    now_ms = platform.now_ms()
    message = _Signed(request)

    async def job(work: Transaction) -> tuple[Kiosk, Verified]:
        known = await find_kiosk(work, kiosk)
        if known is None:
            raise RefusedError("kiosk.unknown", f"no kiosk {kiosk} is enrolled here")
        now = datetime.fromtimestamp(now_ms / 1000, UTC)
        verified = verify(message, kiosk, known.request_key, now, MAX_SKEW_S)
        if known.revoked_ms is not None:
            raise RefusedError("kiosk.revoked", f"the kiosk {kiosk} was shut out: enrol it again, with a new code")
        if not await _is_new(work, kiosk, verified.nonce, now_ms):
            raise RefusedError("request.replayed", "a request with this nonce was taken before: sign it anew")
        return known, verified

    try:
        return await platform.store.do(job)
    except SignatureError as error:
        raise RefusedError(error.code, str(error)) from error


async def signed_body(request: Request[Any, Any, State], kiosk: str) -> tuple[Kiosk, bytes]:
    """The kiosk, and the body that it signed. Raises RefusedError."""
    body = await request.body()
    known, verified = await identify(request, kiosk)
    try:
        verified.check_body(body)
    except SignatureError as error:
        raise RefusedError(error.code, str(error)) from error
    return known, body


async def forget_nonces(work: Transaction, now_ms: int) -> None:
    await work.run("DELETE FROM nonces WHERE at_ms < $1", now_ms - NONCES_KEPT_MS)


def _make_room(platform: Platform) -> None:
    retry_after_s = platform.capacity.take()
    if retry_after_s:
        raise RefusedError("server.busy", "too many requests just now", retry_after_s=retry_after_s)


async def _is_new(work: Transaction, kiosk: str, nonce: str, now_ms: int) -> bool:
    query = "INSERT INTO nonces VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING at_ms"
    return await work.row(query, kiosk, nonce, now_ms) is not None
