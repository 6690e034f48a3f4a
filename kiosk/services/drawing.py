"""Draws the way through a service, for officials: as text, and as a picture (SVG). Pure.

The way is a line: what is asked, in its order; beside it the exits, each at the first place where it can be decided.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from kiosk.services.flow import CONDITIONS, IDENTITY, Flow, material_question
from kiosk.services.region import Region
from kiosk.services.texts import advised, render

_BIRTH: Final = "1950-01-01"
"""Of an invented person, for texts that name a birthday."""
_WIDTH: Final = 420
_LINE: Final = 24
_PAD: Final = 14
_GAP: Final = 26
_PER_LINE: Final = 48
"""Half widths: a letter has one, a character two."""
_ENDS: Final = {"apply": "提交，打印回执", "book": "预约成功", "certificate": "申请好证明", "report": "当场办结"}
_NOT_FIRST: Final = "，。；：、？！）／」》"


@dataclass(frozen=True)
class Step:
    """kind: `exit` stands beside the line, all others in it. when: the expression under which it is met, as written; of
    an exit, the one that has to hold to go on."""

    kind: Literal["begin", "question", "exit", "step", "end"]
    text: str
    when: str = ""


def steps(flow: Flow, region: Region) -> list[Step]:
    def shown(text: str) -> str:
        return render(text, region, _BIRTH)

    service = flow.service
    found = [Step("begin", f"{service.name}：放上身份证")]
    left = list(flow.rules)
    settled = {*IDENTITY, *CONDITIONS}

    def exits() -> Iterator[Step]:
        for rule in [rule for rule in left if flow.require[rule.id].names <= settled]:
            left.remove(rule)
            otherwise = advised(rule.otherwise, region, _BIRTH)
            yield Step("exit", f"{otherwise.reason} → {otherwise.where}", rule.require)

    found += exits()
    for question in service.questions:
        when = "" if question.when == "true" else question.when
        options = "（" + "／".join(option.label for option in question.options) + "）" if question.options else ""
        found.append(Step("question", shown(question.ask) + options, when))
        settled.add(question.id)
        found += exits()
    for material in service.materials:
        ways = material_question(material, material.ways, flow.say).options
        said = f"交：{material.name}（{'／'.join(way.label for way in ways)}）"
        found.append(Step("question", said, "" if material.when == "true" else material.when))
    found.append(Step("step", "核对填写的内容"))
    found += [
        Step("step", f"同意：{shown(one.text)}", "" if one.when == "true" else one.when) for one in service.consents
    ]
    if service.signature:
        found.append(Step("step", f"签名：{shown(service.signature)}"))
    found.append(Step("end", f"{_ENDS[service.act]}：" + "；".join(shown(text) for text in service.next_steps)))
    return found


def as_text(found: list[Step]) -> str:
    lines = []
    for step in found:
        if step.kind == "exit":
            lines += [f"  ├─ 不满足 {step.when}", f"  │    {step.text}"]
        else:
            lines += ["  │"] if lines else []
            lines.append(f"  ● {step.text}" + (f"   只在 {step.when} 时" if step.when else ""))
    return "\n".join(lines) + "\n"


def as_svg(found: list[Step]) -> str:
    """The line on the left, exits on the right."""
    parts: list[str] = []
    top, line_end, height = _PAD, _PAD, _PAD
    for step in found:
        said = f"不满足 {step.when}\n{step.text}" if step.kind == "exit" else step.text
        said += f"\n只在 {step.when} 时" if step.when and step.kind == "question" else ""
        lines = [piece for line in said.splitlines() for piece in _wrapped(line)]
        tall = len(lines) * _LINE + 2 * _PAD
        if step.kind == "exit":
            left = _PAD + _WIDTH + 3 * _GAP
            middle = top + tall / 2
            parts.append(f'<path d="M{_PAD + _WIDTH / 2} {middle}H{left}" class="way"/>')
        else:
            left = _PAD
            if line_end > _PAD:
                parts.append(f'<path d="M{_PAD + _WIDTH / 2} {line_end}V{top}" class="way"/>')
        parts.append(f'<rect x="{left}" y="{top}" width="{_WIDTH}" height="{tall}" rx="8" class="{step.kind}"/>')
        parts += [
            f'<text x="{left + _PAD}" y="{top + _PAD + (at + 0.8) * _LINE:.0f}">{escape(line)}</text>'
            for at, line in enumerate(lines)
        ]
        height = top + tall
        if step.kind != "exit":
            line_end = height
        top = height + _GAP
    wide = 2 * _WIDTH + 3 * _GAP + 2 * _PAD
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{height + _PAD}">'
        "<style>text{font:16px 'Noto Sans CJK SC',sans-serif;fill:#1c2321}rect{fill:#fff;stroke:#51605b}"
        ".begin,.end{fill:#dcefe9;stroke:#0b5d4e}.exit{fill:#fdf1dc;stroke:#8a5a00}.way{stroke:#51605b;fill:none}</style>"
        f'<rect width="100%" height="100%" style="fill:#f6f5f1;stroke:none"/>{"".join(parts)}</svg>\n'
    )


def _wrapped(text: str) -> Iterator[str]:
    """Lines that fit; none begins with a closing mark."""
    line, wide = "", 0
    for character in text:
        width = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        if wide + width > _PER_LINE and character not in _NOT_FIRST:
            yield line
            line, wide = "", 0
        line += character
        wide += width
    yield line
