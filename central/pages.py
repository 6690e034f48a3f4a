"""The pages that a phone shows. They name nobody: whoever holds a receipt sees the state of its case, whoever holds a
certificate sees whether it holds."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from typing import Final

from central.bundles import Bundled
from central.cases import WORDS, CaseRecord
from central.certificates import CertificateRecord
from central.payments import Order
from central.saying import CHINESE, ITSELF, Saying, languages, tag
from central.workdays import CHINA_TIME

_STYLE: Final = """body{font:20px/1.6 sans-serif;margin:0;background:#f6f5f1;color:#1c2321}
main{max-width:32em;margin:auto;padding:1.2em}h1{font-size:1.3em}h2{font-size:1.1em}
.state{font-size:2em;line-height:1.25;font-weight:bold;color:#0b5d4e}
.said{font-size:1.2em;font-weight:bold;color:#0b5d4e}.void{color:#a11d1d}
nav{text-align:end}
nav>*{display:inline-block;margin-inline-start:.4em;padding:.5em .6em;color:#0b5d4e}
nav>b{color:#51605b}
dt{color:#51605b}dd{margin:0 0 .8em;white-space:pre-line}
label{display:block;margin:1em 0;font-weight:bold}li{margin:.6em 0}
input[type=file]{display:block;box-sizing:border-box;width:100%;margin:.4em 0;padding:.8em;font-size:1em;
border:2px solid #0b5d4e;border-radius:.5em;background:#fff}
input::file-selector-button{margin-inline-end:.6em;padding:.5em .8em;font:bold 1em sans-serif;color:#0b5d4e;
background:#dceee7;border:0;border-radius:.4em}
button{width:100%;padding:.7em;font:bold 1.2em sans-serif;color:#fff;background:#0b5d4e;border:0;border-radius:.5em}
button.small{width:auto;padding:.4em .8em;font-size:1em;color:#a11d1d;background:#fff;border:2px solid #a11d1d}"""
_PAGE: Final = """<!doctype html>
<html lang="{tag}" dir="{direction}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title>
<style>{style}</style>
<main><nav>{languages}</nav>{content}</main></html>"""


_STYLE_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()
PRIVATE: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
}
"""Headers of all that phones get: no script runs, nothing is loaded from elsewhere, no address is passed on or kept."""


def headers(say: Saying) -> dict[str, str]:
    """Of a page in this language."""
    return {**PRIVATE, "Content-Language": say.tag, "Vary": "Accept-Language"}


def progress_page(say: Saying, case: CaseRecord, together: Sequence[Bundled] = ()) -> str:
    """together: of a bundle, this case and the others: the names of their services and their states, and no more."""
    name = [(say("事项"), _theirs(one.name, one.language)) for one in together if one.is_this]
    rows = [
        *name,
        (say("回执号"), escape(case.receipt_number)),
        (say("办件编号"), escape(case.number)),
        (say("提交时间"), local_time(case.submitted_ms)),
        (say("最近变化"), local_time(case.changed_ms)),
    ]
    state = f'<p class="state">{_state(say, case.state)}</p>'
    ways = paragraph(say("要看详细情况，请带身份证到任何一台通办机，或打窗口电话。"))
    return whole_page(say, say("办事进度"), f"{state}{_facts(rows)}{_others(say, together)}{ways}")


def _others(say: Saying, together: Sequence[Bundled]) -> str:
    rows = [(_theirs(one.name, one.language), _state(say, one.state)) for one in together if not one.is_this]
    return f"<h2>{escape(say('一起交的'))}</h2>{_list(rows)}" if rows else ""


def _state(say: Saying, state: str) -> str:
    return escape(say(WORDS[state]))


def not_found_page(say: Saying) -> str:
    return whole_page(
        say,
        say("还没有查到"),
        paragraph(say("如果刚刚提交，机器可能还没有联网，材料会自动送到，请过一天再扫一次。"))
        + paragraph(say("等了两天还查不到，请带回执和身份证到提交的地方，或打 12345。")),
    )


def certificate_page(say: Saying, certificate: CertificateRecord) -> str:
    """To be held against the paper: title, content, office, time; the holder's name is masked."""
    rows = [
        (say("证明"), _theirs(certificate.title)),
        (say("持有人"), _theirs(certificate.holder)),
        (say("编号"), escape(certificate.case_number)),
        (say("内容"), _theirs(certificate.text)),
        (say("开具机关"), _theirs(certificate.office)),
        (say("开具时间"), local_time(certificate.issued_ms)),
    ]
    if certificate.revoked_ms is not None:
        rows.append((say("作废时间"), local_time(certificate.revoked_ms)))
        state = paragraph(say("已作废"), "state void")
    else:
        state = paragraph(say("有效"), "state")
    advice = paragraph(say("请逐项与手里的证明对照，有一项不同，就不是这一份。"))
    return whole_page(say, say("证明核验"), f"{state}{_facts(rows)}{advice}")


def no_certificate_page(say: Saying) -> str:
    return whole_page(
        say,
        say("没有这份证明"),
        paragraph(say("查无此证"), "state void")
        + paragraph(say("请对照纸上的验证码再输一次。还是没有，就不要相信这张纸，请问开具它的机关。")),
    )


def no_download_page(say: Saying) -> str:
    return whole_page(
        say,
        say("这个链接不能用了"),
        paragraph(say("链接只在十分钟内有效，只能打开几次。请在通办机上放身份证，到“我办的事”里再领一次。")),
    )


def payment_page(say: Saying, order: Order | None) -> str:
    """Where a practising platform stands in for the one that takes money."""
    label = paragraph(say("演示缴费，不是真的"), "state void")
    if order is None:
        return whole_page(say, say("没有这个订单"), label + paragraph(say("请回到通办机上重新缴费。")))
    amount = say("{yuan}元", yuan=f"{order.fen // 100}.{order.fen % 100:02}")
    facts = label + _facts([(say("订单号"), escape(order.number)), (say("金额"), escape(amount))])
    if order.state == "paid":
        return whole_page(say, say("演示缴费"), facts + paragraph(say("已缴费"), "state"))
    if order.state == "refunded":
        return whole_page(say, say("演示缴费"), facts + paragraph(say("已退款"), "state"))
    button = f'<form method="post" action="{in_language(say)}"><button>{escape(say("演示付款"))}</button></form>'
    return whole_page(say, say("演示缴费"), facts + paragraph(say("不会扣钱。")) + button)


def whole_page(say: Saying, title: str, content: str) -> str:
    """title: text. content: HTML."""
    shown = escape(title)
    return _PAGE.format(
        tag=say.tag, direction=say.direction, title=shown, style=_STYLE, languages=_switch(say),
        content=f"<h1>{shown}</h1>{content}",
    )  # fmt: skip


def _switch(say: Saying) -> str:
    """The other languages are links to this page; each calls itself by its own name."""
    found = [(other, escape(other(ITSELF))) for other in map(Saying, languages())]
    return "".join(
        f'<b lang="{other.tag}">{name}</b>'
        if other.language == say.language
        else f'<a href="{in_language(other)}" lang="{other.tag}" hreflang="{other.tag}">{name}</a>'
        for other, name in found
    )


def in_language(say: Saying) -> str:
    """The same page's address, where it goes on in this language."""
    return f"?lang={say.language}"


def paragraph(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def _theirs(text: str, language: str = CHINESE) -> str:
    """What others wrote, the office or the kiosk, in a language of their own."""
    return f'<span lang="{escape(tag(language))}">{escape(text)}</span>'


def _facts(rows: list[tuple[str, str]]) -> str:
    """rows: a text, and what it is in HTML."""
    return _list([(escape(label), value) for label, value in rows])


def _list(rows: list[tuple[str, str]]) -> str:
    """rows: HTML."""
    return "<dl>" + "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in rows) + "</dl>"


def local_time(ms: int) -> str:
    """Unix milliseconds as China's wall time, to the minute."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M")
