"""The gateway that sends SMS: JSON {"phone", "text"} by POST, with a bearer secret; any 2xx means it was taken."""

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

ADDRESS_VARIABLE: Final = "TONGBAN_SMS_GATEWAY"
SECRET_VARIABLE: Final = "TONGBAN_SMS_SECRET"  # noqa: S105
SECRET_FILE: Final = "sms-secret"  # noqa: S105
_TIMEOUT_S: Final = (3.0, 5.0)
"""To connect, and for each piece of the answer: the citizen waits."""
_HERE: Final = ("127.0.0.1", "::1", "localhost")


class SmsError(Exception):
    """code: sms.failed, or sms.settings where the gateway cannot be used as it is named."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Gateway:
    address: str
    secret: str = field(repr=False)

    async def send(self, phone: str, text: str) -> None:
        """Raises SmsError; whether it was sent all the same is not known then."""
        await asyncio.to_thread(self._post, phone, text)

    def _post(self, phone: str, text: str) -> None:
        import requests

        with requests.Session() as session:
            session.trust_env = False  # a ~/.netrc would put another secret in place of ours
            try:
                answer = session.post(
                    self.address,
                    json={"phone": phone, "text": text},
                    headers={"Authorization": f"Bearer {self.secret}"},
                    timeout=_TIMEOUT_S,
                    allow_redirects=False,
                    stream=True,
                )
            except requests.RequestException as error:
                # What requests says of itself may name the phone: its body is not repeated.
                raise SmsError("sms.failed", f"the SMS gateway does not answer ({type(error).__name__})") from None
            answer.close()
        if not 200 <= answer.status_code < 300:
            raise SmsError("sms.failed", f"the SMS gateway answers {answer.status_code}")


def gateway(address: str, data: Path) -> Gateway | None:
    """Its secret is in the environment, or in a file of the data folder. None: this platform sends no SMS. Raises
    SmsError."""
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise SmsError("sms.settings", "codes and phone numbers go over https, or to a program on this machine")
    secret, file = os.environ.get(SECRET_VARIABLE, ""), data / SECRET_FILE
    if not secret and file.exists():
        secret = file.read_text(encoding="utf-8").strip()
    if not secret:
        raise SmsError("sms.settings", f"put the gateway's secret into {file}, or into {SECRET_VARIABLE}")
    return Gateway(address, secret)
