"""The page that a citizen's phone shows. It names nobody: whoever holds the receipt sees the state of its case."""

from datetime import UTC, datetime
from html import escape
from typing import Final

from central.cases import WORDS, CaseRecord
from central.workdays import CHINA_TIME

_PAGE: Final = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>办事进度</title>
<style>body{{font:20px/1.6 sans-serif;margin:0;background:#f6f5f1;color:#1c2321}}
main{{max-width:32em;margin:auto;padding:1.2em}}h1{{font-size:1.3em}}
.state{{font-size:2em;font-weight:bold;color:#0b5d4e}}dt{{color:#51605b}}dd{{margin:0 0 .8em}}</style>
<main>{content}</main></html>"""


def progress_page(case: CaseRecord) -> str:
    rows = [
        ("回执号", case.receipt_number),
        ("办件编号", case.number),
        ("提交时间", _time(case.submitted_ms)),
        ("最近变化", _time(case.changed_ms)),
    ]
    facts = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in rows)
    state = escape(WORDS.get(case.state, case.state))
    return _PAGE.format(
        content=f'<h1>办事进度</h1><p class="state">{state}</p><dl>{facts}</dl>'
        "<p>要看详细情况，请带身份证到任何一台通办机，或打窗口电话。</p>"
    )


def not_found_page() -> str:
    return _PAGE.format(
        content="<h1>还没有查到</h1><p>如果刚刚提交，机器可能还没有联网，材料会自动送到，请过一天再扫一次。</p>"
        "<p>等了两天还查不到，请带回执和身份证到提交的地方，或打 12345。</p>"
    )


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M")
