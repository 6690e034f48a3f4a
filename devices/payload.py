"""What is too large for a line goes by file: written to the connection's private folder in memory under its digest, and
unlinked by who takes it. So nothing stays behind, and a file that was cut or changed is not believed."""

import hashlib
import os
from pathlib import Path

_HEX = frozenset("0123456789abcdef")


class PayloadError(Exception):
    """The file is not there, or is not what its name says."""

    code = "device.payload"


def put(folder: Path, content: bytes) -> str:
    """Write `content`; returns its name, the SHA-256 in hex."""
    name = hashlib.sha256(content).hexdigest()
    aside = folder / f".{name}.{os.getpid()}"
    descriptor = os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    aside.rename(folder / name)
    return name


def take(folder: Path, name: str) -> bytes:
    """Read and unlink. Raises PayloadError."""
    if len(name) != 64 or not set(name) <= _HEX:
        raise PayloadError("a payload is named by its SHA-256 in hex")
    path = folder / name
    try:
        content = path.read_bytes()
        path.unlink()
    except OSError as error:
        raise PayloadError(f"payload {name[:16]} is not there") from error
    if hashlib.sha256(content).hexdigest() != name:
        raise PayloadError(f"payload {name[:16]} is not what its name says")
    return content
