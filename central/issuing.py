"""Makes the office's own certificates, for cases that are completed.

The paper is verified by its code at `/v/{code}`, the file by its signature.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from central import cases, signing, spoken_code
from central.cases import WORDS, CaseRecord
from central.certificates import CertificateError, CertificateRecord
from central.held import sound_kind
from central.issuing_key import IssuingKey
from central.spoken_code import as_printed
from central.store import Store, Transaction
from central.typesetting import Sheet, typeset
from central.workdays import CHINA_TIME
from offline_cache.bodies import Applicant, Case, decode
from offline_cache.entry import Kind

MAX_TEXT: Final = 4000


@dataclass(frozen=True)
class Wanted:
    """case: its number, or the receipt's. text: what is certified; line ends part paragraphs. public_address: where
    phones reach the platform. kind: as definitions name what a material may be instead; empty: of none."""

    case: str
    title: str
    text: str
    public_address: str
    kind: str = ""


async def issue(
    store: Store, key: IssuingKey, wanted: Wanted, fonts: Path, now_ms: int
) -> tuple[CertificateRecord, bytes]:
    """With its PDF. Raises CaseError, CertificateError, KindError and TypesettingError; nothing is kept then."""
    if not wanted.title.strip() or not wanted.text.strip() or len(wanted.title) + len(wanted.text) > MAX_TEXT:
        raise CertificateError(
            "certificate.text", f"a certificate has a title and a text, {MAX_TEXT} characters at most"
        )
    if wanted.kind:
        sound_kind(wanted.kind)
    case, applicant = await store.do(lambda work: _to_certify(work, wanted))
    code = spoken_code.new()
    sheet = Sheet(
        title=wanted.title,
        number=case.number,
        facts=(("姓名", applicant.name), ("身份证号", applicant.id_number)),
        text=wanted.text,
        office=key.office,
        code=as_printed(code),
        address=f"{wanted.public_address.rstrip('/')}/v/{code}",
        issued=datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(CHINA_TIME),
    )
    pdf = await signing.sign(typeset(sheet, fonts), key, wanted.title)
    made = CertificateRecord(
        code, case.number, wanted.title, _masked_holder(applicant), _masked(wanted.text, applicant), key.office, now_ms
    )

    async def keep(work: Transaction) -> None:
        await _to_certify(work, wanted)
        await work.run(
            "INSERT INTO certificates (code, case_row, title, holder, text, office, issued_ms, pdf, kind)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            code, case.row, made.title, made.holder, made.text, made.office, now_ms, pdf, wanted.kind,
        )  # fmt: skip
        await cases.note(work, case, "certified", now_ms)

    await store.do(keep)
    return made, pdf


async def _to_certify(work: Transaction, wanted: Wanted) -> tuple[CaseRecord, Applicant]:
    case = await cases.find(work, wanted.case)
    if case.state != "completed":
        raise CertificateError(
            "certificate.state", f"the case {case.number} is {WORDS[case.state]} ({case.state}); complete it first"
        )
    before = await work.row(
        "SELECT code FROM certificates WHERE case_row = $1 AND title = $2 AND revoked_ms IS NULL",
        case.row, wanted.title,
    )  # fmt: skip
    if before is not None:
        raise CertificateError(
            "certificate.exists",
            f"the case {case.number} has that certificate, {as_printed(before[0])}: revoke it first",
        )
    row = await work.row("SELECT body FROM cases WHERE row = $1", case.row)
    assert row is not None
    body = decode(Kind.CASE, row[0])
    assert isinstance(body, Case)
    return case, body.applicant


def _masked_holder(applicant: Applicant) -> str:
    return f"{applicant.name[:1]}**，证件尾号 {applicant.id_number[-4:]}"


def _masked(text: str, applicant: Applicant) -> str:
    """Whoever verifies compares what is certified; the holder's name and number stand on the paper only."""
    masks = {applicant.id_number: f"…{applicant.id_number[-4:]}", applicant.name: f"{applicant.name[:1]}**"}
    for written, shown in masks.items():
        text = text.replace(written, shown) if written else text
    return text
