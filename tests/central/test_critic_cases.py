"""What happened with a case is told with who did it; on both databases."""

import msgspec
import pytest

from offline_cache import bodies
from offline_cache.entry import Kind
from tests.central.conftest import APPLICANT, BOTH_DATABASES, Kiosk, Server, until
from tests.central.test_course import Office
from tests.central.test_platform import central

pytestmark = BOTH_DATABASES
HELPER = msgspec.structs.replace(APPLICANT, name="李建国", id_number="519901196209050313")


@pytest.fixture
def office(server: Server, kiosk: Kiosk) -> Office:
    return Office(server, kiosk)


def history(office: Office, *more: str) -> list[dict[str, object]]:
    code, found = central(office.server, "history", office.receipt, *more)
    assert code == 0
    return found["history"]  # type: ignore[return-value]


def test_the_office_sees_which_consent_was_taken_back_and_who_handed_in_more(office: Office) -> None:
    office.move("returned", "--message", "请补户口簿")
    signed = bodies.Signature({"promise": "2026-11"}, [[100, 100, 600, 600]])
    office.write(
        Kind.SUPPLEMENT,
        bodies.Supplement(office.entry_id, {"way": "promise"}, agent=HELPER, signature=signed),
    )
    office.becomes("received")
    office.write(Kind.WITHDRAWAL, bodies.Withdrawal(office.entry_id, "", "money"))
    office.write(Kind.RATING, bodies.Rating(office.entry_id, 1))
    until(lambda: history(office)[-1]["event"] == "rated", "the last entry")
    told = {str(one["event"]): one for one in history(office)}
    more = told["supplemented"]
    assert (more["way"], more["agent"], more["signature"]) == ("promise", "李**", "drawn")
    assert told["consent-withdrawn"]["consent"] == "money"
    assert "score" not in told["rated"], "nobody sees who thinks what"
    assert HELPER.id_number not in str(told)
    revealed = {str(one["event"]): one for one in history(office, "--reveal")}
    assert revealed["supplemented"]["agent"] == "李建国"
