"""Papers that citizens send by phone: who may send how much, for how long, and to which case it belongs.

A kiosk opens an upload for the citizen who stands before it and shows its token as a QR code. The case, which may come
much later, names the upload; until then nobody sees what is in it.
"""

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from central import cases
from central.cases import CaseRecord
from central.ingest import find_kiosk
from central.store import Transaction
from offline_cache.bodies import Attachment
from sync.question import LookUpload, OpenUpload, QuestionError, Upload

TOKEN_BYTES: Final = 32
OPEN_MS: Final = 30 * 60 * 1000
"""How long a QR code can be used."""
MAX_FILES: Final = 9
MAX_NAME: Final = 100
LEFT_MS: Final = 24 * 3600 * 1000
"""After which an upload goes that no case came for."""
KEPT_MS: Final = 30 * LEFT_MS
"""The same, where the citizen said at the kiosk that it is all: the case may wait in a kiosk that is cut off."""
TRUST: Final = "C"
"""Trust class of a picture by phone. Source: facts page on services."""
SUPPLEMENT: Final = "supplement"
"""Stands for a material's id, of what came in addition."""


class ClosedError(Exception):
    """Nothing more can be sent here. why: unknown, expired, used or full."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Sent:
    """A file that arrived. row: names it within its upload. attachment: how it is found and unlocked."""

    row: int
    attachment: Attachment
    received_ms: int


@dataclass(frozen=True)
class Opened:
    """An upload that takes files now. suite: what they are locked with. name: of the material. sent: oldest first."""

    upload: bytes
    suite: str
    name: str
    sent: list[Sent]


@dataclass(frozen=True)
class CaseFile:
    """A file of a case, for the office."""

    material: str
    name: str
    suite: str
    trust: str
    sent: Sent


def token_text(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def token_digest(text: str) -> bytes:
    """By which an upload is found; the token itself is stored nowhere. Raises ClosedError for what is no token."""
    token = base64.urlsafe_b64decode(f"{text}=") if re.fullmatch(r"[A-Za-z0-9_-]{43}", text) else b""
    if len(token) != TOKEN_BYTES or token_text(token) != text:
        raise ClosedError("unknown")
    return sha256(token).digest()


# -- what a kiosk asks --


async def open_upload(work: Transaction, kiosk: str, person: bytes, asked: OpenUpload, now_ms: int) -> Upload:
    """Asked again with the same id, what was sent stays, and only the new token counts. Raises QuestionError."""
    known = await find_kiosk(work, kiosk)
    if known is None or len(asked.upload) != 16 or not 0 < len(asked.name) <= MAX_NAME:
        raise QuestionError("not an upload that can be opened")
    token = secrets.token_bytes(TOKEN_BYTES)
    digest, until = sha256(token).digest(), now_ms + OPEN_MS
    before = await work.locked("SELECT person, tied_ms FROM uploads WHERE upload = $1", asked.upload)
    if before is None:
        await work.run(
            "INSERT INTO uploads (upload, person, token_digest, suite, name, opened_ms, until_ms, kept)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
            asked.upload, person, digest, known.suite, asked.name, now_ms, until,
        )  # fmt: skip
    elif before[0] != person or before[1] is not None:
        raise QuestionError("this upload belongs to somebody else, or to a case already")
    else:
        await work.run(
            "UPDATE uploads SET token_digest = $1, opened_ms = $2, until_ms = $3 WHERE upload = $4",
            digest, now_ms, until, asked.upload,
        )  # fmt: skip
    return Upload(await _count(work, asked.upload), OPEN_MS // 1000, token)


async def look(work: Transaction, person: bytes, asked: LookUpload, now_ms: int) -> Upload:
    """Raises QuestionError."""
    row = await work.locked("SELECT person, until_ms FROM uploads WHERE upload = $1", asked.upload)
    if row is None:
        return Upload(0, 0)
    if row[0] != person:
        raise QuestionError("this upload belongs to somebody else")
    if asked.wish == "drop":
        await _drop(work, asked.upload)
        return Upload(0, 0)
    if asked.wish == "keep":
        await work.run("UPDATE uploads SET kept = 1 WHERE upload = $1", asked.upload)
    return Upload(await _count(work, asked.upload), max(0, row[1] - now_ms) // 1000)


# -- what a phone does --


async def find_open(work: Transaction, digest: bytes, now_ms: int) -> Opened:
    """Raises ClosedError."""
    row = await work.locked(
        "SELECT upload, suite, name, until_ms, tied_ms FROM uploads WHERE token_digest = $1", digest
    )
    if row is None:
        raise ClosedError("unknown")
    if row[4] is not None:
        raise ClosedError("used")
    if row[3] <= now_ms:
        raise ClosedError("expired")
    return Opened(row[0], row[1], row[2], await _sent(work, row[0]))


async def add(work: Transaction, digest: bytes, attachment: Attachment, now_ms: int) -> None:
    """The file is durable already. Raises ClosedError, also when there are enough."""
    found = await find_open(work, digest, now_ms)
    if len(found.sent) >= MAX_FILES:
        raise ClosedError("full")
    await work.run(
        "INSERT INTO upload_files"
        " (upload, digest, size, file_key, plain_digest, media_type, trust, received_ms, dropped)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
        found.upload, attachment.digest, attachment.size, attachment.key, attachment.plain_digest,
        attachment.media_type, TRUST, now_ms,
    )  # fmt: skip


async def remove(work: Transaction, digest: bytes, row: int, now_ms: int) -> None:
    """The citizen does not want to send this one. Raises ClosedError."""
    found = await find_open(work, digest, now_ms)
    await work.run("UPDATE upload_files SET dropped = 1 WHERE row = $1 AND upload = $2", row, found.upload)


# -- what belongs to a case --


async def tie(work: Transaction, case: CaseRecord, uploads: Mapping[str, bytes], now_ms: int) -> None:
    """uploads: by material id, as the case names them. From now on nothing can be added or taken away. What is not
    there, or is somebody else's, is noted in the case's history: the office can ask for it again."""
    owner = await work.row("SELECT person FROM cases WHERE row = $1", case.row)
    assert owner is not None
    for material, upload in uploads.items():
        row = await work.locked("SELECT person FROM uploads WHERE upload = $1", upload)
        if row is None or row[0] != owner[0]:
            await cases.note(work, case, "upload-missing", now_ms, None, material.encode())
            continue
        await work.run(
            "INSERT INTO case_uploads VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", case.row, upload, material
        )
        await work.run("UPDATE uploads SET tied_ms = coalesce(tied_ms, $1) WHERE upload = $2", now_ms, upload)


async def of_case(work: Transaction, case: CaseRecord) -> list[CaseFile]:
    """By material, oldest first."""
    found: list[CaseFile] = []
    for upload, material, name, suite in await work.rows(
        "SELECT uploads.upload, case_uploads.material, uploads.name, uploads.suite FROM case_uploads"
        " JOIN uploads ON uploads.upload = case_uploads.upload WHERE case_uploads.case_row = $1"
        " ORDER BY case_uploads.material, uploads.opened_ms",
        case.row,
    ):
        found += [CaseFile(material, name, suite, TRUST, sent) for sent in await _sent(work, upload)]
    return found


async def missing_of(work: Transaction, case: CaseRecord) -> list[str]:
    """Ids of the materials whose upload was not there when the case came."""
    rows = await work.rows(
        "SELECT body FROM case_history WHERE case_row = $1 AND event = 'upload-missing' ORDER BY row", case.row
    )
    return [bytes(row[0]).decode() for row in rows]


# -- what goes --


async def forget_left(work: Transaction, now_ms: int) -> None:
    """What no case came for."""
    rows = await work.rows(
        "SELECT upload FROM uploads WHERE tied_ms IS NULL"
        " AND (opened_ms < $1 OR (kept = 0 AND opened_ms < $2))",
        now_ms - KEPT_MS, now_ms - LEFT_MS,
    )  # fmt: skip
    for (upload,) in rows:
        await _drop(work, upload)


async def dropped(work: Transaction) -> list[tuple[int, bytes]]:
    """Rows and digests of files to be deleted; then `gone`."""
    return [(row[0], row[1]) for row in await work.rows("SELECT row, digest FROM upload_files WHERE dropped = 1")]


async def gone(work: Transaction, rows: list[int]) -> None:
    """Their files are deleted."""
    for row in rows:
        await work.run("DELETE FROM upload_files WHERE row = $1", row)


async def digests(work: Transaction) -> set[bytes]:
    """Of all files that are known."""
    return {bytes(row[0]) for row in await work.rows("SELECT digest FROM upload_files")}


async def _drop(work: Transaction, upload: bytes) -> None:
    """Not one that belongs to a case."""
    row = await work.row("DELETE FROM uploads WHERE upload = $1 AND tied_ms IS NULL RETURNING upload", upload)
    if row is not None:
        await work.run("UPDATE upload_files SET dropped = 1 WHERE upload = $1", upload)


async def _count(work: Transaction, upload: bytes) -> int:
    row = await work.row("SELECT count(*) FROM upload_files WHERE upload = $1 AND dropped = 0", upload)
    assert row is not None
    return int(row[0])


async def _sent(work: Transaction, upload: bytes) -> list[Sent]:
    rows = await work.rows(
        "SELECT row, digest, size, file_key, plain_digest, media_type, received_ms FROM upload_files"
        " WHERE upload = $1 AND dropped = 0 ORDER BY row",
        upload,
    )
    return [Sent(row[0], Attachment(*row[1:6]), row[6]) for row in rows]
