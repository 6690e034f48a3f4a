"""What the parts of the HTTP interface share, and how they refuse."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import State

from central.capacity import Capacity
from central.sms import Gateway
from central.store import Store
from sync.wire import REFUSALS, Problem


def system_ms() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass
class Platform:
    """public_address: where phones reach this platform. database: a URL, or empty for SQLite in the data folder.
    sms: None where no codes can be sent. pay_url: what a payer's phone opens, with {order}; empty: nothing is paid
    here. gateway_secret: see central.gateway; empty: no gateway is connected."""

    data: Path
    store: Store
    public_address: str
    capacity: Capacity
    sms: Gateway | None = None
    now_ms: Callable[[], int] = system_ms
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    pay_url: str = ""
    gateway_secret: bytes = b""


class RefusedError(Exception):
    """An answer that is not 2xx; code: one of sync.wire.REFUSALS."""

    def __init__(self, code: str, title: str, wanted: int | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(title)
        self.code = code
        self.wanted = wanted
        self.retry_after_s = retry_after_s


def platform_of(request: Request[Any, Any, State]) -> Platform:
    found: Platform = request.app.state.platform
    return found


def problem(code: str, title: str, now_ms: int, *, status: int = 0, wanted: int | None = None) -> Response[bytes]:
    """status: when it is another than the code's own."""
    body = msgspec.json.encode(Problem(code, title, now_ms, wanted))
    return Response(body, status_code=status or REFUSALS[code][0], media_type="application/problem+json")


def refused(request: Request[Any, Any, State], error: RefusedError) -> Response[bytes]:
    answer = problem(error.code, str(error), platform_of(request).now_ms(), wanted=error.wanted)
    if error.retry_after_s is not None:
        answer.headers["Retry-After"] = f"{error.retry_after_s:.0f}"
    return answer
