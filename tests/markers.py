"""What a personal datum looks like in bytes, in every shape in which it might be left somewhere."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def shapes(marker: str) -> Iterator[bytes]:
    """Plain, hex, and base64 at each of its three places within a longer text."""
    for encoding in ENCODINGS:
        raw = marker.encode(encoding)
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for before in range(3):
            text = base64.b64encode(bytes(before) + raw)
            # The first and last groups of four depend on the neighbours.
            yield text[4 if before else 0 : (before + len(raw)) // 3 * 4]


def found(markers: Iterable[str], paths: Iterable[Path]) -> list[str]:
    """The files below `paths` in which any marker stands, in any shape."""
    wanted = [shape for marker in markers for shape in shapes(marker)]
    files = [path for top in paths for path in ([top] if top.is_file() else top.rglob("*")) if path.is_file()]
    return [str(path) for path in files if any(shape in path.read_bytes() for shape in wanted)]
