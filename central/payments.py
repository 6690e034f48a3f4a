"""Fees: what a service costs, and one order a case. An order is open, then paid or expired; an expired one may be
opened again, a paid one may be refunded, and nothing leads from paid back to open.

A price may depend on an answer (`option`). Of a case that is here the answer is read from the case itself; before it
comes the kiosk says it, and it is compared when the case comes and when the money does.

The gateway's own number of a payment is this order's: it takes no second payment for it.
"""

from dataclasses import dataclass, replace
from typing import Final

from central import alarms, assurance, spoken_code
from central.cases import CaseRecord, by_entry
from central.store import Row, Transaction
from offline_cache.bodies import Case, decode
from offline_cache.entry import Kind
from sync.question import OpenPayment, Payment, QuestionError

OPEN_MS: Final = 15 * 60_000
"""How long a code can be scanned."""
DUE: Final = "due"
DIFFERS: Final = "payment.differs"
"""An alarm: an order was opened for another answer than its case gives."""
MAX_FEN: Final = 100_000_000
_SETTLED: Final = ("paid", "refunded")
_CLOSED: Final = ("not-accepted", "rejected", "withdrawn")
"""A case in one of these costs nothing any more."""


class PaymentError(Exception):
    """code: payment.none, payment.unknown, payment.amount, payment.settled or payment.price."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Price:
    """option: the answer that it depends on; empty: one price a service. fen: a hundredth of a yuan."""

    service: str
    option: str
    fen: int


@dataclass(frozen=True)
class Order:
    """entry_id: of the case. person: see platform_key.person_key. fen: a hundredth of a yuan. state: open, paid,
    expired or refunded. *_ms: Unix milliseconds; paid_ms is 0 until then. reference: the gateway's number of the
    payment, or the cash desk's. option: as Price.option."""

    number: str
    entry_id: bytes
    person: bytes
    service: str
    fen: int
    state: str
    opened_ms: int
    expires_ms: int
    paid_ms: int
    reference: str
    option: str


_SELECT: Final = (
    "SELECT payment, entry_id, person, service, fen, state, opened_ms, expires_ms, paid_ms, reference, option"
    " FROM payments"
)


async def set_price(work: Transaction, service: str, fen: int, option: str = "") -> None:
    """For orders that are opened from now on. fen: 0: nothing is to be paid. option: as Price.option. Raises
    PaymentError."""
    if not 0 <= fen <= MAX_FEN:
        raise PaymentError("payment.price", f"a price is from 0 to {MAX_FEN} fen")
    await work.run(
        "INSERT INTO prices (service, option, fen) VALUES ($1, $2, $3)"
        " ON CONFLICT (service, option) DO UPDATE SET fen = excluded.fen",
        service, option, fen,
    )  # fmt: skip


async def prices(work: Transaction) -> list[Price]:
    """Ordered by service and option."""
    return [Price(*row) for row in await work.rows("SELECT service, option, fen FROM prices ORDER BY service, option")]


async def open_order(work: Transaction, person: bytes, asked: OpenPayment, level: str, now_ms: int) -> Order:
    """The case's one order, open again if it had expired. The case may not have arrived yet: then its entry-id, which
    is random and known to nobody but its session, stands for it. level: of assurance that was reached.
    Raises PaymentError and QuestionError."""
    if len(asked.entry_id) != 16:
        raise QuestionError("not the id of a case")
    case = await by_entry(work, asked.entry_id)
    option = asked.option if case is None else await _check_case(work, case, person, asked, level)
    return await _opened(work, asked.entry_id, person, asked.service, option, now_ms)


async def open_for(work: Transaction, case: CaseRecord, now_ms: int) -> Order:
    """At the counter. Raises PaymentError."""
    row = await work.row("SELECT entry_id, person, body FROM cases WHERE row = $1", case.row)
    assert row is not None
    return await _opened(work, row[0], row[1] or b"", case.service, _option(_case(row[2])), now_ms)


def _case(body: bytes) -> Case:
    found = decode(Kind.CASE, body)
    assert isinstance(found, Case)
    return found


def _option(case: Case) -> str | None:
    """What its price depends on. None: on a question that it does not answer; there is no such price."""
    answer = case.answers.get(case.pays_by) if case.pays_by else ""
    return answer if isinstance(answer, str) else None


async def _check_case(work: Transaction, case: CaseRecord, person: bytes, asked: OpenPayment, level: str) -> str | None:
    """What the price depends on."""
    row = await work.row("SELECT person, token, body FROM cases WHERE row = $1", case.row)
    assert row is not None
    if row[0] != person or case.service != asked.service:
        raise PaymentError("payment.none", "this card has no such case")
    if row[1] != asked.token:
        assurance.demand(level, "card+code")
    body = _case(row[2])
    if case.state in _CLOSED or not body.pays:
        raise PaymentError("payment.none", "nothing is to be paid for this case")
    return _option(body)


async def _opened(
    work: Transaction, entry_id: bytes, person: bytes, service: str, option: str | None, now_ms: int
) -> Order:
    row = await work.row("SELECT fen FROM prices WHERE service = $1 AND option = $2", service, option)
    if option is None or row is None or row[0] == 0:
        raise PaymentError("payment.none", f"{service} has no price here" + (", for this answer" if option else ""))
    await work.run(
        "INSERT INTO payments (payment, entry_id, person, service, option, fen, state, opened_ms, expires_ms)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8) ON CONFLICT (entry_id) DO NOTHING",
        f"JF{spoken_code.new()}", entry_id, person, service, option, row[0], now_ms, now_ms + OPEN_MS,
    )  # fmt: skip
    found = await _locked(work, "entry_id = $1", entry_id, now_ms)
    assert found is not None
    if found.person != person or found.service != service:
        raise QuestionError("this id belongs to somebody else's order")
    if found.state in _SETTLED:
        return found
    if found.state == "expired" or found.option != option:
        found = replace(
            found, state="open", option=option, fen=row[0], opened_ms=now_ms, expires_ms=now_ms + OPEN_MS
        )  # fmt: skip
        await work.run(
            "UPDATE payments SET option = $1, fen = $2, opened_ms = $3, expires_ms = $4 WHERE payment = $5",
            found.option, found.fen, found.opened_ms, found.expires_ms, found.number,
        )  # fmt: skip
    await work.run(
        "INSERT INTO payment_offers (payment, option, fen) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        found.number, found.option, found.fen,
    )  # fmt: skip
    return found


async def case_came(work: Transaction, entry_id: bytes, now_ms: int) -> None:
    """Its order may have been opened before, at the kiosk's word."""
    order = await _locked(work, "entry_id = $1", entry_id, now_ms)
    if order is not None:
        await _compare(work, order, now_ms)


async def _compare(work: Transaction, order: Order, now_ms: int) -> None:
    """Where its case is here and says otherwise, staff are told, and what is open is not offered any longer."""
    row = await work.row("SELECT kiosk, service, body FROM cases WHERE entry_id = $1", order.entry_id)
    if row is None:
        return
    case = _case(row[2])
    if case.pays and (row[1], _option(case)) == (order.service, order.option):
        return
    await alarms.raised(work, row[0], DIFFERS, now_ms, about=order.number)
    await work.run("UPDATE payments SET expires_ms = $1 WHERE payment = $2 AND state = 'open'", now_ms, order.number)


async def of_person(work: Transaction, person: bytes, number: str, now_ms: int) -> Order:
    """Raises PaymentError, also for somebody else's order: what is wrong of the two is not told."""
    found = await find(work, number, now_ms)
    if found.person != person:
        raise PaymentError("payment.unknown", "there is no such order")
    case = await by_entry(work, found.entry_id)
    closed = case is not None and case.state in _CLOSED
    return replace(found, state="expired") if closed and found.state == "open" else found


async def find(work: Transaction, number: str, now_ms: int) -> Order:
    """Nobody else changes it meanwhile. Raises PaymentError."""
    found = await _locked(work, "payment = $1", number, now_ms)
    if found is None:
        raise PaymentError("payment.unknown", "there is no such order")
    return found


async def of_case(work: Transaction, entry_id: bytes, now_ms: int) -> Order | None:
    row = await work.row(f"{_SELECT} WHERE entry_id = $1", entry_id)
    return _aged(Order(*row), now_ms) if row else None


async def all_orders(work: Transaction, now_ms: int) -> list[Order]:
    """Oldest first."""
    return [_aged(Order(*row), now_ms) for row in await work.rows(f"{_SELECT} ORDER BY opened_ms, payment")]


async def settle(
    work: Transaction, number: str, reference: str, now_ms: int, fen: int | None = None
) -> tuple[Order, bool]:
    """The money is there. It counts although the order has expired meanwhile, or was opened anew over another amount:
    what the payer was shown is what is paid. False: this was told before. fen: what was paid, where the gateway says
    it. Raises PaymentError."""
    order = await find(work, number, now_ms)
    if fen is not None and fen != order.fen:
        order = await _as_offered(work, order, fen)
    if order.state == "paid" and order.reference == reference:
        return order, False
    if order.state in _SETTLED:
        raise PaymentError("payment.settled", f"{number} is {order.state}, under another reference")
    paid = replace(order, state="paid", paid_ms=now_ms, reference=reference)
    await work.run(
        "UPDATE payments SET state = 'paid', paid_ms = $1, reference = $2, option = $3, fen = $4 WHERE payment = $5",
        now_ms, reference, paid.option, paid.fen, number,
    )  # fmt: skip
    if fen is not None:
        await _compare(work, paid, now_ms)
    return paid, True


async def _as_offered(work: Transaction, order: Order, fen: int) -> Order:
    """Over an amount that it was opened with before. Raises PaymentError."""
    row = await work.row(
        "SELECT option FROM payment_offers WHERE payment = $1 AND fen = $2 ORDER BY option <> $3, option",
        order.number, fen, order.option,
    )  # fmt: skip
    if row is None or order.state in _SETTLED:
        raise PaymentError("payment.amount", f"{order.number} is over {order.fen} fen, not over {fen}")
    return replace(order, option=row[0], fen=fen)


async def refund(work: Transaction, number: str, now_ms: int) -> tuple[Order, bool]:
    """The money was given back. It cannot be paid again. False: it was before. Raises PaymentError."""
    order = await find(work, number, now_ms)
    if order.state == "refunded":
        return order, False
    if order.state != "paid":
        raise PaymentError("payment.settled", f"{number} is {order.state}: nothing was paid that could be given back")
    await work.run("UPDATE payments SET state = 'refunded' WHERE payment = $1", number)
    return replace(order, state="refunded"), True


async def state_of(work: Transaction, case: CaseRecord, entry_id: bytes, body: bytes, now_ms: int) -> tuple[str, int]:
    """(state, fen) as sync.question.CaseSummary tells them."""
    order, closed = await of_case(work, entry_id, now_ms), case.state in _CLOSED
    if order is not None:
        return (order.state, order.fen) if not closed or order.state in _SETTLED else ("", 0)
    return (DUE if _case(body).pays and not closed else ""), 0


def told(order: Order, pay_url: str) -> Payment:
    """pay_url: what the payer's phone opens, with {order}."""
    qr = pay_url.replace("{order}", order.number) if order.state == "open" else ""
    return Payment(order.number, order.fen, order.state, qr, order.expires_ms, order.paid_ms)


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}元"


async def _locked(work: Transaction, where: str, value: bytes | str, now_ms: int) -> Order | None:
    row: Row | None = await work.locked(f"{_SELECT} WHERE {where}", value)
    return _aged(Order(*row), now_ms) if row else None


def _aged(order: Order, now_ms: int) -> Order:
    """Nobody has to be there for an order to expire."""
    return replace(order, state="expired") if order.state == "open" and order.expires_ms <= now_ms else order
