"""What paper is filled with: the submission receipt (提交回执), and the sheet for those who cannot be served here. How
it is said is a template's (kiosk.services.paper). Pure.

The receipt never calls itself a 受理通知书: the kiosk submits, only the platform accepts. Its QR code holds the
progress address with a random token; behind the `#`, which no browser sends, the proof of the time of submission.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from devices.contract import Paper
from kiosk.applicant import masked_name
from kiosk.services.definition import Alternative
from kiosk.services.paper import PAPER_OF, Filling, filled
from kiosk.services.papers import Papers
from kiosk.services.texts import ADVICE
from kiosk.states import Words

CHINA_TIME = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Submitted:
    """A case that is durable in the journal. created_ms: Unix milliseconds, corrected. digest, signature: the
    entry's; with created_ms they prove the time of submission alone. Empty: not known any more."""

    number: str
    created_ms: int
    token: bytes
    digest: bytes
    signature: bytes
    public_address: str

    @property
    def qr(self) -> str:
        address = f"{self.public_address.rstrip('/')}/p/{_base64(self.token)}"
        if not self.digest:
            return address
        proof = ".".join([self.number, str(self.created_ms), _base64(self.digest), _base64(self.signature)])
        return f"{address}#{proof}"

    @property
    def submitted_at(self) -> str:
        return local_time(self.created_ms)


@dataclass(frozen=True)
class Copy:
    """What a 补打 needs. entry_id: of the case. number: 1 for the first copy. agent, company: masked; empty: none."""

    entry_id: bytes
    service: str
    service_name: str
    submitted: Submitted
    state: Words
    number: int
    agent: str = ""
    company: str = ""


def local_time(ms: int) -> str:
    """Unix milliseconds as China's wall time, to the minute."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M")


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class PartCase:
    """One case of a bundle, by its service's name."""

    name: str
    submitted: Submitted
    state: Words


@dataclass(frozen=True)
class Bring:
    """A material that is brought to a counter later. until: within how many working days, and which is the last."""

    material: str
    until: str
    where: str


@dataclass(frozen=True)
class HandedIn:
    """What a receipt or slip tells. then: what comes next, step by step. copy: 0 for the first, n for the n-th 补打.
    parts: the cases of a bundle; of what was not handed in with them, waiting: names of what needs others first, and
    refused: name and way on of what is done elsewhere. agent: who
    handed it in for the applicant, company: whose case it is, copied_by: who takes the copy; each masked. fee: what
    became of it, the most important first. bring: what is still to be brought."""

    act: str
    service: str
    submitted: Submitted
    state: Words
    applicant: str
    place: str
    then: Sequence[str]
    copy: int = 0
    agent: str = ""
    company: str = ""
    copied_by: str = ""
    fee: Sequence[str] = ()
    parts: Sequence[PartCase] = ()
    waiting: Sequence[str] = ()
    refused: Sequence[tuple[str, Alternative]] = ()
    bring: Sequence[Bring] = ()


def receipt_paper(papers: Papers, told: HandedIn) -> Paper:
    case = told.submitted
    conditions = {
        told.act: True,
        "bundle": bool(told.parts),
        "alone": not told.parts,
        "left_out": bool(told.waiting or told.refused),
        "copy": bool(told.copy),
        "agent": bool(told.agent),
        "person": not told.company,
        "company": bool(told.company),
        "copied_by": bool(told.copied_by),
    }
    filling = Filling(
        {
            "number": case.number,
            "service": told.service,
            "applicant": masked_name(told.applicant),
            "agent": told.agent,
            "company": told.company,
            "copied_by": told.copied_by,
            "submitted": case.submitted_at,
            "place": told.place,
            "state": told.state.word,
            "state_text": told.state.text,
            "copy": str(told.copy),
        },
        frozenset(name for name, holds in conditions.items() if holds),
        {
            "fee": [{"line": line} for line in told.fee],
            "bring": [{"material": one.material, "until": one.until, "where": one.where} for one in told.bring],
            "steps": [{"at": str(at), "step": text} for at, text in enumerate(told.then, start=1)],
            "parts": [
                {
                    "part": part.name,
                    "part_number": part.submitted.number,
                    "part_state": part.state.word,
                    "qr": part.submitted.qr,
                }
                for part in told.parts
            ],
            "waiting": [{"part": name} for name in told.waiting],
            "refused": [
                {"part": name, "reason": advice.reason, "where": advice.where, "contact": advice.contact}
                for name, advice in told.refused
            ],
        },
        case.qr,
    )
    return filled(papers[PAPER_OF[told.act]], filling)


def sheet_paper(
    papers: Papers, service: str, advice: Alternative, place: str, printed: str, answers: Sequence[tuple[str, str]] = ()
) -> Paper:
    """Where, when and what to bring, for somebody who cannot be served here. Names nobody. advice: with all texts
    filled. answers: label and what may stand on paper of what was filled in (kiosk.typed_answers)."""
    texts = {name: getattr(advice, name) for name in ADVICE}
    values = {**texts, "service": service, "place": place, "printed": printed}
    rows = [{"label": label, "answer": answer} for label, answer in answers]
    return filled(papers["sheet"], Filling(values, lists={"answers": rows}))
