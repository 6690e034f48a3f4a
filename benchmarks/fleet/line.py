"""One HTTP/1.1 connection of a simulated kiosk, on asyncio: a thread for each of thousands would measure threads."""

import asyncio
import contextlib
from dataclasses import dataclass


class LineError(Exception):
    """No connection, or it broke."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Line:
    """Opened when first used, kept between requests, opened again once when the platform closed it meanwhile."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Raises LineError."""
        head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nContent-Length: {len(body)}\r\n"
        request = (head + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n").encode() + body
        kept = self._ends is not None
        try:
            return await self._once(request)
        except (OSError, EOFError, ValueError) as error:
            await self.close()
            if not kept:
                raise LineError from error
        try:
            return await self._once(request)
        except (OSError, EOFError, ValueError) as error:
            await self.close()
            raise LineError from error

    async def close(self) -> None:
        if self._ends is not None:
            writer = self._ends[1]
            self._ends = None
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _once(self, request: bytes) -> Answer:
        if self._ends is None:
            self._ends = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._ends
        writer.write(request)
        await writer.drain()
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Answer(int(first.split()[1]), headers, body)
