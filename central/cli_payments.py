"""Commands about fees: prices, and what the cash desk does."""

import argparse
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from central import cases, payments
from central.cli_options import add_command, in_transaction, print_json
from central.payments import Order, PaymentError, Price, yuan
from central.platform import system_ms
from central.store import Transaction


def add_parsers(actions: Any) -> None:
    price = add_command(actions, "price", run_price, "say what a service costs; without one, list the prices")
    price.add_argument("service", nargs="?")
    price.add_argument("fen", nargs="?", type=int, help="a hundredth of a yuan; 0: nothing is to be paid")
    price.add_argument("--for", dest="option", default="", help="the answer that it depends on (`payment.by`)")
    payment = add_command(actions, "payment", run_payment, "list the orders; what the cash desk took or gave back")
    payment.add_argument("what", choices=("list", "settle", "refund"), help="settle: the money is there")
    payment.add_argument("order", nargs="?", default="", help="its number; to settle also a case's or a receipt's")
    payment.add_argument("reference", nargs="?", default="", help="of the cash desk's receipt or the transfer")


def run_price(arguments: argparse.Namespace) -> int:
    async def job(work: Transaction) -> list[Price]:
        if arguments.fen is not None:
            await payments.set_price(work, arguments.service, arguments.fen, arguments.option)
        return await payments.prices(work)

    if arguments.service and arguments.fen is None:
        raise PaymentError("payment.price", f"say how much, in fen: central price {arguments.service} 40000")
    found = in_transaction(arguments, job)
    if arguments.json:
        print_json({"prices": [asdict(price) for price in found]})
        return 0
    for price in found:
        sys.stdout.write(f"{price.service} {price.option}".rstrip() + f"  {yuan(price.fen)}\n")
    return 0


def run_payment(arguments: argparse.Namespace) -> int:
    async def job(work: Transaction) -> list[Order]:
        now_ms = system_ms()
        if arguments.what == "settle":
            if not arguments.reference.strip():
                raise PaymentError(
                    "payment.settled", "name the cash desk's receipt or the transfer: settle ORDER REFERENCE"
                )
            order = await _order(work, arguments.order, now_ms)
            return [(await payments.settle(work, order, arguments.reference, now_ms))[0]]
        if arguments.what == "refund":
            return [(await payments.refund(work, arguments.order, now_ms))[0]]
        return await payments.all_orders(work, now_ms)

    found = in_transaction(arguments, job)
    if arguments.json:
        print_json({"payments": [_shown(order) for order in found]})
        return 0
    for order in found:
        when = datetime.fromtimestamp((order.paid_ms or order.opened_ms) / 1000, UTC)
        sys.stdout.write(f"{order.number}  {order.service}  {yuan(order.fen)}  {order.state}  {when:%Y-%m-%d %H:%M}Z\n")
    return 0


async def _order(work: Transaction, named: str, now_ms: int) -> str:
    """named: an order's number; or a case's or a receipt's, whose order is opened for it."""
    if named.startswith("JF"):
        return named
    return (await payments.open_for(work, await cases.find(work, named), now_ms)).number


def _shown(order: Order) -> dict[str, Any]:
    """Names nobody."""
    return {
        "order": order.number,
        "service": order.service,
        "option": order.option,
        "fen": order.fen,
        "state": order.state,
        "opened_ms": order.opened_ms,
        "paid_ms": order.paid_ms,
        "reference": order.reference,
    }
