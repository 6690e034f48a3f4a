"""A proxy between the real agent and the real platform that does to connections what bad lines do."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """up, down: bytes that pass before the line breaks; None: all. answer: given in the platform's place. repeat: the
    request arrives twice, and the second answer is the one that is heard. drip: the answer stops after its first bytes,
    with the line open."""

    up: int | None = None
    down: int | None = None
    answer: bytes | None = None
    repeat: bool = False
    drip: bool = False


def answered(status: str, media_type: str, body: bytes, extra: str = "") -> Fault:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    return Fault(answer=head.encode() + body)


Plan = Callable[[int], Fault | None]


@dataclass
class Proxy:
    """plan: what happens to the connection of that number, from 0. up: bytes that were passed to the platform."""

    port: int
    plan: Plan
    connections: int = 0
    up: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def clear(self) -> None:
        self.plan = lambda _: None


@contextmanager
def proxying(target: int, plan: Plan, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    listening = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(listening.getsockname()[1], plan, scheme="https" if tls else "http")
    closing = threading.Event()
    threads: list[threading.Thread] = []
    held: list[socket.socket] = []

    def accept() -> None:
        while not closing.is_set():
            try:
                made, _ = listening.accept()
            except OSError:
                return
            fault = proxy.plan(proxy.connections)
            proxy.connections += 1
            held.append(made)
            threads.append(threading.Thread(target=_serve, args=(proxy, made, target, fault, tls, closing, held)))
            threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield proxy
    finally:
        closing.set()
        for one in (listening, *held):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        accepting.join()
        for thread in threads:
            thread.join()


def _serve(
    proxy: Proxy,
    client: socket.socket,
    target: int,
    fault: Fault | None,
    tls: ssl.SSLContext | None,
    closing: threading.Event,
    held: list[socket.socket],
) -> None:
    with contextlib.suppress(OSError), contextlib.ExitStack() as ends:
        if tls is not None:
            client = tls.wrap_socket(client, server_side=True)
        ends.callback(_end, client)
        if fault is not None and fault.answer is not None:
            _message(client)
            client.sendall(fault.answer)
            return
        upstream = socket.create_connection(("127.0.0.1", target))
        held.append(upstream)
        ends.callback(_end, upstream)
        if fault is not None and (fault.repeat or fault.drip):
            _whole(proxy, client, upstream, target, fault, closing)
            return
        up, down = (fault.up, fault.down) if fault else (None, None)
        back = threading.Thread(target=_pump, args=(upstream, client, down, lambda _: None))
        back.start()
        _pump(client, upstream, up, lambda count: setattr(proxy, "up", proxy.up + count))
        if up is not None or down is not None:
            _end(client)
            _end(upstream)
        back.join()


def _whole(
    proxy: Proxy, client: socket.socket, upstream: socket.socket, target: int, fault: Fault, closing: threading.Event
) -> None:
    request = _message(client)
    proxy.up += len(request)
    upstream.sendall(request)
    answer = _message(upstream)
    if fault.repeat:
        with socket.create_connection(("127.0.0.1", target)) as again:
            again.sendall(request)
            answer = _message(again)
    client.sendall(answer[: 20 if fault.drip else None])
    if fault.drip:
        closing.wait(30)


def _pump(source: socket.socket, sink: socket.socket, limit: int | None, count: Callable[[int], None]) -> None:
    left = limit
    with contextlib.suppress(OSError):
        while left is None or left > 0:
            piece = source.recv(65536 if left is None else min(65536, left))
            if not piece:
                break
            sink.sendall(piece)
            count(len(piece))
            left = None if left is None else left - len(piece)
    _end(source)
    _end(sink)


def _message(source: socket.socket) -> bytes:
    """One HTTP message with Content-Length, or without a body."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = source.recv(65536)
        if not piece:
            return raw
        raw += piece
    head, _, body = raw.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    size = int(lengths[0]) if lengths else 0
    while len(body) < size and (piece := source.recv(65536)):
        body += piece
    return head + b"\r\n\r\n" + body


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
