"""Where the office's payment platform says what was paid; and, for practice only, a page that plays that platform."""

import json
from html import escape
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath, HeaderParameter

from central import gateway, payments
from central.contract import GatewayOperation
from central.pages import headers, payment_page
from central.payments import Order, PaymentError
from central.platform import Platform, RefusedError, platform_of
from central.saying import saying_for


class PaidAnswer(msgspec.Struct, frozen=True):
    """state: `paid`, also when it was told before."""

    order: str
    state: str
    server_ms: int


async def _take(platform: Platform, order: str, timestamp: str, signed: str, body: bytes) -> Order:
    try:
        return await gateway.take(
            platform.store, platform.gateway_secret, order, timestamp, signed, body, platform.now_ms()
        )
    except PaymentError as error:
        raise RefusedError(error.code, str(error)) from error


@post(
    "/v1/payments/{order:str}/paid", status_code=200, operation_class=GatewayOperation,
    summary="The payment platform says that an order was paid",
)  # fmt: skip
async def paid(
    request: Request[Any, Any, State],
    order: FromPath[str],
    timestamp: Annotated[str, HeaderParameter(name="Tongban-Timestamp", description="Unix seconds")] = "",
    signed: Annotated[str, HeaderParameter(name="Tongban-Signature", description="HMAC-SHA256, hex digits")] = "",
) -> PaidAnswer:
    platform = platform_of(request)
    settled = await _take(platform, order, timestamp, signed, await request.body())
    return PaidAnswer(settled.number, settled.state, platform.now_ms())


@get("/pay/{order:str}", media_type=MediaType.HTML, include_in_schema=False)
async def practice_page(request: Request[Any, Any, State], order: FromPath[str]) -> Response[str]:
    platform, say = platform_of(request), saying_for(request)
    try:
        found = await platform.store.do(lambda work: payments.find(work, order, platform.now_ms()))
    except PaymentError:
        return Response(payment_page(say, None), status_code=404, media_type=MediaType.HTML, headers=headers(say))
    return Response(payment_page(say, found), media_type=MediaType.HTML, headers=headers(say))


@post("/pay/{order:str}", status_code=200, media_type=MediaType.HTML, include_in_schema=False)
async def practice_payment(request: Request[Any, Any, State], order: FromPath[str]) -> Response[str]:
    """Sends itself the message that a gateway would send."""
    platform = platform_of(request)
    now_ms = platform.now_ms()
    try:
        found = await platform.store.do(lambda work: payments.find(work, order, now_ms))
    except PaymentError as error:
        raise RefusedError(error.code, str(error)) from error
    body = json.dumps({"order": order, "fen": found.fen, "reference": f"practice-{escape(order)}"}).encode()
    timestamp = str(now_ms // 1000)
    signed = gateway.signature(platform.gateway_secret, timestamp, body)
    settled = await _take(platform, order, timestamp, signed, body)
    say = saying_for(request)
    return Response(payment_page(say, settled), media_type=MediaType.HTML, headers=headers(say))
