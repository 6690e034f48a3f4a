"""The card's cases: those handed in here, and online those of every kiosk."""

from functools import partial
from typing import Final

import msgspec

from kiosk import actions
from kiosk.actions import Action
from kiosk.codes import describe
from kiosk.effects import LoadCopy
from kiosk.fees import row_words
from kiosk.online import Found, FoundCases, OnlineCase, WantCases
from kiosk.pages import AnyPage, CaseRow, Cases
from kiosk.parts.one_case import OneCase
from kiosk.parts.part import Host
from kiosk.parts.staff import Staff
from kiosk.receipt import Copy, local_time, receipt_paper
from kiosk.services.texts import render
from kiosk.session_state import Print
from kiosk.states import platform_words

_COPY: Final = {
    Print.NONE: ("", ""),
    Print.PRINTING: ("printing", "正在补打……"),
    Print.CONFIRMED: ("confirmed", "已补打，请取走。"),
    Print.FAILED: ("failed", "没有补打出来。办理不受影响。"),
    Print.UNKNOWN: ("unknown", "打印机没有回话。纸出来了吗？"),
}
ROWS: Final = 2
"""What fits on one page in both positions of the screen."""


class MyCases:
    def __init__(self, host: Host, rows: list[CaseRow]) -> None:
        self._host = host
        self.rows = rows
        self._wanted = 0
        self._at = 0
        host.print, host.copy, host.code = Print.NONE, 0, ""
        if host.setting.works().network:
            host.ask(WantCases(), self._found, lambda _: None)

    def page(self) -> AnyPage:
        host, copies = self._host, self._host.code == "print.copies"
        paper, paper_text = _COPY[host.print]
        more = len(self.rows) > (self._at + 1) * ROWS
        return Cases(
            title="我办的事",
            person=host.shown_person,
            back=host.print is not Print.PRINTING,
            next_label="请工作人员补打" if copies else "看更早的" if more else "",
            cases=self.rows[self._at * ROWS : (self._at + 1) * ROWS],
            paper=paper,
            paper_text=paper_text if not copies else describe("print.copies").todo,
            code=host.code,
        )

    def act(self, action: Action) -> None:
        host = self._host
        match action:
            case actions.Reprint(position):
                self.reprint(position)
            case actions.Choose(number) if host.print is not Print.PRINTING:
                self._open(number)
            case actions.CameOut(yes) if host.print is Print.UNKNOWN:
                host.came_out(yes)
            case actions.Next() if host.code == "print.copies":
                host.enter(Staff(host, "补打回执", self._attended, partial(host.enter, self)))
            case actions.Next() if len(self.rows) > (self._at + 1) * ROWS:
                self._at += 1
            case actions.Back() if self._at and host.print is not Print.PRINTING:
                self._at -= 1
            case actions.Back() if host.print is not Print.PRINTING:
                host.print, host.copy, host.code = Print.NONE, 0, ""
                host.leave_part()

    def reprint(self, position: int) -> None:
        if position and self._host.print is not Print.PRINTING and position in {row.position for row in self.rows}:
            self._host.print, self._host.code = Print.PRINTING, ""
            self._wanted = position
            self._host.effects.append(LoadCopy(position))

    def copy_loaded(self, copy: Copy) -> None:
        """A 补打 that was asked for can be printed."""
        setting, person = self._host.setting, self._host.person
        flow = setting.catalogue.flows.get(copy.service)
        steps = flow.service.next_steps if flow else []
        then = [render(text, setting.catalogue.region, person.birth) for text in steps]
        row = next((row for row in self.rows if row.position == self._wanted), None)
        fee = row_words(setting.say, row) if row else ""
        paper = receipt_paper(
            copy.submitted, copy.service_name, then, person, setting.place, copy.state, copy.number,
            fee=[fee] if fee else [],
        )  # fmt: skip
        self._host.copy = copy.number
        self._host.print_paper(paper, copy.entry_id)

    def _attended(self) -> None:
        self._host.enter(self)
        self._host.print, self._host.code = Print.PRINTING, ""
        self._host.effects.append(LoadCopy(self._wanted, attended=True))

    def _open(self, number: str) -> None:
        row = next((row for row in self.rows if row.number == number), None)
        if row is not None:
            self._host.print, self._host.code = Print.NONE, ""
            self._host.enter(OneCase(self._host, self, row))

    def _found(self, found: Found) -> None:
        """What other kiosks took; of those handed in here the kiosk has its own word."""
        assert isinstance(found, FoundCases)
        here = {row.number for row in self.rows}
        names = {key: flow.service.name for key, flow in self._host.setting.catalogue.flows.items()}
        told = {case.receipt_number: case for case in found.cases}
        rows = [_known(row, told.get(row.number)) for row in self.rows]
        self.rows = rows + [_row(case, names) for case in found.cases if case.receipt_number not in here]


def _known(row: CaseRow, case: OnlineCase | None) -> CaseRow:
    if case is None:
        return row
    words = platform_words(case.state)
    text = case.message or words.text
    changes = {"platform_number": case.number, "state": words.word, "text": text, "kind": case.state}
    fee = {"certificate": case.certificate, "payment": case.payment, "fen": case.fen}
    return msgspec.structs.replace(row, rated=case.rated, **changes, **fee)


def _row(case: OnlineCase, names: dict[str, str]) -> CaseRow:
    words = platform_words(case.state)
    return CaseRow(
        service=names.get(case.service, case.service), number=case.receipt_number or case.number,
        platform_number=case.number, submitted=local_time(case.submitted_ms), state=words.word,
        text=case.message or words.text, entry_id=case.entry_id.hex(), kind=case.state, rated=case.rated,
        service_id=case.service, certificate=case.certificate, payment=case.payment, fen=case.fen,
    )  # fmt: skip
