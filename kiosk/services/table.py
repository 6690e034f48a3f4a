"""All services of a folder at a glance, with the outcomes that exploring finds. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kiosk.services.definition import Season, Service
from kiosk.services.exploring import EVERYWHERE, paths
from kiosk.services.flow import Flow, Ineligible
from kiosk.services.region import Region
from kiosk.services.texts import render

READY: Final = "ready"
_BIRTH: Final = "1950-01-01"
_TURNS: Final = re.compile(r"\{turns\[[^\]]*\]\}")
_WORDS: Final = {
    "person": "个人", "company": "单位", "either": "个人或单位",
    "queue": "可离线", "decide": "可离线，后核定", "online": "须联网",
    "apply": "申请", "book": "预约", "certificate": "申请证明", "report": "当场办",
    "receipt": "回执", "slip": "凭条", "none": "不打印",
}  # fmt: skip

_HEADERS: Final = {
    "事项": "service", "编号": "id", "类型": "type", "申请人": "applicant", "部门；窗口": "office; counter",
    "方式": "mode", "动作": "act", "打印": "paper", "时限": "limit", "季节": "season", "问题": "questions",
    "材料": "materials", "结果": "outcomes",
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """rule: `ready`, or the id of the rule that refuses. reason: the alternative's, for nobody in particular."""

    rule: str
    reason: str = ""


@dataclass(frozen=True)
class Row:
    """english: empty where the name is not translated. season: MM-DD–MM-DD; empty: all the year. questions: those that
    stand in every definition are not counted."""

    service: str
    name: str
    english: str
    type: str
    applicant: str
    office: str
    counter: str
    mode: str
    act: str
    paper: str
    limit: str
    season: str
    questions: int
    materials: int
    outcomes: tuple[Outcome, ...]


def row(flow: Flow, region: Region, english: Service | None) -> Row:
    """english: the same service in English, as far as it is translated."""
    service = flow.service
    return Row(
        service=service.service,
        name=service.name,
        english=english.name if english is not None and english.name != service.name else "",
        type=service.type,
        applicant=service.applicant,
        office=service.office,
        counter=region.counters[service.counter].name,
        mode=service.mode,
        act=service.act,
        paper=service.paper,
        limit=_shown(service.limit, region),
        season=_season(service.season),
        questions=sum(not one.id.startswith(EVERYWHERE) for one in service.questions),
        materials=len(service.materials),
        outcomes=tuple(_outcomes(flow, region)),
    )


def _outcomes(flow: Flow, region: Region) -> list[Outcome]:
    """`ready` first, then the rules in the order in which they are decided."""
    found: dict[str, Outcome] = {}
    for _, _, walk in paths(flow):
        rule = walk.then.rule if isinstance(walk.then, Ineligible) else None
        name = rule.id if rule else READY
        if name not in found:
            found[name] = Outcome(name, _shown(rule.otherwise.reason, region) if rule else "")
    order = [READY, *(rule.id for rule in flow.rules)]
    return sorted(found.values(), key=lambda one: order.index(one.rule) if one.rule in order else len(order))


def _shown(text: str, region: Region) -> str:
    """A birthday is everybody's own."""
    return render(_TURNS.sub("某年某月某日", text), region, _BIRTH)


def _season(season: Season | None) -> str:
    return f"{season.opens}–{season.closes}" if season else ""


def as_text(rows: Iterable[Row]) -> str:
    lines = []
    for one in rows:
        lines += [
            f"{one.name}  {one.english}  [{one.service}]",
            f"  {one.type}  {one.applicant}  {one.office}；{one.counter}",
            f"  {one.mode}  {one.act}  {one.paper}  {one.limit}  {one.season or '全年'}"
            f"  {one.questions}问  {one.materials}样材料",
            *(f"  → {outcome.rule}  {outcome.reason}".rstrip() for outcome in one.outcomes),
            "",
        ]
    return "\n".join(lines)


def as_markdown(rows: Iterable[Row], region: Region) -> str:
    """The page docs/service-table.md; made, never written by hand."""
    found = list(rows)
    lines = [
        "# 事项一览 · Services",
        "",
        "由 `kiosk services table --markdown` 生成，不要手改。",
        "Made by `kiosk services table --markdown` from the definitions.",
        f"数值取自地区 values are those of region `{region.region}`（{region.name}）。",
        "",
        _line(_HEADERS),
        _line(["---"] * len(_HEADERS)),
        _line(_HEADERS.values()),
        *(_row(one) for one in found),
        "",
        "## 结果 · Outcomes",
        "",
        "把每个条件的边界都走一遍找到的结果：`ready` 可以提交；其余是拒绝的规则和告诉群众的原因。",
        "What exploring every boundary finds: `ready` can be handed in; the others are the rules that refuse, with the",
        "reason that the citizen reads.",
    ]
    for one in found:
        lines += ["", f"### {one.name} · {one.english}".removesuffix(" · "), ""]
        lines += [f"- `{outcome.rule}` {outcome.reason}".rstrip() for outcome in one.outcomes]
    return "\n".join(lines) + "\n"


def _row(one: Row) -> str:
    cells = (
        f"{one.name} {one.english}".strip(), f"`{one.service}`", one.type, _WORDS[one.applicant],
        f"{one.office}；{one.counter}", f"{_WORDS[one.mode]} {one.mode}", f"{_WORDS[one.act]} {one.act}",
        f"{_WORDS[one.paper]} {one.paper}", one.limit, one.season or "全年 all year", str(one.questions),
        str(one.materials), " ".join(f"`{outcome.rule}`" for outcome in one.outcomes),
    )  # fmt: skip
    return _line(cells)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
