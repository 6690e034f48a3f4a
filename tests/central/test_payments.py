"""A fee from the order to the money, on both databases: ordered once, paid once, believed only with the secret."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from central.gateway import signature
from central.payments import OPEN_MS
from central.store import Transaction
from offline_cache import bodies
from offline_cache.entry import Kind
from offline_cache.number import receipt_number
from sync.client import PlatformError
from sync.question import Act, Cases, GetPayment, MyCases, OpenPayment, Payment, new_question
from tests.central.conftest import APPLICANT, CENTRAL, EITHER_DATABASE, Kiosk, Server, enrolled, until
from tests.central.test_platform import central, entries_of, put
from tests.central.test_refusals import ask, now_ms

SERVICE = "jumin-yibao-canbao"
OTHER = "519901196209050313"
FEN = 40_000
SECRET = b"0123456789abcdef0123456789abcdef"


class Desk:
    """The platform with a gateway, a kiosk, and what each of them says."""

    def __init__(self, server: Server, kiosk: Kiosk) -> None:
        self.server, self.kiosk = server, kiosk
        self.entry_id, self.token = os.urandom(16), os.urandom(16)
        self.number = ""

    def ask(self, act: Act, person: str = APPLICANT.id_number, identified: str = "card") -> object:
        return ask(self.server, self.kiosk, new_question(person, act, now_ms(), identified))

    def open(
        self, *, token: bytes | None = None, attended: bool = False, entry_id: bytes = b"", option: str = ""
    ) -> Payment:
        asked = OpenPayment(entry_id or self.entry_id, SERVICE, self.token if token is None else token, option)
        found = self.ask(asked, identified="card+person" if attended else "card")
        assert isinstance(found, Payment)
        return found

    def refused(self, act: Act, person: str = APPLICANT.id_number, identified: str = "card") -> str:
        with pytest.raises(PlatformError) as error:
            self.ask(act, person, identified)
        return error.value.code

    def arrive(self, *, pays: bool = True, service: str = SERVICE, level: object = None, by: str = "") -> None:
        """The journal's entry comes. level: what was answered to the question on which the price depends."""
        answers, by = ({}, by) if level is None else ({"level": level}, "level")

        def body(sequence: int) -> bytes:
            self.number = receipt_number(self.kiosk.identity.kiosk, self.kiosk.journal.journal, sequence)
            return bodies.encode(
                bodies.Case(
                    service, 1, self.number, self.token, os.urandom(32), APPLICANT, answers, {}, pays=pays, pays_by=by
                )
            )

        with self.kiosk.journal.writing(Kind.CASE, self.entry_id, body, f"{service}@1"):
            pass
        put(self.kiosk, self.server, 1, entries_of(self.kiosk))
        until(lambda: self.server.rows("SELECT count(*) FROM cases") == [(1,)], "the case")

    def told(self, order: str, **changes: Any) -> tuple[int, dict[str, Any]]:
        """What the gateway says, and how it is answered."""
        said = {"order": order, "fen": FEN, "reference": "wx-1", **changes}
        secret, at, path = said.pop("secret", SECRET), said.pop("at", int(time.time())), said.pop("path", order)
        body = said.pop("body", b"") or json.dumps(said).encode()
        signed = signature(secret, str(at), body)
        headers = {"Tongban-Timestamp": str(at), "Tongban-Signature": signed, "Content-Type": "application/json"}
        return post(f"{self.server.url}/v1/payments/{path}/paid", body, headers)

    def row(self) -> tuple[object, ...]:
        (row,) = self.server.rows("SELECT state, fen, reference FROM payments")
        return row

    def alarms(self) -> list[tuple[str, str, str]]:
        found: Any = central(self.server, "alarms")[1]["alarms"]
        return [(one["code"], one["kiosk"], one["about"]) for one in found]

    def age(self, ms: int) -> None:
        async def job(work: Transaction) -> None:
            await work.run("UPDATE payments SET expires_ms = expires_ms - $1", ms)

        self.server.do(job)


def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status), json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def html(url: str, method: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(url, method=method)) as answer:
        return str(answer.read().decode())


@pytest.fixture
def server(tmp_path: Path, database: str) -> Iterator[Server]:
    secret = tmp_path / "gateway.secret"
    secret.write_bytes(SECRET + b"\n")
    options = ("--gateway-secret", str(secret), "--pay-url", "https://pay.example/?o={order}")
    made = Server(tmp_path / "central", database, options)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def desk(server: Server, kiosk: Kiosk) -> Desk:
    assert central(server, "price", SERVICE, str(FEN))[1] == {
        "prices": [{"service": SERVICE, "option": "", "fen": FEN}]
    }
    return Desk(server, kiosk)


@pytest.fixture
def levels(desk: Desk) -> Desk:
    """The price depends on an answer: 200 or 3,000 yuan; of a third level nobody has said it, a fourth is free."""
    for option, fen in [("low", 20_000), ("high", 300_000), ("free", 0)]:
        central(desk.server, "price", SERVICE, str(fen), "--for", option)
    return desk


@EITHER_DATABASE
def test_an_order_is_opened_once_and_paid_before_its_case_arrives(desk: Desk) -> None:
    order = desk.open()
    assert (order.fen, order.state, order.qr) == (FEN, "open", f"https://pay.example/?o={order.order}")
    assert order.expires_ms == pytest.approx(now_ms() + OPEN_MS, abs=60_000)
    assert desk.open() == order
    assert desk.ask(GetPayment(order.order)) == order
    status, said = desk.told(order.order)
    assert (status, said["state"]) == (200, "paid")
    paid = desk.ask(GetPayment(order.order))
    assert isinstance(paid, Payment)
    assert (paid.state, paid.qr) == ("paid", "")
    assert paid.paid_ms > 0
    desk.arrive()
    mine = desk.ask(MyCases())
    assert isinstance(mine, Cases)
    assert [(case.payment, case.fen) for case in mine.cases] == [("paid", FEN)]
    assert desk.open() == paid, "who has paid is not asked again"


@EITHER_DATABASE
def test_the_gateway_is_believed_only_with_the_secret_and_in_time(desk: Desk) -> None:
    order = desk.open().order
    for changes, status, code in [
        ({"secret": b"x" * 32}, 401, "payment.signature"),
        ({"secret": b""}, 401, "payment.signature"),
        ({"at": int(time.time()) - 301}, 401, "payment.stale"),
        ({"at": int(time.time()) + 330}, 401, "payment.stale"),
        ({"at": "soon"}, 401, "payment.stale"),
        ({"fen": FEN - 1}, 409, "payment.amount"),
        ({"fen": "40000"}, 400, "request.malformed"),
        ({"reference": " "}, 400, "request.malformed"),
        ({"body": b"\xff"}, 400, "request.malformed"),
        ({"path": "JFANOTHER"}, 400, "request.malformed"),
        ({"order": "JFANOTHER", "path": "JFANOTHER"}, 409, "payment.unknown"),
    ]:
        answered, said = desk.told(changes.pop("order", order), **changes)
        assert (answered, said["code"]) == (status, code), changes
    body = json.dumps({"order": order, "fen": FEN, "reference": "wx-1"}).encode()
    assert post(f"{desk.server.url}/v1/payments/{order}/paid", body, {})[1]["code"] == "payment.signature"
    assert desk.row() == ("open", FEN, "")
    said_on_stderr = desk.server.stop()
    assert said_on_stderr.count("money came that does not fit") == 2


@EITHER_DATABASE
def test_told_twice_it_is_paid_once_and_another_payment_is_not_taken(desk: Desk) -> None:
    order = desk.open().order
    at = int(time.time())
    assert desk.told(order, at=at)[0] == 200
    first = desk.server.rows("SELECT paid_ms FROM payments")
    assert desk.told(order, at=at)[0] == 200, "a replay changes nothing"
    status, said = desk.told(order, reference="wx-2")
    assert (status, said["code"]) == (409, "payment.settled")
    assert desk.row() == ("paid", FEN, "wx-1")
    assert desk.server.rows("SELECT paid_ms FROM payments") == first
    assert central(desk.server, "payment", "refund", order)[1]["payments"][0]["state"] == "refunded"
    assert desk.told(order)[1]["code"] == "payment.settled"
    assert desk.open().state == "refunded"


@EITHER_DATABASE
def test_many_who_open_and_pay_at_once(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        orders = {found.order for found in pool.map(lambda _: desk.open(), range(8))}
        assert len(orders) == 1
        (order,) = orders
        answers = list(pool.map(lambda at: desk.told(order, reference=f"wx-{at % 4}")[0], range(8)))
    assert sorted(answers) == [200, 200] + [409] * 6
    assert desk.server.rows("SELECT count(*) FROM payments WHERE state = 'paid'") == [(1,)]


@EITHER_DATABASE
def test_a_price_that_depends_on_an_answer_is_the_answers(levels: Desk) -> None:
    found = central(levels.server, "price")[1]["prices"]
    assert [(one["option"], one["fen"]) for one in found] == [  # type: ignore[attr-defined]
        ("", FEN), ("free", 0), ("high", 300_000), ("low", 20_000)
    ]  # fmt: skip
    assert levels.open(entry_id=os.urandom(16), option="low").fen == 20_000
    order = levels.open(option="high")
    assert order.fen == 300_000
    assert levels.refused(OpenPayment(os.urandom(16), SERVICE, b"", "middle")) == "payment.none"
    assert levels.refused(OpenPayment(os.urandom(16), SERVICE, b"", "free")) == "payment.none"
    levels.arrive(level="high")
    assert levels.open(option="low") == order, "of a case that is here the answer is the case's own"
    assert levels.told(order.order, fen=300_000)[0] == 200
    assert levels.alarms() == []


@EITHER_DATABASE
@pytest.mark.parametrize("level", ["middle", 7])
def test_an_answer_without_a_price_costs_nothing_else(levels: Desk, level: object) -> None:
    levels.arrive(level=level)
    assert levels.refused(OpenPayment(levels.entry_id, SERVICE, levels.token, "low")) == "payment.none"
    refused = central(levels.server, "payment", "settle", levels.number, "cash-7")
    assert (refused[0], refused[1]["error"]["code"]) == (1, "payment.none")  # type: ignore[index]


def test_a_case_that_does_not_answer_has_no_price(levels: Desk) -> None:
    levels.arrive(by="level")
    assert levels.refused(OpenPayment(levels.entry_id, SERVICE, levels.token)) == "payment.none"


@EITHER_DATABASE
def test_an_order_over_another_answer_than_its_cases_is_told_to_staff_and_corrected(levels: Desk) -> None:
    order = levels.open(option="low")
    levels.arrive(level="high")
    alarm = ("payment.differs", levels.kiosk.identity.kiosk, order.order)
    assert levels.alarms() == [alarm]
    expired = levels.ask(GetPayment(order.order))
    assert isinstance(expired, Payment)
    assert (expired.state, expired.qr) == ("expired", ""), "the wrong amount is not offered any longer"
    again = levels.open(option="low")
    assert (again.order, again.state, again.fen) == (order.order, "open", 300_000)
    assert levels.told(order.order, fen=20_000)[0] == 200, "it was paid as it had been shown"
    assert levels.row() == ("paid", 20_000, "wx-1")
    assert levels.alarms() == [alarm, alarm]
    assert levels.told(order.order, fen=20_000)[0] == 200, "told twice"
    assert levels.told(order.order, fen=300_000)[1]["code"] == "payment.amount"
    assert levels.alarms() == [alarm, alarm]


@EITHER_DATABASE
def test_what_was_paid_before_the_case_said_otherwise_stays_paid(levels: Desk) -> None:
    order = levels.open(option="low")
    assert levels.told(order.order, fen=20_000)[0] == 200
    assert levels.alarms() == []
    levels.arrive(level="high")
    assert levels.alarms() == [("payment.differs", levels.kiosk.identity.kiosk, order.order)]
    assert levels.row() == ("paid", 20_000, "wx-1")
    assert levels.open().state == "paid"


def test_an_order_for_a_case_that_costs_nothing_is_told_to_staff(levels: Desk) -> None:
    order = levels.open(option="low")
    levels.arrive(pays=False, level="low")
    assert levels.alarms() == [("payment.differs", levels.kiosk.identity.kiosk, order.order)]


def test_the_cash_desk_takes_the_amount_of_the_answer(levels: Desk) -> None:
    levels.arrive(level="high")
    (order,) = central(levels.server, "payment", "settle", levels.number, "cash-7")[1]["payments"]  # type: ignore[misc]
    assert (order["state"], order["fen"], order["option"]) == ("paid", 300_000, "high")
    assert levels.alarms() == []


@EITHER_DATABASE
@pytest.mark.parametrize("paid", [FEN, 43_000], ids=["as it was shown first", "as it was shown last"])
def test_an_expired_order_opens_again_at_todays_price_and_late_money_counts(desk: Desk, paid: int) -> None:
    order = desk.open()
    desk.age(OPEN_MS + 60_000)
    expired = desk.ask(GetPayment(order.order))
    assert isinstance(expired, Payment)
    assert (expired.state, expired.qr) == ("expired", "")
    central(desk.server, "price", SERVICE, "43000")
    again = desk.open()
    assert (again.order, again.state, again.fen) == (order.order, "open", 43_000)
    assert desk.told(order.order, fen=41_000)[1]["code"] == "payment.amount"
    desk.age(OPEN_MS + 60_000)
    assert desk.told(order.order, fen=paid)[0] == 200
    assert desk.told(order.order, fen=paid)[0] == 200
    assert desk.told(order.order, fen=83_000 - paid)[1]["code"] == "payment.amount"
    assert desk.row() == ("paid", paid, "wx-1")


@EITHER_DATABASE
def test_an_older_case_is_paid_with_its_receipt_or_under_staffs_eyes_and_only_by_its_person(desk: Desk) -> None:
    desk.arrive()
    mine = desk.ask(MyCases())
    assert isinstance(mine, Cases)
    assert [(case.payment, case.entry_id) for case in mine.cases] == [("due", desk.entry_id)]
    assert desk.refused(OpenPayment(desk.entry_id, SERVICE, b"")) == "question.assurance", "a card alone opens nothing"
    assert desk.refused(OpenPayment(desk.entry_id, SERVICE, os.urandom(16))) == "question.assurance"
    assert desk.refused(OpenPayment(desk.entry_id, SERVICE, desk.token), OTHER) == "payment.none"
    assert desk.refused(OpenPayment(desk.entry_id, "gaoling-jintie", desk.token)) == "payment.none"
    assert desk.refused(OpenPayment(desk.entry_id, SERVICE, desk.token), identified="typed") == "question.assurance"
    order = desk.open()
    assert desk.open(token=b"", attended=True) == order
    assert desk.refused(GetPayment(order.order), OTHER) == "payment.unknown"
    assert desk.refused(GetPayment("JFNOTHING")) == "payment.unknown"


@EITHER_DATABASE
def test_nothing_is_opened_where_nothing_is_to_be_paid(desk: Desk) -> None:
    assert desk.refused(OpenPayment(os.urandom(16), "gaoling-jintie", b"")) == "payment.none"
    assert desk.refused(OpenPayment(b"short", SERVICE, b"")) == "question.unreadable"
    taken = desk.open(entry_id=os.urandom(16))
    assert taken.state == "open"
    desk.arrive(pays=False)
    assert desk.refused(OpenPayment(desk.entry_id, SERVICE, desk.token)) == "payment.none"
    mine = desk.ask(MyCases())
    assert isinstance(mine, Cases)
    assert [case.payment for case in mine.cases] == [""]


def test_nobody_takes_over_anothers_order(desk: Desk) -> None:
    desk.open()
    assert desk.refused(OpenPayment(desk.entry_id, SERVICE, desk.token), OTHER) == "question.unreadable"


def test_a_case_that_has_ended_without_a_result_costs_nothing(desk: Desk) -> None:
    desk.arrive()
    central(desk.server, "move", desk.number, "not-accepted")
    assert desk.refused(OpenPayment(desk.entry_id, SERVICE, desk.token)) == "payment.none"


def test_the_cash_desk_takes_money_by_order_or_by_receipt(desk: Desk) -> None:
    desk.arrive()
    said = central(desk.server, "payment", "settle", desk.number, "cash-7")[1]["payments"]
    (order,) = said  # type: ignore[misc]
    assert (order["state"], order["reference"], order["fen"]) == ("paid", "cash-7", FEN)
    assert central(desk.server, "payment", "settle", order["order"], "cash-7")[1]["payments"] == said
    wrong = central(desk.server, "payment", "settle", order["order"], "cash-8")
    assert (wrong[0], wrong[1]["error"]["code"]) == (1, "payment.settled")  # type: ignore[index]
    assert central(desk.server, "payment", "settle", order["order"])[1]["error"]["code"] == "payment.settled"  # type: ignore[index]
    assert central(desk.server, "payment", "refund", "JFNONE")[1]["error"]["code"] == "payment.unknown"  # type: ignore[index]
    assert central(desk.server, "payment", "list")[1]["payments"] == said
    assert central(desk.server, "price", SERVICE, "-1")[1]["error"]["code"] == "payment.price"  # type: ignore[index]


def test_an_order_that_nobody_has_paid_is_not_given_back(desk: Desk) -> None:
    order = desk.open().order
    refused = central(desk.server, "payment", "refund", order)
    assert refused[1]["error"]["code"] == "payment.settled"  # type: ignore[index]


def test_there_is_no_practice_page_unless_asked_for(desk: Desk) -> None:
    order = desk.open().order
    for method in ("GET", "POST"):
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(urllib.request.Request(f"{desk.server.url}/pay/{order}", method=method))
        error.value.close()
        assert error.value.code == 404
    assert desk.row()[0] == "open"


def test_without_a_gateway_nothing_is_opened_and_nobody_is_believed(tmp_path: Path) -> None:
    server = Server(tmp_path / "central")
    server.start()
    kiosk = enrolled(server, tmp_path / "kiosk")
    central(server, "price", SERVICE, str(FEN))
    desk = Desk(server, kiosk)
    assert desk.refused(OpenPayment(desk.entry_id, SERVICE, desk.token)) == "payment.none"
    assert desk.told("JFANY", secret=b"")[1]["code"] == "payment.signature"
    kiosk.close()
    server.kill()


def test_practice_is_labelled_and_goes_the_gateways_way(tmp_path: Path) -> None:
    server = Server(tmp_path / "central", options=("--practice-payments",))
    server.start()
    kiosk = enrolled(server, tmp_path / "kiosk")
    central(server, "price", SERVICE, str(FEN))
    desk = Desk(server, kiosk)
    order = desk.open()
    assert order.qr == f"{server.url}/pay/{order.order}"
    page = html(order.qr, "GET")
    assert "演示缴费，不是真的" in page
    assert "400.00元" in page
    for _ in range(2):
        assert "已缴费" in html(order.qr, "POST")
    assert desk.row() == ("paid", FEN, f"practice-{order.order}")
    assert desk.told(order.order)[1]["code"] == "payment.signature", "its secret is its own"
    kiosk.close()
    server.kill()


@pytest.mark.parametrize("content", [None, b"short"])
def test_a_secret_that_cannot_be_used_keeps_the_platform_from_starting(tmp_path: Path, content: bytes | None) -> None:
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    command = [*CENTRAL, "serve", "--data", str(tmp_path / "central"), "--gateway-secret", str(secret), "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "[payment.secret]" in done.stderr


def test_who_practises_has_no_payment_platform(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(SECRET)
    command = [*CENTRAL, "serve", "--data", str(tmp_path / "c"), "--gateway-secret", str(secret), "--practice-payments"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert "[payment.secret]" in done.stderr
