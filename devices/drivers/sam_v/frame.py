"""Frames of the reader: `AA AA AA 96 69 | LEN (2, big-endian) | body | CHK`. Pure.

LEN counts the body and the checksum; CHK is the XOR from LEN to the last byte of the body. Source: facts page on cards.
"""

from functools import reduce
from operator import xor
from typing import Final

PREAMBLE: Final = b"\xaa\xaa\xaa\x96\x69"
MAX_BODY: Final = 4096
"""The longest body that is known is 2313 bytes; what announces more is noise."""


def encode(body: bytes) -> bytes:
    """The frame of a request (CMD PARA data) or of an answer (SW1 SW2 SW3 data)."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([reduce(xor, counted, 0)])


class FrameParser:
    """Cuts frames from a stream; finds the next frame after noise, broken frames and wrong checksums.

    `wrong` counts the frames that looked whole but had a wrong checksum or length, `noise` the bytes passed over.
    """

    def __init__(self) -> None:
        self.wrong = 0
        self.noise = 0
        self._buffer = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies of the frames that are complete now."""
        self._buffer += data
        bodies = []
        while (body := self._next()) is not None:
            bodies.append(body)
        return bodies

    @property
    def pending(self) -> int:
        """How many bytes wait for the rest of a frame."""
        return len(self._buffer)

    def reset(self) -> None:
        self._buffer = b""
        self.wrong = 0
        self.noise = 0

    def _next(self) -> bytes | None:
        while True:
            start = self._buffer.find(PREAMBLE)
            if start < 0:
                keep = len(PREAMBLE) - 1
                self.noise += max(0, len(self._buffer) - keep)
                self._buffer = self._buffer[-keep:]
                return None
            self.noise += start
            self._buffer = self._buffer[start:]
            if len(self._buffer) < 7:
                return None
            length = int.from_bytes(self._buffer[5:7], "big")
            if not 3 <= length <= MAX_BODY:
                self._skip_preamble()
                continue
            if len(self._buffer) < 7 + length:
                return None
            counted = self._buffer[5 : 7 + length]
            if reduce(xor, counted, 0) != 0:
                self._skip_preamble()
                continue
            self._buffer = self._buffer[7 + length :]
            return counted[2:-1]

    def _skip_preamble(self) -> None:
        self.wrong += 1
        self._buffer = self._buffer[1:]
