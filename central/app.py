"""Puts the platform's HTTP interface together (docs/sync.md)."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router

from central import journal_api, kiosk_api, payment_api, phone_api, public_api, publishing
from central.capacity import Capacity
from central.contract import openapi_config
from central.notices import ENTRIES
from central.opening import Opener, look_again
from central.platform import Platform, RefusedError, platform_of, problem, refused, system_ms
from central.publishing import PublishError
from central.signed import forget_nonces
from central.sms import Gateway
from central.store import open_store
from central.waiting import wait
from offline_cache.durable import make_folder
from offline_cache.lock import HeldError
from offline_cache.sqlite import StorageError

logger = logging.getLogger(__name__)

MAX_BODY: Final = 8_000_000
TIDY_S: Final = 60.0
RETRY_S: Final = 5
DEFAULT_CAPACITY: Final = 300.0
"""Requests a second that one process on two cores serves with room to spare (benchmarks, fleet)."""


@dataclass(frozen=True)
class Settings:
    """database: a URL postgresql://…; empty: SQLite in the data folder. capacity: requests a second, of one process.
    workers: how many processes serve together. sms: None where no codes can be sent. pay_url, gateway_secret: see
    Platform. practice_payments: a page plays the payment platform; no money moves."""

    data: Path
    public_address: str
    database: str = ""
    capacity: float = DEFAULT_CAPACITY
    workers: int = 1
    sms: Gateway | None = None
    pay_url: str = ""
    gateway_secret: bytes = b""
    practice_payments: bool = False


def _http_error(request: Request[Any, Any, State], error: HTTPException) -> Response[bytes]:
    code = "server.fault" if error.status_code >= 500 else "request.malformed"
    return problem(code, error.detail, platform_of(request).now_ms(), status=error.status_code)


def _storage_fault(request: Request[Any, Any, State], error: StorageError) -> Response[bytes]:
    logger.error("%s %s: %s [%s]", request.method, request.scope["path_template"], error, error.code)
    answer = problem("server.storage", "the database does not work just now", platform_of(request).now_ms())
    answer.headers["Retry-After"] = str(RETRY_S)
    return answer


def _fault(request: Request[Any, Any, State], error: Exception) -> Response[bytes]:
    logger.error("%s %s failed", request.method, request.scope["path_template"], exc_info=error)
    title = "the platform failed; nothing of this request was kept"
    return problem("server.fault", title, platform_of(request).now_ms())


async def _keep_opening(platform: Platform) -> None:
    """Open whatever comes. A database that does not answer is asked again; anything else is our mistake."""
    with platform.store.notices.listening(ENTRIES) as told:
        while not platform.stopping.is_set():
            told.clear()
            opener = Opener.of(platform.data)
            try:
                await opener.open_all(platform.store, platform.now_ms)
            except StorageError as error:
                logger.error("envelopes are not opened: %s [%s]", error, error.code)  # noqa: TRY400
                await wait(platform.stopping, platform.stopping, RETRY_S)
                continue
            await wait(told, platform.stopping, None)


async def _renew_catalogue(platform: Platform) -> None:
    """Whoever publishes every few months need not come every fortnight. Another worker may be at it."""
    now = datetime.fromtimestamp(platform.now_ms() / 1000, UTC)
    if not publishing.renewal_is_due(platform.data / publishing.FOLDER, now):
        return
    try:
        await asyncio.to_thread(publishing.renew, platform.data, platform.data / publishing.FOLDER, now)
    except HeldError:
        pass
    except (PublishError, OSError) as error:
        logger.error("the catalogue is not renewed: %s", error)  # noqa: TRY400


async def _keep_tidy(platform: Platform) -> None:
    with contextlib.suppress(StorageError):
        await phone_api.collect(platform.store, platform.data)
    while not platform.stopping.is_set():
        await _renew_catalogue(platform)
        with contextlib.suppress(StorageError):
            await platform.store.do(lambda work: forget_nonces(work, platform.now_ms()))
            await platform.store.do(look_again)
            await phone_api.tidy(platform.store, platform.data, platform.now_ms())
        await wait(platform.stopping, platform.stopping, TIDY_S)


_HANDLERS: Final = (
    kiosk_api.enrolments, kiosk_api.put_request_key, kiosk_api.attachment, kiosk_api.patch_attachment,
    kiosk_api.questions, kiosk_api.catalogue_root, journal_api.put_journal, journal_api.put_urgent, journal_api.feed,
    public_api.progress, public_api.verification, public_api.download, public_api.healthz, payment_api.paid,
    phone_api.upload, phone_api.send, phone_api.remove,
)  # fmt: skip


def contract() -> dict[str, Any]:
    """The OpenAPI document."""
    return Litestar(_HANDLERS, openapi_config=openapi_config()).openapi_schema.to_schema()


def _end_with(task: asyncio.Task[None]) -> None:
    """A platform whose worker has failed is not to look as if it worked: it ends, and is started again."""
    if not task.cancelled() and task.exception() is not None:
        logger.critical("the platform ends: its %s failed", task.get_coro(), exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)


def make_app(settings: Settings, now_ms: Callable[[], int] = system_ms) -> Litestar:
    """Its start raises StorageError when the database cannot be used."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        store = await open_store(settings.data, settings.database)
        platform = Platform(
            settings.data, store, settings.public_address, Capacity(settings.capacity, settings.workers), settings.sms,
            now_ms, pay_url=settings.pay_url, gateway_secret=settings.gateway_secret,
        )  # fmt: skip
        app.state.platform = platform
        store.listen()
        try:
            tasks = [asyncio.create_task(_keep_opening(platform)), asyncio.create_task(_keep_tidy(platform))]
            for task in tasks:
                task.add_done_callback(_end_with)
            yield
            platform.stopping.set()
            await asyncio.gather(*tasks)
        finally:
            await store.close()

    catalogue = settings.data / publishing.FOLDER
    make_folder(catalogue)
    files = create_static_files_router(f"/{publishing.FOLDER}", [catalogue], include_in_schema=False)
    practice = (payment_api.practice_page, payment_api.practice_payment) if settings.practice_payments else ()
    return Litestar(
        [*_HANDLERS, *practice, files],
        lifespan=[lifespan],
        request_max_body_size=MAX_BODY,
        exception_handlers={
            RefusedError: refused,
            StorageError: _storage_fault,
            HTTPException: _http_error,
            Exception: _fault,
        },
        openapi_config=openapi_config(),
        logging_config=None,
    )
