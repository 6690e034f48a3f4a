"""HTTP requests signed by the kiosk's key (RFC 9421, Ed25519) over a digest of the body (RFC 9530). Pure.

Covered: method, path, query and Content-Digest. The authority is not: a province's proxies rename hosts, and a key is
known to one platform only. `created` and a nonce are among the signature's parameters.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

_COVERED: Final = ("@method", "@path", "@query", "content-digest")
_TAG: Final = "tongban-v1"
_DIGEST: Final = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


class SignatureError(Exception):
    """A request is not signed by who it says. code: request.unsigned, request.stale, request.digest, or kiosk.other
    when another kiosk's key signed it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Message(Protocol):
    """requests.PreparedRequest is one, and so is what the platform makes of its own requests."""

    method: Any
    url: Any
    headers: Any


class _OneKey(HTTPSignatureKeyResolver):
    """Knows the key of one kiosk."""

    def __init__(self, kiosk: str, key: bytes) -> None:
        self._kiosk = kiosk
        self._key = key
        self.asked_for = kiosk

    def resolve_private_key(self, key_id: str) -> Any:
        return Ed25519PrivateKey.from_private_bytes(self._key) if key_id == self._kiosk else None

    def resolve_public_key(self, key_id: str) -> Any:
        self.asked_for = key_id
        return Ed25519PublicKey.from_public_bytes(self._key) if key_id == self._kiosk else None


class _Verifier(HTTPMessageVerifier):
    # The library would compare with this machine's clock; `verify` below compares with the one it is given.
    max_clock_skew = timedelta(days=36_500)


def sign(message: Message, body: bytes, kiosk: str, private_key: bytes, now: datetime) -> None:
    """Adds Content-Digest, Signature-Input and Signature to `message.headers`. now: the platform's time, as known."""
    HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_OneKey(kiosk, private_key)).sign(
        message,
        key_id=kiosk,
        created=now,
        nonce=secrets.token_urlsafe(16),
        tag=_TAG,
        covered_component_ids=_COVERED[:3],
        body=body,
    )


@dataclass(frozen=True)
class Verified:
    """A request whose head was signed. nonce: not to be met again. digest: what SHA-256 of its body must be."""

    nonce: str
    digest: bytes

    def check_body(self, body: bytes) -> None:
        """Raises SignatureError."""
        self.check_digest(hashlib.sha256(body).digest())

    def check_digest(self, sha256: bytes) -> None:
        """The same for a body that was counted on its way. Raises SignatureError."""
        if not hmac.compare_digest(self.digest, sha256):
            raise SignatureError("request.digest", "the body is not the one that was signed")


def verify(message: Message, kiosk: str, public_key: bytes, now: datetime, max_skew_s: float) -> Verified:
    """Raises SignatureError unless `message` was signed by `kiosk`'s key within `max_skew_s` of `now`. The body is
    still to be checked."""
    keys = _OneKey(kiosk, public_key)
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    try:
        found = verifier.verify(message, max_age=None, expect_tag=_TAG, require_components=_COVERED)
    except InvalidSignature as error:
        if keys.asked_for != kiosk:
            raise SignatureError("kiosk.other", "another kiosk's key signed this request") from error
        raise SignatureError("request.unsigned", "the request is not signed by this kiosk's key") from error
    created = datetime.fromtimestamp(int(found[0].parameters["created"]), UTC)
    if abs((created - now).total_seconds()) > max_skew_s:
        raise SignatureError("request.stale", "the request was signed at another time; set the clock by server_ms")
    nonce = str(found[0].parameters.get("nonce", ""))
    digest = _DIGEST.fullmatch(dict(message.headers.items()).get("content-digest", ""))
    if not nonce or digest is None:
        raise SignatureError("request.unsigned", "a nonce, or Content-Digest with sha-256, is missing")
    return Verified(nonce, base64.b64decode(digest[1]))
