"""Plays a service with an official at a terminal: the card's facts and the answers are typed, the outcome is told."""

from collections.abc import Callable

import msgspec

from kiosk.services import answers as checks
from kiosk.services.definition import Alternative, Question, Region
from kiosk.services.expression import Value
from kiosk.services.flow import IDENTITY, Ask, Flow, Ineligible
from kiosk.services.texts import render

_BIRTH = "1950-01-01"
_FACTS = {
    "age": "周岁",
    "sex": "性别（男／女）",
    "residence": "户口（local 本地／unknown 不知道）",
    "season": "季节（open 在办理期／closed 不在）",
}


def play(flow: Flow, region: Region, ask: Callable[[str], str], say: Callable[[str], None]) -> bool:
    """ask: shows a prompt, gives what was typed. True when it ends in a submission. What `ask` raises ends it."""
    say(f"{flow.service.name}：先说说这个人")
    identity = {name: _fact(name, kind, ask, say) for name, kind in IDENTITY.items() if _is_read(flow, name)}
    identity = {**{name: 0 if kind is int else "" for name, kind in IDENTITY.items()}, **identity}
    answers: dict[str, str] = {}
    while isinstance(then := flow.walk(identity, answers).then, Ask):
        answers[then.question.id] = _answer(then.question, region, ask, say)
    if isinstance(then, Ineligible):
        say(f"不能在这里办：{_shown(then.rule.otherwise, region)}")
        return False
    say("可以提交：")
    for question in flow.walk(identity, answers).asked:
        say(f"  {render(question.label, region, _BIRTH)}：{checks.shown(question, answers[question.id])}")
    return True


def _is_read(flow: Flow, name: str) -> bool:
    return any(name in one.names for one in (*flow.when.values(), *flow.require.values()))


def _fact(name: str, kind: type, ask: Callable[[str], str], say: Callable[[str], None]) -> Value:
    while True:
        typed = ask(f"{_FACTS[name]}: ").strip()
        if kind is str and typed:
            return typed
        if kind is int and typed.isdecimal():
            return int(typed)
        say("请写数字" if kind is int else "请写一个")


def _answer(question: Question, region: Region, ask: Callable[[str], str], say: Callable[[str], None]) -> str:
    say(render(question.ask, region, _BIRTH))
    for option in question.options:
        say(f"  {option.value}: {option.label}")
    while True:
        typed = ask("> ").strip()
        wrong = checks.problem(question, typed)
        if not wrong:
            return typed
        say(wrong)


def _shown(advice: Alternative, region: Region) -> str:
    return " ".join(render(text, region, _BIRTH) for text in msgspec.structs.astuple(advice))
