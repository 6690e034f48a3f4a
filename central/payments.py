"""Fees: what a service costs, and one order a case. An order is open, then paid or expired; an expired one may be
opened again, a paid one may be refunded, and nothing leads from paid back to open.

The gateway's own number of a payment is this order's: it takes no second payment for it.
"""

from dataclasses import dataclass, replace
from typing import Final

from central import assurance, spoken_code
from central.cases import CaseRecord, by_entry
from central.store import Row, Transaction
from offline_cache.bodies import Case, decode
from offline_cache.entry import Kind
from sync.question import OpenPayment, Payment, QuestionError

OPEN_MS: Final = 15 * 60_000
"""How long a code can be scanned."""
DUE: Final = "due"
MAX_FEN: Final = 100_000_000
_CLOSED: Final = ("not-accepted", "rejected", "withdrawn")
"""A case in one of these costs nothing any more."""


class PaymentError(Exception):
    """code: payment.none, payment.unknown, payment.amount, payment.settled or payment.price."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Order:
    """entry_id: of the case. person: see platform_key.person_key. fen: a hundredth of a yuan. state: open, paid,
    expired or refunded. *_ms: Unix milliseconds; paid_ms is 0 until then. reference: the gateway's number of the
    payment, or the cash desk's."""

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


_SELECT: Final = (
    "SELECT payment, entry_id, person, service, fen, state, opened_ms, expires_ms, paid_ms, reference FROM payments"
)


async def set_price(work: Transaction, service: str, fen: int) -> None:
    """For orders that are opened from now on. 0: it costs nothing. Raises PaymentError."""
    if not 0 <= fen <= MAX_FEN:
        raise PaymentError("payment.price", f"a price is from 0 to {MAX_FEN} fen")
    await work.run(
        "INSERT INTO prices VALUES ($1, $2) ON CONFLICT (service) DO UPDATE SET fen = excluded.fen", service, fen
    )


async def prices(work: Transaction) -> dict[str, int]:
    """In fen, by service."""
    return {row[0]: row[1] for row in await work.rows("SELECT service, fen FROM prices ORDER BY service")}


async def open_order(work: Transaction, person: bytes, asked: OpenPayment, level: str, now_ms: int) -> Order:
    """The case's one order, open again if it had expired. The case may not have arrived yet: then its entry-id, which
    is random and known to nobody but its session, stands for it. level: of assurance that was reached.
    Raises PaymentError and QuestionError."""
    if len(asked.entry_id) != 16:
        raise QuestionError("not the id of a case")
    case = await by_entry(work, asked.entry_id)
    if case is not None:
        await _check_case(work, case, person, asked, level)
    return await _opened(work, asked.entry_id, person, asked.service, now_ms)


async def open_for(work: Transaction, case: CaseRecord, now_ms: int) -> Order:
    """At the counter. Raises PaymentError."""
    row = await work.row("SELECT entry_id, person FROM cases WHERE row = $1", case.row)
    assert row is not None
    return await _opened(work, row[0], row[1] or b"", case.service, now_ms)


async def _check_case(work: Transaction, case: CaseRecord, person: bytes, asked: OpenPayment, level: str) -> None:
    row = await work.row("SELECT person, token, body FROM cases WHERE row = $1", case.row)
    assert row is not None
    if row[0] != person or case.service != asked.service:
        raise PaymentError("payment.none", "this card has no such case")
    if row[1] != asked.token:
        assurance.demand(level, "card+code")
    body = decode(Kind.CASE, row[2])
    if case.state in _CLOSED or not (isinstance(body, Case) and body.pays):
        raise PaymentError("payment.none", "nothing is to be paid for this case")


async def _opened(work: Transaction, entry_id: bytes, person: bytes, service: str, now_ms: int) -> Order:
    row = await work.row("SELECT fen FROM prices WHERE service = $1", service)
    if row is None or row[0] == 0:
        raise PaymentError("payment.none", f"{service} has no price here")
    await work.run(
        "INSERT INTO payments (payment, entry_id, person, service, fen, state, opened_ms, expires_ms)"
        " VALUES ($1, $2, $3, $4, $5, 'open', $6, $7) ON CONFLICT (entry_id) DO NOTHING",
        f"JF{spoken_code.new()}", entry_id, person, service, row[0], now_ms, now_ms + OPEN_MS,
    )  # fmt: skip
    found = await _locked(work, "entry_id = $1", entry_id, now_ms)
    assert found is not None
    if found.person != person or found.service != service:
        raise QuestionError("this id belongs to somebody else's order")
    if found.state != "expired":
        return found
    again = replace(found, state="open", fen=row[0], opened_ms=now_ms, expires_ms=now_ms + OPEN_MS)
    await work.run(
        "UPDATE payments SET state = 'open', fen = $1, opened_ms = $2, expires_ms = $3 WHERE payment = $4",
        again.fen, again.opened_ms, again.expires_ms, again.number,
    )  # fmt: skip
    return again


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
    """The money is there. It counts although the order has expired meanwhile. False: this was told before. fen: what
    was paid, where the gateway says it. Raises PaymentError."""
    order = await find(work, number, now_ms)
    if fen is not None and fen != order.fen:
        raise PaymentError("payment.amount", f"{number} is over {order.fen} fen, not over {fen}")
    if order.state == "paid" and order.reference == reference:
        return order, False
    if order.state in ("paid", "refunded"):
        raise PaymentError("payment.settled", f"{number} is {order.state}, under another reference")
    paid = replace(order, state="paid", paid_ms=now_ms, reference=reference)
    await work.run(
        "UPDATE payments SET state = 'paid', paid_ms = $1, reference = $2 WHERE payment = $3",
        now_ms, reference, number,
    )  # fmt: skip
    return paid, True


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
        return (order.state, order.fen) if not closed or order.state in ("paid", "refunded") else ("", 0)
    found = decode(Kind.CASE, body)
    due = isinstance(found, Case) and found.pays and not closed
    return (DUE if due else ""), 0


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
