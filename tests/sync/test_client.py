"""The client against whatever may answer in the platform's place."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.batch import BatchError, decode_batch
from sync.backoff import CAP_S, MAX_RETRY_AFTER_S, Backoff
from sync.client import PlatformClient, PlatformError
from sync.wire import EnrolmentRequest

REQUEST = EnrolmentRequest("AAAA", "intl-1", b"k" * 32)
Start = Callable[[bytes], str]


@pytest.fixture
def answering() -> Iterator[Start]:
    """Starts a server that sends the same bytes to whoever comes, and gives its address."""
    servers: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(answer: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                try:
                    connection.sendall(answer)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):  # closing with unread bytes would reset the connection
                        pass
                except OSError:
                    return

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield start
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
    for thread in threads:
        thread.join()


def http(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def failure(url: str) -> PlatformError:
    client = PlatformClient(url, None, lambda: datetime.now(UTC))
    try:
        with pytest.raises(PlatformError) as error:
            client.enrol(REQUEST)
    finally:
        client.close()
    return error.value


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (http("200 OK", b"<html>log in</html>", "Content-Type: text/html"), "platform.not-ours"),
        (http("200 OK", b'{"kiosk": 5}', "Content-Type: application/json"), "platform.not-ours"),
        (http("200 OK", b"\xff\xfe", "Content-Type: application/json"), "platform.not-ours"),
        (http("302 Found", b"", "Location: http://portal.example/"), "platform.not-ours"),
        (http("404 Not Found", b"nothing", "Content-Type: text/plain"), "platform.not-ours"),
        (http("403 Forbidden", b"{}", "Content-Type: application/problem+json"), "platform.not-ours"),
        (http("200 OK", b"x" * 5_000_000), "platform.not-ours"),
        (http("500 Internal Server Error", b"oops"), "platform.fault"),
        (http("503 Service Unavailable", b""), "platform.fault"),
        (b"", "platform.unreachable"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "platform.unreachable"),
        (b"SSH-2.0-OpenSSH\r\n", "platform.unreachable"),
        (
            http(
                "403 Forbidden",
                b'{"code": "enrol.code", "title": "no", "server_ms": 5}',
                "Content-Type: application/problem+json",
            ),
            "enrol.code",
        ),
    ],
)
def test_each_wrong_answer_has_its_code(answering: Start, answer: bytes, code: str) -> None:
    assert failure(answering(answer)).code == code


def test_nobody_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert failure(f"http://127.0.0.1:{port}").code == "platform.unreachable"


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("soon", None), ("-1", None), ("²", None)])
def test_retry_after_is_heard(answering: Start, value: str, seconds: float | None) -> None:
    answer = http("429 Too Many Requests", b"", f"Retry-After: {value}".encode().decode("latin-1"))
    assert failure(answering(answer)).retry_after_s == seconds


class Chance:
    """The most or the least that chance can give."""

    def __init__(self, share: float) -> None:
        self._share = share

    def uniform(self, low: float, high: float) -> float:
        return low + self._share * (high - low)


@given(
    st.floats(min_value=0, max_value=1),
    st.lists(st.none() | st.floats(min_value=0, max_value=1e9), min_size=1, max_size=20),
)
def test_waits_are_bounded_and_never_shorter_than_asked(share: float, asked: list[float | None]) -> None:
    backoff = Backoff(Chance(share))  # type: ignore[arg-type]
    for at, retry_after in enumerate(asked):
        wait = backoff.wait_s(retry_after, 2.0)
        least = min(retry_after or 0.0, MAX_RETRY_AFTER_S)
        assert least <= wait <= least + (2.0 if at == 0 else CAP_S)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_batch_or_a_clear_error(raw: bytes) -> None:
    with pytest.raises(BatchError):
        decode_batch(raw)
