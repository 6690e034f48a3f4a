"""Who may act for a legal person: asked while the citizen waits, and looked at again when a case arrives, on both
databases. Nobody's case is accepted silently for a company that never let them."""

import os
from datetime import date

import pytest

from central import companies, platform_key
from central.companies import NOT_AUTHORISED, Role, Status
from central.store import Transaction
from offline_cache import bodies
from offline_cache.entry import Kind
from offline_cache.return_letter import open_letter
from sync.client import PlatformError
from sync.question import Authorisation, Cases, CheckAuthorisation, MyCases, Perform, Performed, new_question
from sync.wire import FeedAnswer
from tests.central.conftest import APPLICANT, EITHER_DATABASE, Kiosk, Server, command, until
from tests.central.test_acting import act, refusal
from tests.central.test_platform import entries_of, put
from tests.central.test_refusals import ask, now_ms

pytestmark = EITHER_DATABASE
CODE = "91519901MA0000001U"
OTHER_CODE = "91519901MA0000002Y"
NAME = "青禾县柳溪竹木有限公司"
SERVICE = "danwei-canbao"
OTHER = "519901196209050313"


@pytest.fixture
def company(server: Server) -> None:
    add(server)


def add(server: Server, status: Status = "active") -> None:
    server.do(lambda work: companies.add(work, CODE, NAME, status))


def authorise(
    server: Server,
    role: Role = "agent",
    services: tuple[str, ...] = (),
    until: date | None = None,
    person: str = APPLICANT.id_number,
) -> None:
    key = platform_key.person_key(platform_key.lookup_key(server.data), person)
    server.do(lambda work: companies.authorise(work, CODE, key, role, list(services), until))


def revoke(server: Server) -> None:
    key = platform_key.person_key(platform_key.lookup_key(server.data), APPLICANT.id_number)
    server.do(lambda work: companies.revoke(work, CODE, key, now_ms()))


def asked(server: Server, kiosk: Kiosk, person: str = APPLICANT.id_number, code: str = CODE) -> object:
    return act(server, kiosk, CheckAuthorisation(code, SERVICE), person)


COMPANY = bodies.Company(CODE)


def case_of(service: str = SERVICE, company: bodies.Company | None = COMPANY) -> bodies.Case:
    token, key = os.urandom(16), os.urandom(32)
    return bodies.Case(service, 1, "", token, key, APPLICANT, {"phone": "13800000018"}, {"c": "1"}, company=company)


def handed_in(kiosk: Kiosk, server: Server, case: bodies.Case, state: str) -> bytes:
    """Its entry-id, once it is in that state at the platform."""
    entry_id = os.urandom(16)
    send(kiosk, server, Kind.CASE, bodies.encode(case), entry_id)
    until(lambda: state_of(server, case) == state, f"the case's being {state}")
    return entry_id


def send(kiosk: Kiosk, server: Server, kind: Kind, body: bytes, entry_id: bytes) -> None:
    with kiosk.journal.writing(kind, entry_id, lambda _: body, ""):
        pass
    put(kiosk, server, 1, entries_of(kiosk))


def state_of(server: Server, case: bodies.Case) -> str:
    async def job(work: Transaction) -> str:
        row = await work.row("SELECT state FROM cases WHERE token = $1", case.token)
        return str(row[0]) if row else ""

    return server.do(job)


@pytest.mark.usefixtures("company")
def test_who_is_authorised_is_told_of_the_company_and_nobody_else(server: Server, kiosk: Kiosk) -> None:
    authorise(server, "legal", until=date(2099, 12, 31))
    assert asked(server, kiosk) == Authorisation(True, NAME, "active", "legal", "2099-12-31")
    nothing = Authorisation(authorised=False)
    assert asked(server, kiosk, OTHER) == nothing
    assert asked(server, kiosk, code=OTHER_CODE) == nothing, "whether there is a company is not told either"
    question = new_question(APPLICANT.id_number, CheckAuthorisation(CODE, SERVICE), now_ms(), "typed")
    with pytest.raises(PlatformError) as error:
        ask(server, kiosk, question)
    assert error.value.code == "question.assurance"


@pytest.mark.usefixtures("company")
def test_a_right_ends_with_its_day_its_services_and_its_revocation(server: Server, kiosk: Kiosk) -> None:
    nothing = Authorisation(authorised=False)
    authorise(server, until=date(2020, 1, 1))
    assert asked(server, kiosk) == nothing
    authorise(server, services=("linmu-caifa", "danwei"))
    assert asked(server, kiosk) == nothing
    authorise(server, services=("linmu-caifa", SERVICE))
    assert asked(server, kiosk) == Authorisation(True, NAME, "active", "agent", "")
    revoke(server)
    assert asked(server, kiosk) == nothing


@pytest.mark.usefixtures("company")
def test_a_companys_status_is_told_to_who_may_act(server: Server, kiosk: Kiosk) -> None:
    authorise(server)
    add(server, "closed")
    assert asked(server, kiosk) == Authorisation(True, NAME, "closed", "agent", "")


@pytest.mark.usefixtures("company")
def test_an_act_for_a_company_wants_its_authorisation(server: Server, kiosk: Kiosk) -> None:
    wanted = Perform("report", os.urandom(16), bodies.encode(case_of()))
    assert refusal(server, kiosk, wanted) == "company.not-authorised"
    assert server.rows("SELECT count(*) FROM cases") == [(0,)]
    authorise(server)
    assert isinstance(act(server, kiosk, wanted), Performed)
    add(server, "suspended")
    other = Perform("report", os.urandom(16), bodies.encode(case_of()))
    assert refusal(server, kiosk, other) == "company.not-authorised"


@pytest.mark.usefixtures("company")
def test_a_queued_case_of_an_authorised_agent_is_received_and_shows_the_company(server: Server, kiosk: Kiosk) -> None:
    authorise(server)
    handed_in(kiosk, server, case_of(), "received")
    assert server.rows("SELECT company, company_name FROM cases") == [(CODE, NAME)]
    mine = act(server, kiosk, MyCases())
    assert isinstance(mine, Cases)
    assert [case.service for case in mine.cases] == [SERVICE]
    assert NAME not in str(mine)
    shown = staff(server, "cases")["cases"]
    assert [one["company"] for one in shown] == ["青**"]
    assert [one["company"] for one in staff(server, "cases", "--reveal")["cases"]] == [NAME]


@pytest.mark.parametrize("trouble", ["unknown", "nobody", "revoked", "expired", "scope", "closed"])
def test_a_queued_case_without_a_right_goes_back(server: Server, kiosk: Kiosk, trouble: str) -> None:
    if trouble != "unknown":
        add(server, "closed" if trouble == "closed" else "active")
    if trouble in ("revoked", "closed"):
        authorise(server)
    if trouble == "revoked":
        revoke(server)
    if trouble == "expired":
        authorise(server, until=date(2020, 1, 1))
    if trouble == "scope":
        authorise(server, services=("linmu-caifa",))
    case = case_of()
    entry_id = handed_in(kiosk, server, case, "returned")
    client = kiosk.client(server.url)
    feed = client.feed(0, 0.0, kiosk.identity.platform_key_id)
    client.close()
    assert isinstance(feed, FeedAnswer)
    (item,) = [item for item in feed.items if item.about == entry_id]
    letter = open_letter(case.return_key, entry_id, item.letter)
    assert (letter.state, letter.message) == ("returned", NOT_AUTHORISED)


@pytest.mark.usefixtures("company")
def test_who_is_authorised_meanwhile_goes_on_and_nobody_else(server: Server, kiosk: Kiosk) -> None:
    case = case_of()
    entry_id = handed_in(kiosk, server, case, "returned")

    def supplement() -> None:
        body = bodies.encode(bodies.Supplement(entry_id, {}))
        before = server.rows("SELECT count(*) FROM case_history WHERE event = 'supplemented'")
        send(kiosk, server, Kind.SUPPLEMENT, body, os.urandom(16))
        until(
            lambda: server.rows("SELECT count(*) FROM case_history WHERE event = 'supplemented'") != before,
            "the supplement",
        )

    supplement()
    assert state_of(server, case) == "returned", "a supplement alone is no authorisation"
    authorise(server)
    supplement()
    assert state_of(server, case) == "received"


@pytest.mark.usefixtures("company")
def test_the_same_for_a_company_and_for_oneself_is_nothing_doubled(server: Server, kiosk: Kiosk) -> None:
    authorise(server)
    handed_in(kiosk, server, case_of(), "received")
    handed_in(kiosk, server, case_of(company=None), "received")
    assert server.rows("SELECT duplicate_of FROM cases") == [("",), ("",)]
    handed_in(kiosk, server, case_of(), "received")
    assert server.rows("SELECT count(*) FROM cases WHERE duplicate_of <> ''") == [(1,)]


def test_staff_enter_companies_and_who_may_act(server: Server, kiosk: Kiosk) -> None:
    assert staff(server, "company", "add", CODE[:-1] + "0", NAME)["error"]["code"] == "company.unknown"
    assert staff(server, "company", "authorise", CODE, "--role", "agent", said=OTHER)["error"]
    staff(server, "company", "add", CODE.lower(), NAME)
    assert staff(server, "company", "revoke", CODE, said=OTHER)["error"]["code"] == "company.unknown"
    assert staff(server, "company", "authorise", CODE, "--role", "agent", said="")["error"]
    staff(server, "company", "authorise", CODE, "--role", "agent", "--until", "2099-01-31", said=OTHER)
    assert asked(server, kiosk, OTHER) == Authorisation(True, NAME, "active", "agent", "2099-01-31")
    (listed,) = staff(server, "company", "list")["companies"]
    assert listed["name"] == "青**"
    assert listed["authorised"] == [{"role": "agent", "services": [], "until": "2099-01-31", "revoked": False}]
    assert OTHER not in str(listed)
    staff(server, "company", "revoke", CODE, said=OTHER)
    assert asked(server, kiosk, OTHER) == Authorisation(authorised=False)


def staff(server: Server, *words: str, said: str = "") -> dict[str, object]:
    return command(server, *words, typed=f"{said}\n")[1]
