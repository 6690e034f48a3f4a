"""A static web server on this machine, with the faults of a bad line."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class StaticServer:
    """asked: the paths, in order. cut_after: bytes of a file's content, then the line breaks; None: whole.
    portal: a log-in page stands in for everything."""

    url: str
    asked: list[str] = field(default_factory=list)
    sent: int = 0
    cut_after: int | None = None
    portal: bool = False


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, state: StaticServer, **options: Any) -> None:
        self._state = state
        super().__init__(*arguments, **options)

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._state.asked.append(self.path)
        if self._state.portal:
            page = "<html>请先登录</html>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
        else:
            super().do_GET()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        content = source.read()
        cut = self._state.cut_after
        self._state.sent += len(content[:cut])
        outputfile.write(content[:cut])
        self.close_connection = True


@contextmanager
def serving(folder: Path) -> Iterator[StaticServer]:
    state = StaticServer("")
    made = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder), state=state))
    state.url = f"http://127.0.0.1:{made.server_port}"
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        made.shutdown()
        thread.join()
        made.server_close()
