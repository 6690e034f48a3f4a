"""Everything that is wrong with a paper template: its lines one by one, then what it leaves out. Pure."""

from collections.abc import Iterable, Iterator
from typing import Final

from devices.contract import Paper
from devices.drivers.escpos.layout import cells
from kiosk.services.check import Finding, Where
from kiosk.services.paper import CONDITIONS, LISTS, NAMES, PLACE, Filling, PaperBlock, PaperLine, PaperTemplate, filled

COLUMNS: Final = 32
"""Of the narrowest paper (58 mm), in half-width cells. Source: facts page on printing."""
_CENTERED_LINES: Final = 2
_MARKS: Final = {
    "number": "the number, by which the case is found again",
    "submitted": "the time of submission",
    "state": "the state",
    "copy": "how often it was printed: a copy must be known from the first",
    "qr": "the QR code with the proof",
    "part_number": "each part's number",
    "part_state": "each part's state",
    "reason": "why not",
    "where": "where to go",
    "when": "when",
    "bring": "what to bring",
    "contact": "whom to ask",
}


def check_paper(template: PaperTemplate) -> list[Finding]:
    """In one language."""
    findings = list(_lines(template))
    return findings or [Finding((), message) for message in _left_out(template)]


def _lines(template: PaperTemplate) -> Iterator[Finding]:
    paper, seen = template.paper, set[str]()
    for at, block in enumerate(template.lines):
        here: Where = ("lines", at)
        known = NAMES[paper]
        if block.each and block.each not in LISTS[paper]:
            yield Finding((*here, "each"), _unknown("list", block.each, LISTS[paper]))
        elif block.each:
            known |= LISTS[paper][block.each]
        if block.lines and (block.text or block.qr):
            yield Finding(here, "a block has either a text or `lines`")
        if not block.id and any(line.id for line in block.lines):
            yield Finding(here, "give the block an `id`: translations find its lines by that")
        yield from _line(block, here, known, paper, seen)
        for place, line in enumerate(block.lines):
            yield from _line(line, (*here, "lines", place), known, paper, seen)


def _line(line: PaperLine, here: Where, known: frozenset[str], paper: str, seen: set[str]) -> Iterator[Finding]:
    if line.when and line.when not in CONDITIONS[paper]:
        yield Finding((*here, "when"), _unknown("condition", line.when, CONDITIONS[paper]))
    if line.qr and line.text:
        yield Finding(here, "a line has either a text or a QR code")
    if not line.id and any(map(str.isalnum, own_words(line.text))):
        yield Finding(here, f"give the line {line.text!r} an `id`: translations find it by that")
    if line.id and line.id in seen:
        yield Finding((*here, "id"), f"the id {line.id!r} is used twice")
    seen.add(line.id)
    for place in PLACE.finditer(line.text):
        if not place[1]:
            yield Finding((*here, "text"), "a brace stands alone: write {name}")
        elif place[1] not in known:
            yield Finding((*here, "text"), _unknown("name", place[1], known))
    room = COLUMNS // line.size * (1 if line.size > 1 else _CENTERED_LINES)
    wide = cells(own_words(line.text))
    if (line.size > 1 or line.align != "left") and wide > room:
        yield Finding(
            (*here, "text"),
            f"is {wide} columns wide and has room for {room} on narrow paper (a Chinese character takes 2): shorten it",
        )


def own_words(text: str) -> str:
    """Without what is filled in."""
    return PLACE.sub("", text)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    return f"there is no {what} {name!r} on this paper; known: {', '.join(sorted(known))}"


def _left_out(template: PaperTemplate) -> Iterator[str]:
    """The template is filled once for each way it is used, each value with a mark of its own."""
    for name, filling, wanted in _samples(template):
        shown = _shown(filled(template, filling))
        for mark in wanted:
            if f"<{mark}>" not in shown:
                yield (
                    f"{name} does not show {_MARKS[mark]}: {{{mark}}}"
                    if mark != "qr"
                    else (f"{name} does not show {_MARKS[mark]}: `qr: true`")
                )


def _samples(template: PaperTemplate) -> Iterator[tuple[str, Filling, tuple[str, ...]]]:
    paper = template.paper
    values = {name: f"<{name}>" for name in NAMES[paper]}
    if paper == "sheet":
        yield "the sheet", Filling(values), ("reason", "where", "when", "bring", "contact")
        return
    case = ("number", "submitted", "state", "qr")
    kinds = ("book", "report", "certificate") if paper == "slip" else ("alone",)
    for kind in kinds:
        yield f"the paper ({kind})", Filling(values, frozenset({kind}), {}, "<qr>"), case
        yield f"a copy ({kind})", Filling(values, frozenset({kind, "copy"}), {}, "<qr>"), (*case, "copy")
    if paper == "receipt":
        part = {name: f"<{name}>" for name in (*LISTS["receipt"]["parts"], "qr")}
        filling = Filling(values, frozenset({"bundle"}), {"parts": [part]}, "")
        yield "the paper of a bundle", filling, ("submitted", "part_number", "part_state", "qr")


def _shown(paper: Paper) -> str:
    return "\n".join(line.qr or line.text for line in paper.lines)


def steps_of(template: PaperTemplate, where: Where) -> Where:
    """`where` as the steps inside a translation, which names lines by id."""
    found: list[str | int] = []
    lines: list[PaperBlock] | list[PaperLine] = template.lines
    for step in where:
        if isinstance(step, int):
            line = lines[step]
            found.append(line.id)
            lines = line.lines if isinstance(line, PaperBlock) else []
        else:
            found.append(step)
    return tuple(found)
