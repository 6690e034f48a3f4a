"""What was done about cases in this session: the platform does not know of it yet, and nobody does it twice. Pure."""

from dataclasses import dataclass, field
from typing import Final

import msgspec

from kiosk.fees import PAYABLE
from kiosk.pages import CaseRow
from kiosk.saying import Saying

ENDED: Final = ("not-accepted", "completed", "rejected", "withdrawn")


@dataclass
class CaseActs:
    """By entry-id, as hex digits. supplemented: with what was asked for, since more may be asked for. consents: with
    the consent's id."""

    rated: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    supplemented: set[tuple[str, str]] = field(default_factory=set)
    consents: set[tuple[str, str]] = field(default_factory=set)

    def seen(self, row: CaseRow, asked: str, say: Saying) -> CaseRow:
        """The case as it is with them. asked: the platform's own words in the row."""
        rated = row.rated or row.entry_id in self.rated
        if row.entry_id in self.withdrawn and row.kind not in ENDED:
            left = "" if row.payment in PAYABLE else row.payment
            changes = {"kind": "withdrawn", "state": say("撤销"), "text": say("撤回已经交上。"), "payment": left}
        elif row.kind == "returned" and (row.entry_id, asked) in self.supplemented:
            changes = {
                "kind": "",
                "state": say("已补，等平台收到"),
                "text": say("网络一通就送到办事平台，您不用再补。"),
            }
        else:
            changes = {}
        return msgspec.structs.replace(row, rated=rated, **changes)
