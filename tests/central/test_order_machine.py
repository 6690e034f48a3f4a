"""Whatever is done to an order, in whatever order: one a case, paid once over what was shown, and nothing leads back
from paid."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from central import payments
from central.payments import Order, PaymentError
from central.store import Transaction, open_store
from sync.question import OpenPayment

T = TypeVar("T")
PERSON, ENTRY, SERVICE = b"p" * 32, b"e" * 16, "service"


class OrderMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.store = self.loop.run_until_complete(open_store(Path(self.folder.name), ""))
        self.now = 1_000_000
        self.order: Order | None = None
        self.paid_with = ""
        self.shown: set[int] = set()
        for option in ("", "a"):
            self.do(partial(payments.set_price, service=SERVICE, fen=100, option=option))

    def do(self, job: Callable[[Transaction], Awaitable[T]]) -> T:
        return self.loop.run_until_complete(self.store.do(job))

    def teardown(self) -> None:
        self.loop.run_until_complete(self.store.close())
        self.loop.close()
        self.folder.cleanup()

    def read(self) -> Order:
        assert self.order is not None
        number = self.order.number
        return self.do(lambda work: payments.of_person(work, PERSON, number, self.now))

    @rule(option=st.sampled_from(["", "a"]))
    def open(self, option: str) -> None:
        asked = OpenPayment(ENTRY, SERVICE, b"", option)
        found = self.do(lambda work: payments.open_order(work, PERSON, asked, "card", self.now))
        assert self.order is None or found.number == self.order.number
        assert found.state != "expired"
        assert found.state != "open" or found.option == option
        self.shown.add(found.fen)
        self.order = found

    @rule(ms=st.sampled_from([1, payments.OPEN_MS - 1, payments.OPEN_MS]))
    def wait(self, ms: int) -> None:
        self.now += ms

    @rule(fen=st.sampled_from([100, 200]), option=st.sampled_from(["", "a"]))
    def change_price(self, fen: int, option: str) -> None:
        self.do(lambda work: payments.set_price(work, SERVICE, fen, option))

    @precondition(lambda self: self.order is not None)
    @rule(reference=st.sampled_from(["a", "b"]), fen=st.sampled_from([100, 200, None]))
    def pay(self, reference: str, fen: int | None) -> None:
        before = self.read()
        try:
            after, new = self.do(lambda work: payments.settle(work, before.number, reference, self.now, fen))
        except PaymentError as error:
            assert self.read() == before
            settled = before.state in ("paid", "refunded")
            wrong = fen is not None and (fen != before.fen if settled else fen not in self.shown)
            assert wrong or settled
            assert error.code == ("payment.amount" if wrong else "payment.settled")  # noqa: PT017
            return
        assert after.state == "paid"
        assert after.fen == (before.fen if fen is None else fen)
        assert after.fen in self.shown
        assert new == (before.state in ("open", "expired"))
        assert self.paid_with in ("", reference)
        self.paid_with = reference

    @precondition(lambda self: self.order is not None)
    @rule()
    def refund(self) -> None:
        before = self.read()
        try:
            self.do(lambda work: payments.refund(work, before.number, self.now))
        except PaymentError:
            assert before.state in ("open", "expired")
        else:
            assert before.state in ("paid", "refunded")

    @invariant()
    def what_was_paid_stays_paid_or_is_given_back(self) -> None:
        if self.order is None:
            return
        now = self.read()
        if self.order.state in ("paid", "refunded"):
            assert now.state in ("paid", "refunded")
            assert (now.fen, now.paid_ms, now.reference) == (self.order.fen, self.order.paid_ms, self.order.reference)
        if self.order.state == "refunded":
            assert now.state == "refunded"
        assert (now.reference != "") == (now.state in ("paid", "refunded"))
        assert now.reference == self.paid_with
        self.order = now


TestOrder = OrderMachine.TestCase
TestOrder.settings = settings(max_examples=20, stateful_step_count=25)
