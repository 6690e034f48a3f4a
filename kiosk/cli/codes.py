"""`kiosk codes`: what a code means, why it comes, what to do and who does it. Also makes docs/codes.md."""

import argparse
import sys
from collections.abc import Iterable
from typing import Any

import msgspec

from kiosk.cli.options import add_json, print_json
from kiosk.codes import Description, Fault, catalogue, faults, words


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("codes", help="what a code on the screen means, and what to do")
    parser.add_argument("code", nargs="*", help="e.g. reader.no-answer; none: all of them")
    parser.add_argument("--markdown", action="store_true", help="the page docs/codes.md")
    add_json(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status 1 when a code is not known."""
    if arguments.markdown:
        sys.stdout.write(markdown())
        return 0
    known = catalogue()
    wanted = [code for code in arguments.code if code in known] if arguments.code else sorted(known)
    missing = [code for code in arguments.code if code not in known]
    if arguments.json:
        print_json({code: msgspec.to_builtins(known[code]) for code in wanted})
    else:
        for code in wanted:
            sys.stdout.write(_plain(code, known[code]))
    for code in missing:
        sys.stderr.write(f"{code} is no code of this version: see the documents of the driver, or update the kiosk\n")
    return int(bool(missing))


def _plain(code: str, found: Description) -> str:
    cause, cause_en = f"\n  原因：{found.cause}" if found.cause else "", f"\n  cause: {found.cause_en}"
    who = words().action[found.who]
    return (
        f"{code}\n  {found.title}{cause}\n  怎么办（{who.zh}）：{found.todo}\n"
        f"  {found.title_en}{cause_en if found.cause_en else ''}\n  what to do ({who.en}): {found.todo_en}\n\n"
    )


def markdown() -> str:
    """The fault matrix and the catalogue; made, never written by hand."""
    lines = [
        "# 故障与代码 · Faults and codes",
        "",
        "由 `kiosk codes --markdown` 生成，不要手改。Made by `kiosk codes --markdown` from `kiosk/codes.toml` and",
        "`kiosk/faults.toml`. `kiosk codes CODE` says the same on the spot.",
        "",
        "## 故障表 · Fault matrix",
        "",
        "每一种故障都由虚拟设备造出来，由测试核对。Every fault is made with the virtual devices and compared by tests.",
        "",
        _line(("设备", "故障", "何时", "状态", "原因", "谁处理", "代码", "打印结果", "屏幕")),
        _line(["---"] * 9),
        _line(("device", "fault", "when", "state", "reasons", "who", "code", "outcome", "screen")),
        *(_row(fault) for fault in faults()),
        "",
        "## 代码 · Codes",
        "",
    ]
    for code, found in sorted(catalogue().items()):
        who = words().action[found.who]
        lines += [f"### {code}", "", f"{found.title}。{found.title_en}.", ""]
        if found.cause:
            lines.append(f"- 原因：{found.cause}。Cause: {found.cause_en}.")
        lines += [f"- {who.zh}：{found.todo}。{who.en.capitalize()}: {found.todo_en}.", ""]
    return "\n".join(lines)


def _row(fault: Fault) -> str:
    state = words().state[fault.state].zh if fault.state else ""
    reasons = "、".join(words().reason[reason].zh for reason in fault.reasons)
    screen = catalogue()[fault.code]
    cells = [
        fault.device,
        f"{fault.what} {fault.what_en} (`{fault.fault}`)",
        fault.when,
        f"{state} {fault.state}".strip(),
        f"{reasons} {' '.join(fault.reasons)}".strip(),
        f"{words().action[fault.action].zh} {fault.action}",
        f"`{fault.code}`",
        fault.outcome,
        f"{screen.title}。{screen.todo}",
    ]
    return _line(cells)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
