"""Plays the SMS gateway: takes what the platform posts, as a real one would, and shows it instead of sending it."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

SECRET: Final = "the-demo-s-own"  # noqa: S105
_MAX_BODY: Final = 10_000


@dataclass(frozen=True)
class Message:
    phone: str
    text: str


class SmsGateway:
    """Listens from making to `close`. status: what it answers from now on. sent: what it took."""

    def __init__(self, told: Callable[[Message], None] = lambda _: None) -> None:
        self.status = 200
        self.sent: list[Message] = []
        self._told = told
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, name="sms gateway", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/send"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, body: bytes, authorization: str | None) -> int:
        if authorization != f"Bearer {SECRET}":
            return 401
        if self.status == 200:
            message = Message(**json.loads(body))
            self.sent.append(message)
            self._told(message)
        return self.status

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = min(int(self.headers.get("Content-Length", "0")), _MAX_BODY)
                self.send_response(gateway._take(self.rfile.read(length), self.headers.get("Authorization")))
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing: what is asked holds a phone number."""

        return Handler
