"""Legal persons, and who may act for them: a person by role, in all services or some, until a day or without end.

The platform asks nobody but its own tables; staff fill them from the licence and the legal representative's word."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from central import cases, workflow
from central.cases import CaseRecord
from central.store import Transaction
from central.workdays import Calendar, china_day
from offline_cache.bodies import Case, decode
from offline_cache.credit_code import is_credit_code
from offline_cache.entry import Kind
from sync.question import Authorisation

Status = Literal["active", "suspended", "closed"]
Role = Literal["legal", "agent"]
NOT_AUTHORISED: Final = (
    "您还没有这家单位的授权，这件事先退回给您。请带营业执照，和法定代表人一起到窗口登记授权；"
    "登记好以后，在“我办的事”里补一下，就接着办。"
)


class CompanyError(Exception):
    """What staff typed is wrong, or names nothing that is known."""

    code = "company.unknown"


class NotAuthorisedError(Exception):
    """The person may not act for the company."""

    code = "company.not-authorised"


@dataclass(frozen=True)
class CompanyRecord:
    """authorised: (role, services or empty for all, until or empty, revoked), in no order; nobody's name is kept."""

    credit_code: str
    name: str
    status: str
    authorised: tuple[tuple[str, str, str, bool], ...]


async def add(work: Transaction, credit_code: str, name: str, status: Status) -> None:
    """One that is there gets the new name and status. Raises CompanyError."""
    if not is_credit_code(credit_code):
        raise CompanyError(f"{credit_code} is no credit code: its check character does not fit")
    await work.run(
        "INSERT INTO companies VALUES ($1, $2, $3)"
        " ON CONFLICT (credit_code) DO UPDATE SET name = excluded.name, status = excluded.status",
        credit_code, name, status,
    )  # fmt: skip


async def authorise(
    work: Transaction, credit_code: str, person: bytes, role: Role, services: list[str], until: date | None
) -> None:
    """In place of what the person had before, revoked or not. services: empty for all. Raises CompanyError."""
    await _known(work, credit_code)
    await work.run(
        "INSERT INTO authorisations VALUES ($1, $2, $3, $4, $5, NULL) ON CONFLICT (credit_code, person) DO UPDATE"
        " SET role = excluded.role, services = excluded.services, valid_until = excluded.valid_until,"
        " revoked_ms = NULL",
        credit_code, person, role, " ".join(services), until.isoformat() if until else "",
    )  # fmt: skip


async def revoke(work: Transaction, credit_code: str, person: bytes, now_ms: int) -> None:
    """Raises CompanyError where there is nothing to revoke."""
    row = await work.row("SELECT 1 FROM authorisations WHERE credit_code = $1 AND person = $2", credit_code, person)
    if row is None:
        raise CompanyError(f"this person was never authorised by {credit_code}")
    await work.run(
        "UPDATE authorisations SET revoked_ms = $1 WHERE credit_code = $2 AND person = $3", now_ms, credit_code, person
    )


async def all_companies(work: Transaction) -> list[CompanyRecord]:
    found = []
    for code, name, status in await work.rows("SELECT credit_code, name, status FROM companies ORDER BY credit_code"):
        rows = await work.rows(
            "SELECT role, services, valid_until, revoked_ms FROM authorisations WHERE credit_code = $1", code
        )
        authorised = tuple((role, services, until, revoked is not None) for role, services, until, revoked in rows)
        found.append(CompanyRecord(code, name, status, authorised))
    return found


async def name_of(work: Transaction, credit_code: str) -> str:
    """Empty: no such company is known."""
    row = await work.row("SELECT name FROM companies WHERE credit_code = $1", credit_code)
    return str(row[0]) if row else ""


async def authorisation(work: Transaction, person: bytes, credit_code: str, service: str, day: date) -> Authorisation:
    """Whether the person may act on that day."""
    row = await work.row(
        "SELECT name, status, role, services, valid_until FROM authorisations JOIN companies"
        " ON companies.credit_code = authorisations.credit_code"
        " WHERE authorisations.credit_code = $1 AND person = $2 AND revoked_ms IS NULL",
        credit_code, person,
    )  # fmt: skip
    if row is None:
        return Authorisation(authorised=False)
    name, status, role, services, until = row
    if (services and service not in services.split()) or (until and until < day.isoformat()):
        return Authorisation(authorised=False)
    return Authorisation(authorised=True, name=name, status=status, role=role, until=until)


async def may_act(work: Transaction, person: bytes, case: Case, at_ms: int) -> bool:
    """Whether a case may be made; always where it is a person's own. at_ms: when it was handed in: who had the right
    until yesterday handed in rightly yesterday. What was revoked since counts as never given."""
    if case.company is None:
        return True
    found = await authorisation(work, person, case.company.credit_code, case.service, china_day(at_ms))
    return found.authorised and found.status == "active"


async def return_unauthorised(work: Transaction, calendar: Calendar, case: CaseRecord, now_ms: int) -> None:
    """A company's case by somebody who may not act for it goes back to them, with what to do. Another is left alone."""
    row = await work.row("SELECT person, body FROM cases WHERE row = $1", case.row)
    assert row is not None
    body = decode(Kind.CASE, row[1])
    assert isinstance(body, Case)
    if case.state == "received" and not await may_act(work, row[0], body, case.submitted_ms):
        await workflow.move(work, calendar, case, "returned", NOT_AUTHORISED, now_ms)


async def looked_at_again(work: Transaction, calendar: Calendar, entry_id: bytes, now_ms: int) -> None:
    """After more came for the case of that entry: who was authorised meanwhile goes on, nobody else."""
    case = await cases.by_entry(work, entry_id)
    assert case is not None
    await return_unauthorised(work, calendar, case, now_ms)


async def _known(work: Transaction, credit_code: str) -> None:
    if not await name_of(work, credit_code):
        raise CompanyError(f"no company {credit_code} is known: `central company add` it first")
