"""Plays a service with an official at a terminal: the card's facts and the answers are typed, the outcome is told."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from kiosk.services import answers as checks
from kiosk.services.definition import Alternative, Question
from kiosk.services.expression import Value
from kiosk.services.flow import CONDITIONS, IDENTITY, Ask, Flow, Ineligible, Situation
from kiosk.services.region import Region
from kiosk.services.texts import ADVICE, advised, render

_BIRTH = "1950-01-01"
_FACTS = {
    "age": "周岁",
    "sex": "性别（男／女）",
    "residence": "户口（local 本地／unknown 不知道）",
    "identified": "怎么识别（card 身份证／typed 手输号码）",
    "role": "谁来办（self 本人／agent 代办）",
    "applicant": "替谁办（person 自己／company 单位）",
    "season": "季节（open 在办理期／closed 不在）",
    "hours": "时间（open 服务中／closed 不在）",
    "network": "网络（up 通／down 不通）",
    "camera": "拍照设备（yes 有／no 没有）",
    "upload": "能用手机传材料（yes 能／no 不能）",
}
_OFFERED: Final = {name: re.findall("[（／]([a-z]+|[男女])", prompt) for name, prompt in _FACTS.items()}
_USUAL: Final[dict[str, Value]] = {
    "age": 50, "sex": "女", "residence": "local", "identified": "card", "role": "self", "season": "open",
    "hours": "open", "network": "up", "camera": "yes", "upload": "yes",
}  # fmt: skip
"""What is not asked about, because nothing in the service reads it."""


def play(flow: Flow, region: Region, now: datetime, ask: Callable[[str], str], say: Callable[[str], None]) -> bool:
    """ask: shows a prompt, gives what was typed. True when it ends in a submission. What `ask` raises ends it."""
    say(f"{flow.service.name}：先说说这个人")
    known = {**IDENTITY, **CONDITIONS}
    told = {name: _fact(name, kind, ask, say) for name, kind in known.items() if _is_read(flow, name)}
    situation = Situation({**_USUAL, **told}, now)
    answers: dict[str, str] = {}
    while isinstance(then := flow.walk(situation, answers).then, Ask):
        answers[then.question.id] = _answer(then.question, region, now, ask, say)
    if isinstance(then, Ineligible):
        say(f"不能在这里办：{_shown(then.rule.otherwise, region)}")
        return False
    say("可以提交：")
    for question in flow.walk(situation, answers).asked:
        say(f"  {render(question.label, region, _BIRTH)}：{checks.shown(question, answers[question.id])}")
    return True


def _is_read(flow: Flow, name: str) -> bool:
    return any(name in one.names for one in flow.expressions)


def _fact(name: str, kind: type, ask: Callable[[str], str], say: Callable[[str], None]) -> Value:
    while True:
        typed = ask(f"{_FACTS[name]}: ").strip()
        if typed in _OFFERED[name]:
            return typed
        if kind is int and typed.isdecimal():
            return int(typed)
        say("请写数字" if kind is int else f"请写一个：{'、'.join(_OFFERED[name])}")


def _answer(
    question: Question, region: Region, now: datetime, ask: Callable[[str], str], say: Callable[[str], None]
) -> str:
    say(render(question.ask, region, _BIRTH))
    for option in question.options:
        say(f"  {option.value}: {option.label}")
    while True:
        typed = ask("> ").strip()
        wrong = checks.problem(question, typed, now.date())
        if not wrong:
            return typed
        say(wrong)


def _shown(advice: Alternative, region: Region) -> str:
    filled = advised(advice, region, _BIRTH)
    return " ".join(getattr(filled, name) for name in ADVICE)
