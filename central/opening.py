"""The worker that opens envelopes. It may be stopped anywhere: an entry and what it becomes are one transaction."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from central import cases, companies, payments, phone_uploads, platform_key, workflow
from central.cases import Arrived
from central.ingest import ingest_early
from central.platform_key import PlatformKey
from central.store import Store, Transaction
from central.workdays import Calendar, china_day, load_calendar
from offline_cache.bodies import Body, Carried, Case, Rating, Supplement, Withdrawal, decode
from offline_cache.entry import Header, Kind, body_binding, decode_header
from offline_cache.sealing import SealingError, suite
from offline_cache.sqlite import StorageError

logger = logging.getLogger(__name__)

CHUNK: Final = 100
OPENED: Final = "opened"
FAULT: Final = "server.fault"
NOT_YET: Final = "about.unknown"
"""It is about a case that has not come yet: it is looked at again when one comes."""


async def look_again(work: Transaction) -> None:
    """At what was about a case that had not come."""
    await work.run(f"UPDATE entries SET opened = '' WHERE opened = '{NOT_YET}'")  # noqa: S608 # names its index


async def reopen(work: Transaction) -> None:
    """Look again at everything that did not open: a key was found again, or the program mended."""
    await work.run("UPDATE entries SET opened = '' WHERE opened <> $1 AND opened <> ''", OPENED)


async def _set_aside(work: Transaction) -> None:
    """The first that waits: this program fails over it."""
    await work.run("UPDATE entries SET opened = $1 WHERE row = (SELECT min(row) FROM entries WHERE opened = '')", FAULT)


@dataclass(frozen=True)
class Opener:
    """What is needed to open: keys by id, the key to find a person's cases with, the calendar for due dates."""

    keys: dict[str, PlatformKey]
    lookup_key: bytes
    calendar: Calendar

    @classmethod
    def of(cls, data: Path) -> "Opener":
        """Raises CalendarError."""
        return cls(platform_key.keys(data), platform_key.lookup_key(data), load_calendar(data))

    async def open_all(self, store: Store, now_ms: Callable[[], int]) -> None:
        """Open what waits, oldest first. An entry that does not open is marked with its code and blocks nothing, nor
        does one over which this program fails. Raises StorageError."""
        while True:
            try:
                while await store.do(lambda work: self._open_some(work, CHUNK, now_ms())):
                    pass
            except StorageError:
                raise
            except Exception:
                logger.exception("an entry cannot be worked on; those around it are opened one by one")
                await self._one_by_one(store, now_ms)
            else:
                return

    async def _one_by_one(self, store: Store, now_ms: Callable[[], int]) -> None:
        try:
            for _ in range(CHUNK):
                await store.do(lambda work: self._open_some(work, 1, now_ms()))
        except StorageError:
            raise
        except Exception:
            await store.do(_set_aside)

    async def _open_some(self, work: Transaction, limit: int, now_ms: int) -> int:
        """How many were looked at."""
        rows = await work.claimed(
            "SELECT row, header, kind, body FROM entries WHERE opened = '' ORDER BY row LIMIT $1", limit
        )
        for row, raw, kind, body in rows:
            outcome = await self._open(work, decode_header(raw), kind, body, now_ms)
            await work.run("UPDATE entries SET opened = $1 WHERE row = $2", outcome, row)
        return len(rows)

    async def _open(self, work: Transaction, header: Header, kind: str, body: bytes | None, now_ms: int) -> str:
        """What became of the entry: OPENED, or why not."""
        if body is None:
            return "body.dropped"
        key = self.keys.get(header.platform_key)
        if key is None or key.suite != header.suite:
            return "seal.unknown-key"
        try:
            plain = suite(header.suite).opening_key(key.private_key).open(body, body_binding(header.entry_id))
            content = decode(Kind(kind), plain)
        except (SealingError, ValueError) as error:
            code = error.code if isinstance(error, SealingError) else "body.malformed"
            logger.warning("entry %s of %s does not open: %s", header.sequence, header.kiosk, code)
            return code
        return await self._work_on(work, header, content, plain, now_ms)

    async def _work_on(self, work: Transaction, header: Header, content: Body, plain: bytes, now_ms: int) -> str:
        match content:
            case Case():
                await self._case(work, header, content, plain, now_ms)
            case Carried():
                refused = await ingest_early(work, content.entry, now_ms)
                if refused:
                    logger.warning("entry %s of %s carries what is refused: %s", header.sequence, header.kiosk, refused)
                    return refused
            case Supplement() | Withdrawal() | Rating():
                return await self._about(work, header, content, plain, now_ms)
        return OPENED

    async def _case(self, work: Transaction, header: Header, case: Case, plain: bytes, now_ms: int) -> None:
        person = platform_key.person_key(self.lookup_key, case.applicant.id_number)
        arrived = Arrived(header.entry_id, header.kiosk, header.sequence, header.created_ms, case, plain, person)
        due = self.calendar.after(china_day(now_ms), workflow.ACCEPT_DAYS)
        name = await companies.name_of(work, case.company.credit_code) if case.company else ""
        made = await cases.create(work, arrived, due, now_ms, name)
        await phone_uploads.tie(work, made, case.uploads, now_ms)
        await payments.case_came(work, header.entry_id, now_ms)
        await companies.return_unauthorised(work, self.calendar, made, now_ms)
        await look_again(work)

    async def _about(
        self, work: Transaction, header: Header, content: Supplement | Withdrawal | Rating, plain: bytes, now_ms: int
    ) -> str:
        case = await cases.by_entry(work, content.about)
        if case is None:
            return NOT_YET
        match content:
            case Supplement():
                if content.upload:
                    await phone_uploads.tie(work, case, {phone_uploads.SUPPLEMENT: content.upload}, now_ms)
                await workflow.supplemented(work, self.calendar, case, header.entry_id, plain, now_ms)
                await companies.looked_at_again(work, self.calendar, content.about, now_ms)
            case Withdrawal(consent=""):
                await workflow.withdrawn(work, self.calendar, case, header.entry_id, plain, now_ms)
            case Withdrawal():
                await cases.note(work, case, "consent-withdrawn", now_ms, header.entry_id, plain)
            case Rating():
                await cases.note(work, case, "rated", now_ms, header.entry_id, plain)
        return OPENED
