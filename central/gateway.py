"""The office's payment platform tells what was paid: a message signed with a secret that both hold.

The signature is HMAC-SHA256 over the timestamp (Unix seconds, in digits), a full stop and the body, as hex digits. The
body names the order, so that no message can be sent to another one. Told again, it changes nothing.
"""

import hmac
import logging
from pathlib import Path
from typing import Final

import msgspec

from central.payments import Order, PaymentError, settle
from central.store import Store

logger = logging.getLogger(__name__)

WINDOW_S: Final = 300
MIN_SECRET: Final = 32


class Paid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """fen: the amount, a hundredth of a yuan. reference: the gateway's number of the payment."""

    order: str
    fen: int
    reference: str


class SecretError(Exception):
    """The gateway's secret cannot be used."""

    code = "payment.secret"


def load_secret(path: Path) -> bytes:
    """Raises SecretError."""
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise SecretError(f"{path} cannot be read") from error
    if len(secret) < MIN_SECRET:
        raise SecretError(f"{path} holds less than {MIN_SECRET} bytes")
    return secret


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    return hmac.digest(secret, timestamp.encode() + b"." + body, "sha256").hex()


async def take(store: Store, secret: bytes, order: str, timestamp: str, signed: str, body: bytes, now_ms: int) -> Order:
    """What the gateway sent about `order`. secret: empty where no gateway is connected. Raises PaymentError."""
    expected = signature(secret, timestamp, body)
    if not secret or not hmac.compare_digest(expected.encode(), signed.lower().encode()):
        raise PaymentError("payment.signature", "not signed with this gateway's secret")
    if not timestamp.isascii() or not timestamp.isdigit() or abs(now_ms // 1000 - int(timestamp[:12])) > WINDOW_S:
        raise PaymentError("payment.stale", "signed too long ago, or by a clock that is wrong")
    try:
        paid = msgspec.json.decode(body, type=Paid)
    except ValueError as error:
        raise PaymentError("request.malformed", "not a message about a payment") from error
    if paid.order != order or not paid.reference.strip():
        raise PaymentError("request.malformed", "the message names another order, or no reference")
    try:
        settled, _ = await store.do(lambda work: settle(work, order, paid.reference, now_ms, paid.fen))
    except PaymentError as error:
        logger.error("money came that does not fit the order %s: %s", order, error.code)  # noqa: TRY400
        raise
    return settled
