"""Acts of somebody of whom only a typed number is known: few, and in the name of the number's holder."""

from typing import Final

from central.store import Transaction
from central.workdays import china_day
from offline_cache.bodies import Case, decode
from offline_cache.entry import Kind

A_DAY: Final = 3


class TypedError(Exception):
    """code: question.often or question.name."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


async def count(work: Transaction, person: bytes, kiosk: str, entry_id: bytes, now_ms: int) -> None:
    """In a transaction of its own: what is refused counts, too, or names could be tried. Asked again, an act counts
    once. Raises TypedError."""
    if await work.row("SELECT 1 FROM cases WHERE entry_id = $1 AND person = $2", entry_id, person) is not None:
        return
    today = china_day(now_ms).isoformat()
    await work.run("DELETE FROM typed_acts WHERE day < $1", today)
    acts = await work.row(
        "INSERT INTO typed_acts VALUES ($1, $2, $3, 1) ON CONFLICT (person, kiosk, day)"
        " DO UPDATE SET acts = typed_acts.acts + 1 RETURNING acts",
        person, kiosk, today,
    )  # fmt: skip
    assert acts is not None
    if acts[0] > A_DAY:
        raise TypedError("question.often", f"{A_DAY} acts a day for a typed number at one kiosk")


async def check_name(work: Transaction, person: bytes, case: Case) -> None:
    """Where a card of this number was read before, its name is known. Raises TypedError."""
    given = _plain(case.applicant.name or str(case.answers.get("typed_name", "")))
    rows = await work.rows("SELECT body FROM cases WHERE person = $1 ORDER BY row DESC", person)
    for (body,) in rows:
        before = decode(Kind.CASE, body)
        assert isinstance(before, Case)
        known = before.applicant
        if known.kind == "typed" or not known.name:
            continue
        name = _plain(known.name)
        if given != name and not (known.name_cut and given.startswith(name)):
            raise TypedError("question.name", "not the name that is known to this number")
        return


def _plain(name: str) -> str:
    return "".join(name.split()).replace("•", "·").replace("．", "·").upper()
