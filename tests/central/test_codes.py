"""Codes by SMS, what they prove, and what the platform demands before it tells or does something; on both databases,
with a real gateway at the other end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from central import sms
from kiosk.cli.demo.sms_gateway import SECRET, SmsGateway
from offline_cache import bodies
from sync.client import PlatformError
from sync.proof import CheckCode, CodeChecked, CodeSent, Held, HeldCertificates, SendCode
from sync.question import Act, Perform, Performed, new_question
from tests.central.conftest import APPLICANT, EITHER_DATABASE, Kiosk, Server, command, enrolled
from tests.central.test_acting import OTHER, offered, performing
from tests.central.test_refusals import ask, now_ms

PHONE = "13800000018"


@dataclass
class Office(Server):
    """A platform with a gateway of its own."""

    gateway: SmsGateway = field(default_factory=SmsGateway)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **super().environment,
            sms.ADDRESS_VARIABLE: self.gateway.address,
            sms.SECRET_VARIABLE: SECRET,
        }

    def told(self, *arguments: str, lines: str = "") -> dict[str, object]:
        """A `central` command that reads `lines`."""
        return command(self, *arguments, typed=lines)[1]

    def refusal(self, kiosk: Kiosk, act: Act, **how: object) -> str:
        with pytest.raises(PlatformError) as error:
            self.ask(kiosk, act, **how)
        return error.value.code

    def ask(
        self, kiosk: Kiosk, act: Act, assured: bytes = b"", person: str = APPLICANT.id_number, identified: str = "card"
    ) -> object:
        return ask(self, kiosk, new_question(person, act, now_ms(), identified, assured))

    def code(self, kiosk: Kiosk) -> str:
        """As the citizen reads it on their phone."""
        found = self.ask(kiosk, SendCode())
        assert found == CodeSent("0018")
        match = re.search(r"验证码(\d{6})", self.gateway.sent[-1].text)
        assert match is not None
        return match[1]

    def assured(self, kiosk: Kiosk) -> bytes:
        found = self.ask(kiosk, CheckCode(self.code(kiosk)))
        assert isinstance(found, CodeChecked)
        assert found.assured
        return found.assured


@pytest.fixture
def office(tmp_path: Path, database: str) -> Iterator[Office]:
    made = Office(tmp_path / "central", database)
    made.start()
    made.told("phones", "set", lines=f"{APPLICANT.id_number} {PHONE}\n")
    yield made
    assert made.stop() == ""
    made.gateway.close()


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(office, tmp_path / "kiosk")
    yield made
    made.close()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@EITHER_DATABASE
def test_a_code_goes_to_the_phone_on_record_and_proves_once(office: Office, desk: Kiosk) -> None:
    code = office.code(desk)
    assert office.gateway.sent[-1].phone == PHONE
    assert office.ask(desk, CheckCode(wrong(code))) == CodeChecked(b"", "wrong")
    first = office.ask(desk, CheckCode(code))
    assert isinstance(first, CodeChecked)
    assert len(first.assured) == 32
    assert office.ask(desk, CheckCode(code)) == CodeChecked(b"", "void")
    kept = str(office.rows("SELECT * FROM codes_sent")) + str(office.rows("SELECT * FROM assured"))
    assert code not in kept
    assert first.assured not in [value for row in office.rows("SELECT * FROM assured") for value in row]


@EITHER_DATABASE
def test_five_tries_then_even_the_right_one_is_none(office: Office, desk: Kiosk) -> None:
    code = office.code(desk)
    said = [office.ask(desk, CheckCode(wrong(code))) for _ in range(5)]
    assert said == [CodeChecked(b"", "wrong")] * 4 + [CodeChecked(b"", "void")]
    assert office.ask(desk, CheckCode(code)) == CodeChecked(b"", "void")


@EITHER_DATABASE
def test_the_newest_code_counts_and_no_more_than_three_an_hour(office: Office, desk: Kiosk) -> None:
    first, second = office.code(desk), office.code(desk)
    if first != second:
        assert office.ask(desk, CheckCode(first)) == CodeChecked(b"", "wrong")
    assert isinstance(office.ask(desk, CheckCode(second)), CodeChecked)
    office.code(desk)
    assert office.refusal(desk, SendCode()) == "sms.often"
    assert len(office.gateway.sent) == 3


@EITHER_DATABASE
def test_nothing_is_sent_to_whom_the_office_does_not_know(office: Office, desk: Kiosk) -> None:
    assert office.ask(desk, SendCode(), person=OTHER) == CodeSent("", "phone")
    assert office.refusal(desk, SendCode(), identified="typed") == "question.assurance"
    assert office.refusal(desk, CheckCode("000000"), identified="typed") == "question.assurance"
    assert office.told("phones", "list") == {"phones": [{"tail": "0018", "set_ms": office.rows(
        "SELECT set_ms FROM phones")[0][0]}]}  # fmt: skip
    assert office.told("phones", "forget", lines=APPLICANT.id_number) == {"people": 1}
    assert office.ask(desk, SendCode()) == CodeSent("", "phone")
    assert office.gateway.sent == []


def test_a_new_phone_voids_the_code_that_went_to_the_old_one(office: Office, desk: Kiosk) -> None:
    code = office.code(desk)
    office.told("phones", "set", lines=f"{APPLICANT.id_number} 13900000019")
    assert office.ask(desk, CheckCode(code)) == CodeChecked(b"", "void")


@pytest.mark.parametrize(
    "line", ["519901193803120249 13800000018", f"{APPLICANT.id_number} 0281234567", APPLICANT.id_number]
)
def test_a_slip_of_the_pen_sets_no_phone(office: Office, line: str) -> None:
    said = office.told("phones", "set", lines=f"{OTHER} 13800000018\n{line}\n")
    assert "error" in said
    assert APPLICANT.id_number not in str(said)
    assert office.rows("SELECT count(*) FROM phones") == [(1,)]


@EITHER_DATABASE
def test_a_gateway_that_fails_is_said_and_its_code_counts_no_more(office: Office, desk: Kiosk) -> None:
    office.gateway.status = 500
    assert office.refusal(desk, SendCode()) == "sms.failed"
    assert office.rows("SELECT spent FROM codes_sent") == [(1,)]
    office.gateway.status = 302
    assert office.refusal(desk, SendCode()) == "sms.failed"


def test_a_platform_without_a_gateway_says_so(server: Server, kiosk: Kiosk) -> None:
    asked = new_question(APPLICANT.id_number, SendCode(), now_ms())
    assert ask(server, kiosk, asked) == CodeSent("", "gateway")


@pytest.mark.parametrize("address", ["http://gateway.example/send", "ftp://127.0.0.1/", "127.0.0.1"])
def test_codes_do_not_go_in_clear_through_a_network(address: str, tmp_path: Path) -> None:
    with pytest.raises(sms.SmsError) as error:
        sms.gateway(address, tmp_path)
    assert error.value.code == "sms.settings"


def test_the_secret_is_wanted_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(sms.SECRET_VARIABLE, raising=False)
    assert sms.gateway("", tmp_path) is None
    with pytest.raises(sms.SmsError):
        sms.gateway("https://gateway.example/send", tmp_path)
    (tmp_path / sms.SECRET_FILE).write_text("from-the-file\n")
    made = sms.gateway("https://gateway.example/send", tmp_path)
    assert made is not None
    assert made.secret == "from-the-file"
    assert "from-the-file" not in repr(made)


# -- what a level is demanded for --


def demanding(level: str, recorded: str = "") -> Perform:
    case = bodies.Case(
        "canbao-zhengming", 1, "", b"t" * 16, b"k" * 32, APPLICANT, {}, {"c": "1"}, assurance=recorded or level
    )
    asked = performing("certificate")
    return msgspec.structs.replace(asked, body=bodies.encode(case), demands=level)


@EITHER_DATABASE
def test_an_act_is_done_with_what_it_demands_and_the_case_says_how(office: Office, desk: Kiosk, tmp_path: Path) -> None:
    asked = demanding("card+code")
    assert office.refusal(desk, asked) == "question.assurance"
    assert office.refusal(desk, asked, assured=b"x" * 32) == "question.assurance"
    token = office.assured(desk)
    assert office.refusal(desk, demanding("card+person"), assured=token) == "question.assurance"
    assert office.refusal(desk, demanding("card", "card+code")) == "question.assurance", "no case claims too much"
    elsewhere = enrolled(office, tmp_path / "elsewhere")
    assert office.refusal(elsewhere, asked, assured=token) == "question.assurance", "it is this kiosk's"
    elsewhere.close()
    assert office.refusal(desk, asked, assured=token, person=OTHER) == "question.assurance", "and this person's"
    assert office.refusal(desk, asked, identified="card+code") == "question.assurance", "a kiosk cannot claim a code"
    assert isinstance(office.ask(desk, asked, assured=token), Performed)
    (listed,) = office.told("cases")["cases"]  # type: ignore[misc]
    assert listed["assurance"] == "card+code"


@EITHER_DATABASE
def test_the_eyes_of_staff_satisfy_what_a_code_would(office: Office, desk: Kiosk) -> None:
    assert isinstance(office.ask(desk, demanding("card+code", "card+person"), identified="card+person"), Performed)
    assert office.refusal(desk, demanding("province"), identified="card+person") == "question.assurance"
    assert office.refusal(desk, demanding("anything"), identified="card+person") == "question.assurance"


# -- certificates that are held --


@EITHER_DATABASE
def test_held_kinds_are_told_to_a_card_and_a_code_and_harmless_ones_to_a_card(office: Office, desk: Kiosk) -> None:
    for kind, until in (("disability-card", ""), ("household-book", "2099-01-01"), ("residence-permit", "2020-01-01")):
        office.told("held", "note", kind, *(["--until", until] if until else []), lines=APPLICANT.id_number)
    kinds = HeldCertificates(["disability-card", "household-book", "residence-permit"])
    assert office.ask(desk, kinds) == Held([], more=True)
    office.told("harmless", "household-book")
    assert office.ask(desk, kinds) == Held(["household-book"], more=True)
    assert office.ask(desk, HeldCertificates(["household-book"])) == Held(["household-book"])
    token = office.assured(desk)
    assert office.ask(desk, kinds, assured=token) == Held(["disability-card", "household-book"])
    assert office.ask(desk, kinds, identified="card+person") == Held(["disability-card", "household-book"])
    assert office.ask(desk, HeldCertificates(["marriage-certificate"]), assured=token) == Held([])
    assert office.ask(desk, kinds, person=OTHER, identified="card+person") == Held([])
    assert office.refusal(desk, kinds, identified="typed") == "question.assurance"
    assert office.refusal(desk, HeldCertificates([f"k{at}" for at in range(21)])) == "question.unreadable"
    office.told("held", "drop", "disability-card", lines=APPLICANT.id_number)
    office.told("harmless", "household-book", "--not")
    assert office.ask(desk, kinds, assured=token) == Held(["household-book"])
    assert office.ask(desk, kinds) == Held([], more=True)
    assert "error" in office.told("held", "note", "Disability Card", lines=APPLICANT.id_number)


# -- numbers that were typed --


def named(name: str, **changes: object) -> Perform:
    person = msgspec.structs.replace(APPLICANT, kind="typed", name="")
    case = bodies.Case("hunyin", 1, "", b"", b"", person, {"typed_name": name}, {"c": "1"})
    asked = msgspec.structs.replace(performing("report"), **changes)
    case = msgspec.structs.replace(case, token=asked.entry_id, return_key=asked.entry_id * 2)
    return msgspec.structs.replace(asked, body=bodies.encode(case))


@EITHER_DATABASE
def test_a_typed_number_acts_three_times_a_day_at_one_kiosk(office: Office, desk: Kiosk, tmp_path: Path) -> None:
    first = named("王桂兰")
    for asked in (first, first, named("王桂兰"), named("王桂兰"), first):
        assert isinstance(office.ask(desk, asked, identified="typed"), Performed)
    assert office.refusal(desk, named("王桂兰"), identified="typed") == "question.often"
    elsewhere = enrolled(office, tmp_path / "elsewhere")
    assert isinstance(office.ask(elsewhere, named("王桂兰"), identified="typed"), Performed)
    elsewhere.close()
    assert isinstance(office.ask(desk, named("王桂兰"), person=OTHER, identified="typed"), Performed)


@EITHER_DATABASE
def test_where_a_card_told_the_name_a_typed_number_has_to_come_with_it(office: Office, desk: Kiosk) -> None:
    assert isinstance(office.ask(desk, named("别的名字"), identified="typed"), Performed), "no card was read yet"
    assert isinstance(office.ask(desk, performing("report")), Performed)
    assert office.refusal(desk, named("别的名字"), identified="typed") == "question.name"
    assert isinstance(office.ask(desk, named("王 桂兰"), identified="typed"), Performed)
    assert office.refusal(desk, named("王桂兰"), identified="typed") == "question.often", "what was refused counted"


@EITHER_DATABASE
def test_a_typed_number_is_not_told_what_was_booked(office: Office, desk: Kiosk) -> None:
    first, second = offered(office, "2099-12-01T09:00"), offered(office, "2099-12-02T09:00")
    assert isinstance(office.ask(desk, performing("book", slot=first)), Performed)
    told = office.ask(desk, named("王桂兰", act="book", slot=second), identified="typed")
    assert isinstance(told, Performed)
    assert "12-02" in told.message
