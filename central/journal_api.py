"""Up and down: the journal, what is urgent of it, and the feed."""

import logging
import time
from typing import Annotated, Any, Final

from litestar import Request, get, put
from litestar.datastructures import State
from litestar.params import PathParameter, QueryParameter

from central import platform_key
from central.capacity import POLL_S
from central.contract import BatchOperation, SignedOperation
from central.ingest import IngestError, alarm, ingest, ingest_early, wanted_of
from central.notices import ENTRIES, feed_topic
from central.platform import Platform, RefusedError, platform_of
from central.signed import identify, signed_body
from central.store import Transaction
from central.waiting import wait
from offline_cache.batch import BatchError, decode_batch
from offline_cache.entry import Entry, EntryError, decode_header
from sync.signature import SignatureError
from sync.wire import BatchAnswer, FeedAnswer, FeedItem, JournalWanted, PlatformKeyInfo, UrgentAnswer, Verdict

logger = logging.getLogger(__name__)

FEED_LIMIT: Final = 200
MAX_URGENT: Final = 20
_MAX_NUMBER: Final = 2**53 - 1
JournalId = Annotated[str, PathParameter(pattern="^[0-9a-f]{32}$", description="the journal's 16 bytes, as hex digits")]
KioskId = Annotated[str, PathParameter(pattern="^K[0-9]{4,12}$", description="the kiosk's id, given at enrolment")]
"""Path parameters; checked here, so that a database never sees anything else."""


@put(
    "/v1/kiosks/{kiosk:str}/journals/{journal:str}/{first:int}", status_code=200, operation_class=BatchOperation,
    summary="A batch of consecutive entries of one journal",
)  # fmt: skip
async def put_journal(
    request: Request[Any, Any, State],
    kiosk: KioskId,
    journal: JournalId,
    first: Annotated[int, PathParameter(ge=1, le=_MAX_NUMBER, description="the sequence of the batch's first entry")],
) -> BatchAnswer:
    platform = platform_of(request)
    known, body = await signed_body(request, kiosk)
    batch, journal_id, now_ms = _entries(body), bytes.fromhex(journal), platform.now_ms()
    try:
        answer = await platform.store.do(lambda work: ingest(work, known, journal_id, first, batch, now_ms))
    except IngestError as error:
        refusal = error
    else:
        platform.store.notices.wake(ENTRIES)
        return answer
    if refusal.code != "journal.gap":
        logger.error("%s: journal %s, entry %s: %s", kiosk, journal, first, refusal.code)
        await platform.store.do(lambda work: alarm(work, kiosk, journal_id, first, refusal.code, now_ms))
    raise RefusedError(refusal.code, str(refusal), refusal.wanted)


@put(
    "/v1/kiosks/{kiosk:str}/urgent", status_code=200, operation_class=BatchOperation,
    summary="Entries that shall not wait for those before them; each comes again in its journal",
)  # fmt: skip
async def put_urgent(request: Request[Any, Any, State], kiosk: KioskId) -> UrgentAnswer:
    platform = platform_of(request)
    known, body = await signed_body(request, kiosk)
    batch, now_ms = _entries(body), platform.now_ms()
    if len(batch) > MAX_URGENT:
        raise RefusedError("request.malformed", f"at most {MAX_URGENT} entries at once are urgent")

    async def one(work: Transaction, found: Entry) -> Verdict:
        try:
            header = decode_header(found.header)
        except EntryError as error:
            return Verdict(0, "refused", error.code)
        code = "kiosk.other" if header.kiosk != known.kiosk else await ingest_early(work, found, now_ms)
        return Verdict(header.sequence, "refused" if code else "stored", code)

    async def job(work: Transaction) -> list[Verdict]:
        return [await one(work, found) for found in batch]

    verdicts = await platform.store.do(job)
    platform.store.notices.wake(ENTRIES)
    return UrgentAnswer(verdicts, now_ms)


@get("/v1/kiosks/{kiosk:str}/feed", operation_class=SignedOperation, summary="What is new for this kiosk; waits for it")
async def feed(
    request: Request[Any, Any, State],
    kiosk: KioskId,
    after: Annotated[int, QueryParameter(ge=0, le=_MAX_NUMBER, description="the cursor of the last answer")] = 0,
    wait_s: Annotated[
        float, QueryParameter(name="wait", ge=0, le=3600, description="seconds, at most 25 are waited")
    ] = 0,
    key: Annotated[str, QueryParameter(max_length=100, description="the platform's key as the kiosk knows it")] = "",
    epoch: Annotated[str, QueryParameter(max_length=100, description="of the last answer; empty: none yet")] = "",
) -> FeedAnswer:
    platform = platform_of(request)
    known, verified = await identify(request, kiosk)
    try:
        verified.check_body(await request.body())
    except SignatureError as error:
        raise RefusedError(error.code, str(error)) from error
    end = time.monotonic() + min(wait_s, POLL_S)
    newest = platform_key.current(platform.data, known.suite)
    changed = PlatformKeyInfo(newest.key_id, newest.public_key) if key != newest.key_id else None
    with platform.store.notices.listening(feed_topic(kiosk)) as told:
        while True:
            told.clear()
            answer = await platform.store.do(lambda work: _feed(work, platform, kiosk, after, epoch, changed))
            left = end - time.monotonic()
            restored = bool(epoch) and answer.epoch != epoch
            if answer.items or changed or restored or left <= 0 or platform.stopping.is_set():
                return answer
            await wait(told, platform.stopping, left)


async def _feed(
    work: Transaction, platform: Platform, kiosk: str, after: int, epoch: str, changed: PlatformKeyInfo | None
) -> FeedAnswer:
    row = await work.row("SELECT epoch FROM platform")
    assert row is not None
    restored = bool(epoch) and epoch != row[0]
    start = 0 if restored else after
    rows = await work.rows(
        "SELECT cursor, about, letter FROM feed WHERE kiosk = $1 AND cursor > $2 ORDER BY cursor LIMIT $3",
        kiosk, start, FEED_LIMIT,
    )  # fmt: skip
    wanted = await wanted_of(work, kiosk) if restored else {}
    return FeedAnswer(
        items=[FeedItem(*found) for found in rows],
        next=rows[-1][0] if rows else start,
        server_ms=platform.now_ms(),
        platform_key=changed,
        epoch=row[0],
        return_window_s=await platform.capacity.return_window_s(work),
        journals=[JournalWanted(journal, following) for journal, following in wanted.items()],
    )


def _entries(body: bytes) -> list[Entry]:
    try:
        return decode_batch(body).entries
    except BatchError as error:
        raise RefusedError("request.malformed", str(error)) from error
