"""The card's cases: those handed in here, and online those of every kiosk."""

from functools import partial
from typing import Final

import msgspec

from kiosk import actions
from kiosk.actions import Action
from kiosk.codes import described
from kiosk.effects import LoadCopy
from kiosk.fees import row_words
from kiosk.online import Found, FoundCases, OnlineCase, WantCases
from kiosk.pages import AnyPage, CaseRow, Cases
from kiosk.parts.one_case import OneCase
from kiosk.parts.part import Host, Part
from kiosk.parts.staff import Staff
from kiosk.receipt import Copy, local_time
from kiosk.saying import CHINESE, to_say
from kiosk.session_paper import copy_of
from kiosk.session_state import Print
from kiosk.states import platform_words

_COPY: Final = {
    Print.NONE: ("", ""),
    Print.PRINTING: ("printing", to_say("正在补打……")),
    Print.CONFIRMED: ("confirmed", to_say("已补打，请取走。")),
    Print.FAILED: ("failed", to_say("没有补打出来。办理不受影响。")),
    Print.UNKNOWN: ("unknown", to_say("打印机没有回话。纸出来了吗？")),
}
ROWS: Final = 2
"""What fits on one page in both positions of the screen."""


class MyCases(Part):
    def __init__(self, host: Host, rows: list[CaseRow]) -> None:
        self._host = host
        self.rows = rows
        self._wanted = 0
        self._at = 0
        host.print, host.copy, host.code = Print.NONE, 0, ""
        if host.setting.works().network:
            host.ask(WantCases(), self._found, lambda _: None)

    def page(self) -> AnyPage:
        host, copies, say = self._host, self._host.code == "print.copies", self._host.setting.say
        paper, paper_text = _COPY[host.print]
        more = len(self.rows) > (self._at + 1) * ROWS
        return Cases(
            title=say("我办的事"),
            person=host.shown_person,
            back=host.print is not Print.PRINTING,
            next_label=say("请工作人员补打") if copies else say("看更早的") if more else "",
            cases=[self._with_others(row) for row in self.rows[self._at * ROWS : (self._at + 1) * ROWS]],
            paper=paper,
            paper_text=described("print.copies", say).todo if copies else say(paper_text),
            code=host.code,
        )

    def _with_others(self, row: CaseRow) -> CaseRow:
        others = [self._said(one) for one in self.rows if row.bundle and one.bundle == row.bundle and one != row]
        together = self._host.setting.say("、").join(one.service for one in others)
        return msgspec.structs.replace(self._said(row), together=together)

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
                host.enter(Staff(host, host.setting.say("补打回执"), self._attended, partial(host.enter, self)))
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
        host, helper = self._host, self._host.helper
        row = next((row for row in self.rows if row.position == self._wanted), None)
        fee = row_words(host.setting.say, row) if row else ""
        host.copy = copy.number
        paper = copy_of(copy, host.person, host.setting, copied_by=helper.name if helper else "", fee=fee)
        host.print_paper(paper, copy.entry_id)

    def _attended(self) -> None:
        self._host.enter(self)
        self._host.print, self._host.code = Print.PRINTING, ""
        self._host.effects.append(LoadCopy(self._wanted, attended=True))

    def _open(self, number: str) -> None:
        row = next((row for row in self.rows if row.number == number), None)
        if row is not None:
            self._host.print, self._host.code = Print.NONE, ""
            self._host.enter(OneCase(self._host, self, self._said(row), row.text))

    def _found(self, found: Found) -> None:
        """What other kiosks took; of those handed in here the kiosk has its own word."""
        assert isinstance(found, FoundCases)
        here = {row.number for row in self.rows}
        told = {case.receipt_number: case for case in found.cases}
        rows = [_known(row, told.get(row.number)) for row in self.rows]
        self.rows = rows + [_row(case) for case in found.cases if case.receipt_number not in here]

    def _said(self, row: CaseRow) -> CaseRow:
        """In the language of the session. What the platform's people wrote is as they wrote it; whoever reads another
        language is told what the state means, too."""
        setting = self._host.setting
        say, flow = setting.say, setting.catalogue.flows.get(row.service_id)
        text, general = say.letter(row.text), say(platform_words(row.kind).text)
        if row.trouble:
            found = described(row.trouble, say)
            text = say("{title}。{todo}（{code}）", title=found.title, todo=found.todo, code=row.trouble)
        elif say.language != CHINESE and row.kind and text == row.text:
            text = f"{general} {text}"
        name = flow.service.name if flow else row.service
        shown = msgspec.structs.replace(row, service=name, state=say(row.state), text=text)
        return self._host.acts.seen(shown, row.text, say)


def _known(row: CaseRow, case: OnlineCase | None) -> CaseRow:
    if case is None:
        return row
    words = platform_words(case.state)
    text = case.message or words.text
    changes = {"platform_number": case.number, "state": words.word, "text": text, "kind": case.state}
    fee = {"certificate": case.certificate, "payment": case.payment, "fen": case.fen}
    return msgspec.structs.replace(row, rated=case.rated, **changes, **fee)


def _row(case: OnlineCase) -> CaseRow:
    words = platform_words(case.state)
    return CaseRow(
        service=case.service, service_id=case.service, number=case.receipt_number or case.number,
        platform_number=case.number, submitted=local_time(case.submitted_ms), state=words.word,
        text=case.message or words.text, entry_id=case.entry_id.hex(), kind=case.state, rated=case.rated,
        bundle=case.bundle.hex(), certificate=case.certificate, payment=case.payment, fen=case.fen,
    )  # fmt: skip
