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
from central.payments import Order, yuan
from central.workdays import CHINA_TIME

_STYLE: Final = """body{font:20px/1.6 sans-serif;margin:0;background:#f6f5f1;color:#1c2321}
main{max-width:32em;margin:auto;padding:1.2em}h1{font-size:1.3em}h2{font-size:1.1em}
.state{font-size:2em;font-weight:bold;color:#0b5d4e}.said{font-size:1.2em;font-weight:bold;color:#0b5d4e}.void{color:#a11d1d}
dt{color:#51605b}dd{margin:0 0 .8em;white-space:pre-line}
label{display:block;margin:1em 0;font-weight:bold}li{margin:.6em 0}
input[type=file]{display:block;box-sizing:border-box;width:100%;margin:.4em 0;padding:.8em;font-size:1em;
border:2px solid #0b5d4e;border-radius:.5em;background:#fff}
input::file-selector-button{margin-right:.6em;padding:.5em .8em;font:bold 1em sans-serif;color:#0b5d4e;
background:#dceee7;border:0;border-radius:.4em}
button{width:100%;padding:.7em;font:bold 1.2em sans-serif;color:#fff;background:#0b5d4e;border:0;border-radius:.5em}
button.small{width:auto;padding:.4em .8em;font-size:1em;color:#a11d1d;background:#fff;border:2px solid #a11d1d}"""
_PAGE: Final = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title>
<style>{style}</style>
<main>{content}</main></html>"""


_STYLE_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()
PRIVATE: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
}
"""Headers of every page: no script runs, nothing is loaded from elsewhere, no address is passed on or kept."""


def progress_page(case: CaseRecord, together: Sequence[Bundled] = ()) -> str:
    """together: of a bundle, this case and the others: the names of their services and their states, and no more."""
    name = [("事项", one.name) for one in together if one.is_this]
    rows = [
        *name,
        ("回执号", case.receipt_number),
        ("办件编号", case.number),
        ("提交时间", local_time(case.submitted_ms)),
        ("最近变化", local_time(case.changed_ms)),
    ]
    state = escape(WORDS.get(case.state, case.state))
    ways = "<p>要看详细情况，请带身份证到任何一台通办机，或打窗口电话。</p>"
    return whole_page("办事进度", f'<p class="state">{state}</p>{_facts(rows)}{_others(together)}{ways}')


def _others(together: Sequence[Bundled]) -> str:
    rows = [(one.name, WORDS.get(one.state, one.state)) for one in together if not one.is_this]
    return f"<h2>一起交的</h2>{_facts(rows)}" if rows else ""


def not_found_page() -> str:
    return whole_page(
        "还没有查到",
        "<p>如果刚刚提交，机器可能还没有联网，材料会自动送到，请过一天再扫一次。</p>"
        "<p>等了两天还查不到，请带回执和身份证到提交的地方，或打 12345。</p>",
    )


def certificate_page(certificate: CertificateRecord) -> str:
    """To be held against the paper: title, content, office, time; the holder's name is masked."""
    rows = [
        ("证明", certificate.title),
        ("持有人", certificate.holder),
        ("编号", certificate.case_number),
        ("内容", certificate.text),
        ("开具机关", certificate.office),
        ("开具时间", local_time(certificate.issued_ms)),
    ]
    if certificate.revoked_ms is not None:
        rows.append(("作废时间", local_time(certificate.revoked_ms)))
        state = '<p class="state void">已作废</p>'
    else:
        state = '<p class="state">有效</p>'
    advice = "<p>请逐项与手里的证明对照，有一项不同，就不是这一份。</p>"
    return whole_page("证明核验", f"{state}{_facts(rows)}{advice}")


def no_certificate_page() -> str:
    return whole_page(
        "没有这份证明",
        '<p class="state void">查无此证</p>'
        "<p>请对照纸上的验证码再输一次。还是没有，就不要相信这张纸，请问开具它的机关。</p>",
    )


def no_download_page() -> str:
    return whole_page(
        "这个链接不能用了",
        "<p>链接只在十分钟内有效，只能打开几次。请在通办机上放身份证，到“我办的事”里再领一次。</p>",
    )


def payment_page(order: Order | None) -> str:
    """Where a practising platform stands in for the one that takes money."""
    label = '<p class="state void">演示缴费，不是真的</p>'
    if order is None:
        return whole_page("没有这个订单", f"{label}<p>请回到通办机上重新缴费。</p>")
    facts = _facts([("订单号", order.number), ("金额", yuan(order.fen))])
    if order.state == "paid":
        return whole_page("演示缴费", f'{label}{facts}<p class="state">已缴费</p>')
    if order.state == "refunded":
        return whole_page("演示缴费", f'{label}{facts}<p class="state">已退款</p>')
    button = '<form method="post"><button>演示付款</button></form>'
    return whole_page("演示缴费", f"{label}{facts}<p>不会扣钱。</p>{button}")


def whole_page(title: str, content: str) -> str:
    """title: text. content: HTML."""
    shown = escape(title)
    return _PAGE.format(title=shown, style=_STYLE, content=f"<h1>{shown}</h1>{content}")


def _facts(rows: list[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in rows) + "</dl>"


def local_time(ms: int) -> str:
    """Unix milliseconds as China's wall time, to the minute."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M")
