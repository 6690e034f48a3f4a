"""What stands on paper: the submission receipt (提交回执) and the sheet for those who cannot be served here. Pure.

The receipt never calls itself a 受理通知书: the kiosk submits, only the platform accepts. Its QR code holds the
progress address with a random token; behind the `#`, which no browser sends, the proof of the time of submission.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from devices.contract import Line, Paper
from kiosk.applicant import masked_name
from kiosk.services.definition import Alternative
from kiosk.states import Words
from offline_cache.bodies import Applicant

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
    """What a 补打 needs. entry_id: of the case. number: 1 for the first copy."""

    entry_id: bytes
    service: str
    service_name: str
    submitted: Submitted
    state: Words
    number: int


PAPERS: Final = {
    "apply": ("提交回执", "（本回执不是受理通知书）", "回执号"),
    "book": ("预约凭条", "", "预约号"),
    "report": ("办理凭条", "", "办件号"),
    "certificate": ("申请凭条", "（证明做好后，带身份证到办理窗口领取）", "办件号"),
}
"""Title, what it is not, and what its number is called; by a service's `act`."""


def local_time(ms: int) -> str:
    """Unix milliseconds as China's wall time, to the minute."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M")


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def receipt_paper(
    submitted: Submitted,
    service_name: str,
    then: list[str],
    person: Applicant,
    place: str,
    state: Words,
    copy: int = 0,
    words: tuple[str, str, str] = ("提交回执", "（本回执不是受理通知书）", "回执号"),
    parts: Sequence[tuple[str, Submitted]] = (),
    elsewhere: Sequence[str] = (),
    agent: str = "",
    fee: Sequence[str] = (),
) -> Paper:
    """then: what comes next, step by step. copy: 0 for the first, n for the n-th 补打. words: see PAPERS. parts: of a
    bundle, by name. elsewhere: what of it was not handed in, and where it goes on. agent: who handed it in.
    fee: what became of it, the most important first."""
    title, note, numbered = words
    lines = [Line(text=title, size=2, bold=True, align="center")]
    if note:
        lines.append(Line(text=note, align="center"))
    if copy:
        lines.append(Line(text=f"补打第{copy}次", bold=True, align="center"))
    lines += [
        Line(),
        Line(text=f"{numbered}：{submitted.number}", bold=True),
        Line(text=f"事项：{service_name}"),
        Line(text=f"申请人：{masked_name(person.name)}"),
        *([Line(text=f"代办人：{masked_name(agent)}")] if agent else []),
        Line(text=f"提交时间：{submitted.submitted_at}"),
        Line(text=f"办理地点：{place}"),
        Line(text=f"状态：{state.word}", bold=True),
        Line(text=state.text),
        *(Line(text=text, bold=not at) for at, text in enumerate(fee)),
        Line(),
        *([Line(text="一起办的：", bold=True)] if parts else []),
        *(
            line
            for name, part in parts
            for line in (Line(text=f"{name}：{part.number}"), Line(qr=part.qr, align="center"))
        ),
        *([Line(text="没有一起办的：", bold=True)] if elsewhere else []),
        *(Line(text=text) for text in elsewhere),
        *([Line(text="接下来：", bold=True)] if then else []),
        *(Line(text=f"{at}. {text}") for at, text in enumerate(then, start=1)),
        Line(),
        *([] if parts else [Line(qr=submitted.qr, align="center")]),
        Line(text="手机扫码查进度", align="center"),
        Line(text="或在任何一台通办机放上身份证", align="center"),
    ]
    return Paper(lines=lines)


def sheet_paper(name: str, advice: Alternative, place: str) -> Paper:
    """Where, when and what to bring, for somebody who cannot be served here. Names nobody."""
    lines = [
        Line(text=f"{name}：办理指引", size=2, bold=True, align="center"),
        Line(),
        Line(text=advice.reason),
        Line(),
    ]
    for label, value in alternative_facts(advice):
        lines += [Line(text=label, bold=True), Line(text=value), Line()]
    return Paper(lines=[*lines, Line(text=place, align="center")])


def alternative_facts(advice: Alternative) -> list[tuple[str, str]]:
    return [
        ("到哪里办", advice.where),
        ("什么时候", advice.when),
        ("带什么", advice.bring),
        ("问谁", advice.contact),
    ]
