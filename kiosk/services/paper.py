"""The format of paper templates: `papers/receipt.yaml`, `slip.yaml`, `sheet.yaml`, and how they are filled. Pure.

A template says what stands on paper, line by line, and nothing else: what is true of the case is filled in. Filling a
template that passed its check (kiosk.services.paper_check) cannot fail: a citizen waits for the paper.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from devices.contract import Line, Paper
from kiosk.services.definition import Identifier

PAPERS: Final = ("receipt", "slip", "sheet")
"""receipt: of what was handed in. slip: of what the platform did at once. sheet: where else it can be done."""
PAPER_OF: Final = {"apply": "receipt", "book": "slip", "report": "slip", "certificate": "slip"}
"""By a service's `act`."""

_CASE: Final = frozenset(
    {
        "number",
        "service",
        "applicant",
        "agent",
        "company",
        "copied_by",
        "submitted",
        "place",
        "state",
        "state_text",
        "copy",
    }
)
NAMES: Final[dict[str, frozenset[str]]] = {
    "receipt": _CASE,
    "slip": _CASE,
    "sheet": frozenset({"service", "reason", "where", "when", "bring", "contact", "place", "printed"}),
}
"""What a text may name, by paper."""
_BRING: Final = frozenset({"material", "until", "where"})
LISTS: Final[dict[str, dict[str, frozenset[str]]]] = {
    "receipt": {
        "steps": frozenset({"at", "step"}),
        "fee": frozenset({"line"}),
        "bring": _BRING,
        "parts": frozenset({"part", "part_number", "part_state"}),
        "waiting": frozenset({"part"}),
        "refused": frozenset({"part", "reason", "where", "contact"}),
    },
    "slip": {"steps": frozenset({"at", "step"}), "fee": frozenset({"line"}), "bring": _BRING},
    "sheet": {"answers": frozenset({"label", "answer"})},
}
"""What lines may be repeated over, by paper, and what a text may name there beside the paper's own names."""
_WHO: Final = ("agent", "person", "company", "copied_by")
CONDITIONS: Final[dict[str, frozenset[str]]] = {
    "receipt": frozenset({"alone", "bundle", "left_out", *_WHO, "copy", *LISTS["receipt"]}),
    "slip": frozenset({"book", "report", "certificate", *_WHO, "copy", *LISTS["slip"]}),
    "sheet": frozenset(LISTS["sheet"]),
}
"""What a line may depend on, by paper: a list's name means that it is not empty."""

PLACE: Final = re.compile(r"\{([a-z_]+)\}|[{}]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


class PaperLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line; without a text it is empty. id: names it for translations. text: with names in braces. qr: the code of
    the case's progress page instead of a text; inside `each: parts`, of that part's. size: 1, or 2 for double. when: a
    condition; without one the line stands on every paper."""

    id: Identifier = ""
    text: str = ""
    qr: bool = False
    size: Literal[1, 2] = 1
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"
    when: Identifier = ""


class PaperBlock(PaperLine, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line, or several that stand or fall together. each: a list; the block is repeated for each of its entries.
    lines: of the block; then it has no text of its own."""

    each: Identifier = ""
    lines: list[PaperLine] = []


class PaperTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands on one kind of paper. format: of this document. paper: `receipt`, `slip` or `sheet`, and the file's
    name. lines: from top to bottom."""

    format: Literal[1]
    paper: Literal["receipt", "slip", "sheet"]
    lines: list[PaperBlock]


@dataclass(frozen=True)
class Filling:
    """What is true of one paper. values: by NAMES. conditions: those that hold, beside the lists'. lists: by LISTS; the
    entries of `parts` have their `qr` too."""

    values: Mapping[str, str]
    conditions: frozenset[str] = frozenset()
    lists: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    qr: str = ""


def filled(template: PaperTemplate, filling: Filling) -> Paper:
    holds = filling.conditions | {name for name, entries in filling.lists.items() if entries}
    own = {**filling.values, "qr": filling.qr}
    return Paper(lines=[line for block in template.lines for line in _block(block, own, filling, holds)])


def _block(block: PaperBlock, values: Mapping[str, str], filling: Filling, holds: frozenset[str]) -> Iterator[Line]:
    if block.when and block.when not in holds:
        return
    for entry in filling.lists.get(block.each, ()) if block.each else ({},):
        inside = {**values, **entry}
        for line in block.lines or [block]:
            if line is block or not line.when or line.when in holds:
                yield _line(line, inside)


def _line(line: PaperLine, values: Mapping[str, str]) -> Line:
    if line.qr:
        return Line(qr=values.get("qr", ""), align=line.align)
    text = PLACE.sub(lambda place: _CONTROL.sub(" ", values.get(place[1] or "", "")), line.text)
    return Line(text=text, size=line.size, bold=line.bold, align=line.align)
