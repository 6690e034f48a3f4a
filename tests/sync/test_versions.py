"""A kiosk of 0.1.0 meets this platform, and this kiosk a platform of 0.1.0: with what 0.1.0 really said."""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from central.app import Settings, make_app
from central.enrolment import CODE_VALID_MS
from central.store import Transaction
from offline_cache.entry import decode_header
from sync.state import SyncStateReader
from tests.central.conftest import BOTH_DATABASES, Server, database, enrolled_at, until
from tests.offline_cache.conftest import stored
from tests.sync.test_agent import Running, delivered
from tests.sync.test_bad_lines import attach

__all__ = ["database"]

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "recorded" / "0.1.0.json").read_text("utf-8"))
UNKNOWN = RECORDED["exchanges"][-1]
SAID = RECORDED["exchanges"][:-1]
VOLATILE = ("server_ms", "cursor", "letter", "title")


def answer_of(exchange: dict[str, Any]) -> Any:
    return json.loads(base64.b64decode(exchange["answer"]))


def lasting(answer: Any) -> Any:
    """Without clocks, sealed letters and words for people."""
    if isinstance(answer, dict):
        return {name: lasting(value) for name, value in answer.items() if name not in VOLATILE}
    return [lasting(one) for one in answer] if isinstance(answer, list) else answer


def holds(said: Any, recorded: Any) -> bool:
    """Everything that 0.1.0 said is said still; there may be more."""
    if isinstance(recorded, dict):
        return all(name in said and holds(said[name], value) for name, value in recorded.items())
    if isinstance(recorded, list):
        return len(said) == len(recorded) and all(map(holds, said, recorded))
    return bool(said == recorded)


def prepare(office: Server) -> None:
    """The data folder of that platform, before the kiosk came."""
    office.data.mkdir(parents=True)
    (office.data / "platform-keys.json").write_text(json.dumps(RECORDED["platform_keys"]), "utf-8")
    digest = hashlib.sha256(RECORDED["code"].encode()).digest()

    async def job(work: Transaction) -> None:
        await work.run(
            "INSERT INTO enrol_codes (digest, expires_ms) VALUES ($1, $2)", digest, SAID[0]["at_ms"] + CODE_VALID_MS
        )

    office.do(job)


@BOTH_DATABASES
def test_what_an_older_kiosk_sent_is_answered_as_it_was(tmp_path: Path, database: str) -> None:
    data = tmp_path / "central"
    office = Server(data, database)
    prepare(office)
    now, told = SAID[0]["at_ms"], 0
    public = "http://127.0.0.1"
    with TestClient(make_app(Settings(data, public, database), lambda: now), base_url=public) as client:
        for exchange in SAID:
            now = exchange["at_ms"]
            if exchange["path"].partition("?")[0].endswith("feed"):
                told += len(answer_of(exchange)["items"])
                until(lambda: office.rows("SELECT count(*) FROM cases") == [(told,)], "the cases")  # noqa: B023
            said = client.request(
                exchange["method"],
                exchange["path"],
                content=base64.b64decode(exchange["body"]),
                headers=exchange["headers"],
            )
            recorded = lasting(answer_of(exchange))
            recorded.pop("public_address", None)
            assert said.status_code == exchange["status"], said.text
            assert holds(said.json(), recorded), (exchange["path"], said.text, recorded)


class _OlderPlatform(BaseHTTPRequestHandler):
    """Says what 0.1.0 said, in its order for each kind of request."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = self._recorded()
        body = base64.b64decode(found["answer"])
        self.send_response(found["status"])
        self.send_header("Content-Type", found["media_type"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_PATCH = _answer  # noqa: N815

    def _recorded(self) -> dict[str, Any]:
        server = self.server
        assert isinstance(server, _Stand)
        server.asked.append(f"{self.command} {self.path}")
        kind = re.search(r"enrolments|journals|feed", self.path)
        if kind is None or "/catalogue" in self.path:
            return dict(UNKNOWN)
        return server.next(kind[0])


class _Stand(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _OlderPlatform)
        self.asked: list[str] = []
        self._left = {
            kind: [one for one in SAID if kind in one["path"] and one["status"] < 300]
            for kind in ("enrolments", "journals", "feed")
        }
        self._quiet = threading.Event()

    def next(self, kind: str) -> dict[str, Any]:
        left = self._left[kind]
        if kind == "feed" and len(left) == 1:
            self._quiet.wait(0.5)
        return dict(left.pop(0) if len(left) > 1 else left[0])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def older_platform() -> Iterator[_Stand]:
    stand = _Stand()
    thread = threading.Thread(target=stand.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stand
    finally:
        stand.shutdown()
        thread.join()
        stand.server_close()


@pytest.fixture
def stand() -> Iterator[_Stand]:
    with older_platform() as made:
        yield made


def test_a_kiosk_works_with_an_older_platform(stand: _Stand, tmp_path: Path) -> None:
    kiosk = enrolled_at(stand.url, RECORDED["code"], tmp_path / "kiosk")
    kiosk.submit(2)
    digest = attach(kiosk, 1000)
    with Running(kiosk, stand.url):
        until(lambda: delivered(kiosk), "delivery of three")
    # The recorded answer is to two entries at once.
    kiosk.submit(2)
    with Running(kiosk, stand.url):
        until(lambda: delivered(kiosk), "delivery of two more")
        until(lambda: any(digest.hex() in asked for asked in stand.asked), "the question for the attachment")
        notes = SyncStateReader(kiosk.data)
        until(lambda: notes.contact().error_code == "", "contact")
        notes.close()
    assert [decode_header(entry.header).sequence for _, entry in stored(kiosk.data)] == [1, 2, 3, 4, 5]
    assert (kiosk.data / "attachments" / digest.hex()).exists(), "what the platform cannot take yet is kept"
    kiosk.close()
